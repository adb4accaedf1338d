/** Directories that are there for entries alone: made again when one of those comes back, gone with the last of them. */
import { dirname } from "node:path";
import { errnoOf } from "../errors.ts";
import { bytePath, lstatOrNull, mkdir, rmdir } from "../fs/door.ts";
import type { Entry } from "../model/entry.ts";

/**
 * Makes the directory around a place again where it has gone. The one directory and no way to it: where more is missing
 * than that, what the entry was part of is gone. Throws the errno.
 */
export function makeContainer(path: string): void {
  const directory = bytePath(dirname(path));
  if (lstatOrNull(directory) !== null) return;
  mkdir(directory, 0o700);
}

/** Removes what is empty now; what is not keeps whatever is in it. */
export function removeContainers(entries: readonly Entry[]): void {
  for (const container of new Set(entries.flatMap((entry) => entry.container ?? []))) {
    try {
      rmdir(bytePath(container));
    } catch (error) {
      // ENOTEMPTY, EEXIST: strays. Anything else: it is nobody's loss that an empty directory stays.
      if (errnoOf(error) === null) throw error;
    }
  }
}
