/** Makes marks durable before the first unlink, and looks a last time at what is to be unlinked. */
import { dirname } from "node:path";
import { bytePath, lstatOrNull } from "../fs/door.ts";
import { point } from "../fs/tap.ts";
import { syncDirectory } from "../fs/write-atomic.ts";
import { type Identity, sameIdentity } from "../model/entry.ts";
import type { OutcomeError } from "../model/result.ts";
import { problem } from "./outcomes.ts";

/** Members under their marked names, and who each of them is. */
export interface Marked {
  readonly paths: readonly string[];
  readonly identities: readonly Identity[];
}

/**
 * Syncs the directories of marked members, each once for all of a batch, and returns those that may be unlinked now.
 * Where a disk refuses, `failed` is told of each: they stay marked, and the next run finishes them.
 */
export function settled<T extends Marked>(
  marked: readonly T[],
  failed: (one: T, error: OutcomeError) => void,
): readonly T[] {
  if (marked.length === 0) return [];
  try {
    for (const directory of new Set(marked.flatMap(({ paths }) => paths.map((path) => dirname(path))))) {
      syncDirectory(bytePath(directory));
    }
  } catch (error) {
    const trouble = problem(error);
    for (const one of marked) failed(one, trouble);
    return [];
  }
  point("marked");
  return marked.filter((one) => {
    const trouble = coveredBy(one);
    if (trouble !== null) failed(one, trouble);
    return trouble === null;
  });
}

/** What was mounted over a member since would be taken for it: the walk below starts at whatever has its name. */
function coveredBy({ paths, identities }: Marked): OutcomeError | null {
  try {
    const other = paths.find((path, at) => {
      const identity = identities[at];
      const there = lstatOrNull(bytePath(path));
      // Another run without a lock may finish the same one: nothing there is no trouble.
      return there !== null && (identity === undefined || !sameIdentity(there.identity, identity));
    });
    return other === undefined ? null : { code: "EXDEV", message: `EXDEV: something else is at ${other} now` };
  } catch (error) {
    return problem(error);
  }
}
