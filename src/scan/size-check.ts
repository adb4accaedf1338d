/** What an agent's own check of a base counts, and what of that its sessions that are old enough make up. Reads only. */
import { expectErrno, UNREADABLE } from "../errors.ts";
import { runCooperatively } from "../fs/cooperative.ts";
import { childrenInSteps } from "../fs/listing.ts";
import { below, bytePath, lstatOrNull, rawPath, textOf } from "../fs/syscalls.ts";
import type { Agent } from "../agents/agent.ts";
import { goesIfTaken } from "../model/judgement.ts";
import type { PlannedEntry, SizeCheck } from "../model/plan.ts";
import type { CooperativeTask } from "../model/steps.ts";

/** Null where the agent has no such check, or the base cannot be listed. Throws `interrupted`. */
export async function sizeCheckOf(
  base: string,
  { sizeCheck: check }: Pick<Agent, "sizeCheck">,
  entries: readonly PlannedEntry[],
  signal: AbortSignal | undefined,
): Promise<SizeCheck | null> {
  if (check === undefined) return null;
  try {
    const sizes = await runCooperatively(sizesIn(base, check.counts), signal);
    const sum = (names: Iterable<string>): SizeCheck["all"] => {
      const found = [...names].flatMap((name) => sizes.get(name) ?? []);
      return { files: found.length, bytes: found.reduce((all, bytes) => all + bytes, 0) };
    };
    const placesOf = (rows: readonly PlannedEntry[]): readonly string[] =>
      rows.flatMap(({ judged }) => judged.entry.members.map(({ place }) => place));
    const going = entries.filter(({ ruling }) => goesIfTaken(ruling));
    return {
      most: check.most,
      all: sum(sizes.keys()),
      ofEntries: sum(placesOf(entries)),
      removable: { ...sum(placesOf(going)), count: going.length },
    };
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return null;
  }
}

/** Apparent sizes in bytes, by name. A link counts as itself: what it leads to may be on a mount that does not answer. */
function* sizesIn(base: string, counts: (name: string) => boolean): CooperativeTask<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (const { name, kind } of yield* childrenInSteps(bytePath(base))) {
    yield;
    const text = textOf(rawPath(name));
    if (!counts(text)) continue;
    const stat = lstatOrNull(below(bytePath(base), name));
    if (stat !== null) sizes.set(text, kind === "file" ? stat.size : 0);
  }
  return sizes;
}
