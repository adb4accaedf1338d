/** Reads what git printed line by line: a store may have a hundred thousand objects, and a host has its turn in between. */
import { inSlices } from "../fs/breathe.ts";
import type { Steps } from "../model/steps.ts";

/** Calls `take` with the fields (parted by spaces) of every line that is not empty. */
export async function eachLine(text: string, take: (fields: readonly string[]) => void): Promise<void> {
  await inSlices(taking(text, take));
}

function* taking(text: string, take: (fields: readonly string[]) => void): Steps<void> {
  for (let from = 0; from < text.length;) {
    const end = text.indexOf("\n", from);
    const line = text.slice(from, end === -1 ? text.length : end);
    from = end === -1 ? text.length : end + 1;
    if (line !== "") take(line.split(" "));
    yield;
  }
}
