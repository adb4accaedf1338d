/**
 * Directories that exist only for entries: created again when one of those is restored, removed with the last of them.
 */
import { dirname } from "node:path";
import { expectErrno, UNWRITABLE } from "../errors.ts";
import { bytePath, lstatOrNull, mkdir, rmdir } from "../fs/syscalls.ts";
import type { Entry } from "../model/entry.ts";

/**
 * Creates the directory around a place again where it no longer exists. Only that one directory: where more is missing,
 * what the entry was part of is gone. Throws the errno.
 */
export function makeContainer(path: string): void {
  const directory = bytePath(dirname(path));
  if (lstatOrNull(directory) !== null) return;
  mkdir(directory, 0o700);
}

/** A symlink between a base and a place below it, or null: it would redirect a restore. Throws the errno. */
export function linkAbove(base: string, place: string): string | null {
  const parts = place.split("/");
  for (let depth = 1; depth < parts.length; depth += 1) {
    const path = `${base}/${parts.slice(0, depth).join("/")}`;
    const kind = lstatOrNull(bytePath(path))?.kind;
    if (kind === "symlink") return path;
    if (kind !== "directory") return null;
  }
  return null;
}

/** Removes those that are empty now; others keep their contents. */
export function removeContainers(entries: readonly Entry[]): void {
  for (const container of new Set(entries.flatMap((entry) => entry.container ?? []))) {
    try {
      rmdir(bytePath(container));
    } catch (error) {
      // ENOTEMPTY, EEXIST: it has other contents. For the others: an empty directory that stays does no harm.
      expectErrno(error, "ENOTEMPTY", "EEXIST", ...UNWRITABLE);
    }
  }
}
