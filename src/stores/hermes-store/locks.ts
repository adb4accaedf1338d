/** Who may be at work on one project: git keeps its index and its ref behind locks of their own. */
import { bytePath, lstatOrNull } from "../../fs/door.ts";
import { errnoOf } from "../../errors.ts";
import { troubleOf } from "../../fs/read-small.ts";
import type { Entry, Trouble } from "../../model/entry.ts";
import type { LockFile } from "../../model/inspection.ts";
import type { LocksFound } from "../git-files.ts";
import { STORE } from "./layout.ts";

export function projectLocks({ base, id }: Entry): LocksFound {
  const locks: LockFile[] = [];
  const troubles: Trouble[] = [];
  // A gc of the whole store reads every ref, and one that goes in its midst does it no harm: it is no lock on one.
  for (const name of [`indexes/${id}.lock`, `refs/hermes/${id}.lock`]) {
    const path = `${base}/${STORE}/${name}`;
    try {
      const stat = lstatOrNull(bytePath(path));
      if (stat !== null) locks.push({ path, at: stat.mtime });
    } catch (error) {
      if (errnoOf(error) === null) throw error;
      if (errnoOf(error) !== "ENOTDIR") troubles.push(troubleOf(bytePath(path), error));
    }
  }
  return { locks, troubles };
}
