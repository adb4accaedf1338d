/**
 * By rename alone: on the same mount, never by copying. The target's name is a sufficient record. What comes back replaces
 * nothing: every place was looked at right before (restore-members.ts), and fs/move-new.ts says what that leaves open.
 */
import { errnoOf } from "../../errors.ts";
import { isSameFile, moveNew } from "../../fs/move-new.ts";
import { bytePath, chmod, lstat, lstatOrNull, rename } from "../../fs/syscalls.ts";
import { toOutcomeError } from "../outcome.ts";
import type { Detached, Detaching, RemovalMethod } from "./method.ts";

export const pathMethod: RemovalMethod = {
  identityAt: (path) => lstatOrNull(bytePath(path))?.identity ?? null,
  writesRecord: false,
  prepare: async () => undefined,
  detach: (members) => new Map(members.map((one) => [one, detachOne(one)])),
  discardPrepared: () => undefined,
  // A file with both names is one whose way back was cut short.
  destinationState: ({ from, to }) =>
    lstatOrNull(bytePath(to)) === null || isSameFile(from, to) ? "vacant" : "occupied",
  isWhole: () => true,
  prepareRestore: async () => undefined,
  restore: ({ from, to }) => {
    if (lstat(bytePath(from)).kind === "file") moveNew(from, to);
    else moveAway(from, to);
  },
};

/**
 * The trash is on the mount of the base, so EXDEV means an overlay: overlayfs moves no directory of a lower layer. In a
 * container the layers are not visible, so it is not foreseen (scan/overlay.ts).
 */
const LOWER_LAYER =
  "it is in a lower layer of an overlay mount, as the image of a container is, from which no directory can be moved: remove it where it was made";

function detachOne({ member, target }: Detaching): Detached {
  try {
    moveAway(member.path, target);
    return { kind: "detached" };
  } catch (error) {
    const outcome = toOutcomeError(error);
    return { kind: "not", error: outcome.code === "EXDEV" ? { ...outcome, message: LOWER_LAYER } : outcome };
  }
}

/** A directory that its owner may not write cannot change its parent: the permission is granted during the move. */
function moveAway(from: string, to: string): void {
  try {
    rename(bytePath(from), bytePath(to));
  } catch (error) {
    if (errnoOf(error) !== "EACCES") throw error;
    const before = lstat(bytePath(from));
    if (before.kind !== "directory" || (before.mode & 0o200) !== 0) throw error;
    chmod(bytePath(from), before.mode | 0o700);
    try {
      rename(bytePath(from), bytePath(to));
    } catch (again) {
      chmod(bytePath(from), before.mode);
      throw again;
    }
    chmod(bytePath(to), before.mode);
  }
}
