/** Reads git's output line by line, yielding to the host: a store may have a hundred thousand objects. */
import { runCooperatively } from "../fs/cooperative.ts";
import type { CooperativeTask } from "../model/steps.ts";

/** Calls `take` with the fields (separated by spaces) of every line that is not empty. */
export async function eachLine(text: string, take: (fields: readonly string[]) => void): Promise<void> {
  await runCooperatively(taking(text, take));
}

function* taking(text: string, take: (fields: readonly string[]) => void): CooperativeTask<void> {
  for (let from = 0; from < text.length;) {
    const end = text.indexOf("\n", from);
    const line = text.slice(from, end === -1 ? text.length : end);
    from = end === -1 ? text.length : end + 1;
    if (line !== "") take(line.split(" "));
    yield;
  }
}
