/** By rename alone: on the same mount, never by copying. The target's name is record enough. */
import { errnoOf } from "../../errors.ts";
import { bytePath, chmod, lstat, lstatOrNull, rename } from "../../fs/door.ts";
import type { Way } from "./way.ts";

export const byRename: Way = {
  identityAt: (path) => lstatOrNull(bytePath(path))?.identity ?? null,
  prepare: async () => undefined,
  take: (member, target) => {
    moveAway(member.path, target);
  },
  drop: () => undefined,
  standing: ({ to }) => (lstatOrNull(bytePath(to)) === null ? "free" : "taken"),
  prepareBack: async () => undefined,
  back: ({ from, to }) => {
    moveAway(from, to);
  },
};

/** A directory that its owner may not write cannot change its parent: it gets the right for the moment of the move. */
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
