/** Which locks show that a program may be working on one project: git locks its index and its ref separately. */
import { bytePath, lstatOrNull } from "../../../../fs/syscalls.ts";
import { errnoOf } from "../../../../errors.ts";
import { toIoError } from "../../../../fs/read-small.ts";
import type { Entry, IoError } from "../../../../model/entry.ts";
import type { LockFile } from "../../../../model/inspection.ts";
import type { LocksFound } from "../../../../stores/git-repository/files.ts";
import { STORE } from "./layout.ts";

export function projectLocks({ base, id }: Entry): LocksFound {
  const locks: LockFile[] = [];
  const troubles: IoError[] = [];
  // A gc of the whole store reads every ref, and removing one meanwhile does not disturb it, so its lock does not
  // count.
  for (const name of [`indexes/${id}.lock`, `refs/hermes/${id}.lock`]) {
    const path = `${base}/${STORE}/${name}`;
    try {
      const stat = lstatOrNull(bytePath(path));
      if (stat !== null) locks.push({ path, at: stat.mtime });
    } catch (error) {
      if (errnoOf(error) !== "ENOTDIR") troubles.push(toIoError(bytePath(path), error));
    }
  }
  return { locks, troubles };
}
