/**
 * Loose objects: files `objects/xx/<rest of the name>`. Their directories stay: a snapshot may be about to write there.
 */
import { expectErrno, UNWRITABLE } from "../../errors.ts";
import { createYielder } from "../../fs/cooperative.ts";
import { bytePath, lstatOrNull, unlink } from "../../fs/syscalls.ts";
import { namesOrNone } from "../../fs/listing.ts";
import { takeAside } from "./aside.ts";

/** The fan-out directories of loose objects. */
export function fanOut(repository: string): readonly string[] {
  const names = namesOrNone(bytePath(`${repository}/objects`)).filter((name) => /^[0-9a-f]{2}$/.test(name));
  return names.map((name) => `${repository}/objects/${name}`);
}

/** Paths by name. */
export function looseIn(repository: string): ReadonlyMap<string, string> {
  return new Map(
    fanOut(repository).flatMap((directory) =>
      namesOrNone(bytePath(directory))
        .filter((name) => /^(?:[0-9a-f]{38}|[0-9a-f]{62})$/.test(name))
        .map((name): [string, string] => [directory.slice(-2) + name, `${directory}/${name}`]),
    ),
  );
}

/** The names of those that were written or used since a moment (ms). */
export async function withinGrace(loose: ReadonlyMap<string, string>, cutoff: number): Promise<readonly string[]> {
  const yieldIfDue = createYielder();
  const young: string[] = [];
  for (const [name, path] of loose) {
    if ((lstatOrNull(bytePath(path))?.mtime ?? -Infinity) >= cutoff) young.push(name);
    await yieldIfDue();
  }
  return young;
}

/**
 * Removes what was not touched since a moment (ms), and returns how many are too young. One that cannot be removed is
 * left for the next run.
 */
export async function dropLoose(
  paths: Iterable<string>,
  cutoff: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const yieldIfDue = createYielder();
  let young = 0;
  for (const path of paths) {
    if (signal?.aborted === true) break;
    try {
      const taken = takeAside(path, cutoff);
      if (taken.kind === "young") young += 1;
      if (taken.kind === "aside") unlink(bytePath(taken.path));
    } catch (error) {
      expectErrno(error, ...UNWRITABLE);
    }
    await yieldIfDue();
  }
  return young;
}
