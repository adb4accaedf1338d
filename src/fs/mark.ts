/**
 * The last step before the first unlink: an entry is renamed to a name that says that it can only be finished, and that
 * name is made durable, so that even after a power failure no partly destroyed entry has a name that can be restored.
 *
 * Each entry is marked right before its own destruction, by the thread that destroys it. If a batch were marked ahead,
 * dozens of whole entries could not be restored after a signal. That costs a sync of the directory per entry, half a
 * millisecond.
 */
import { dirname } from "node:path";
import { errnoOf, expectErrno, messageOf, UNWRITABLE } from "../errors.ts";
import { type Identity, sameIdentity } from "../model/entry.ts";
import type { OutcomeError } from "../model/result.ts";
import { bytePath, lstatOrNull, rename } from "./syscalls.ts";
import { failpoint } from "./failpoints.ts";
import { syncDirectory } from "./write-atomic.ts";

/** A member of an isolated entry: where it lies, its name once its destruction has begun, and its identity. */
export interface MarkedPath {
  readonly path: string;
  readonly marked: string;
  readonly identity: Identity;
}

/** Null where the members may be unlinked now, under their marked names; else the error, and they are unchanged. */
export function markAll(members: readonly MarkedPath[]): OutcomeError | null {
  const done: MarkedPath[] = [];
  try {
    for (const one of members) {
      if (one.path !== one.marked) rename(bytePath(one.path), bytePath(one.marked));
      done.push(one);
    }
    for (const directory of new Set(members.map(({ marked }) => dirname(marked)))) syncDirectory(bytePath(directory));
    failpoint("marked", members[0]?.marked ?? "");
    const trouble = covered(members);
    if (trouble !== null) unmark(done);
    return trouble;
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    unmark(done);
    return { code, message: messageOf(error) };
  }
}

/** A file system that was mounted over a member since would be destroyed in its place. */
function covered(members: readonly MarkedPath[]): OutcomeError | null {
  const other = members.find(({ marked, identity }) => {
    const there = lstatOrNull(bytePath(marked));
    // Another run without a lock may finish the same one: a missing member is not an error.
    return there !== null && !sameIdentity(there.identity, identity);
  });
  return other === undefined ? null : { code: "EXDEV", message: `EXDEV: something else is at ${other.marked} now` };
}

/** Nothing of them was unlinked, so they can be restored. One that keeps its mark is finished by a later run. */
function unmark(members: readonly MarkedPath[]): void {
  for (const { path, marked } of members) {
    if (path === marked) continue;
    try {
      rename(bytePath(marked), bytePath(path));
    } catch (error) {
      expectErrno(error, ...UNWRITABLE);
    }
  }
}
