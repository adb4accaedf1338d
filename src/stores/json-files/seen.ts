/** What was looked at to answer a question, so that it need not be asked again as long as nothing has changed. */
import { expectErrno, isErrno, UNREADABLE } from "../../errors.ts";
import { bytePath, lstatOrNull } from "../../fs/syscalls.ts";

type StatOrNull = ReturnType<typeof lstatOrNull>;

export interface Seen {
  /** Remembers what a path is now; null: nothing is there. Throws the errno. */
  readonly stat: (path: string) => StatOrNull;
  /** Whether all of it is as it was. Throws nothing. */
  readonly isCurrent: () => boolean;
}

/** Two changes within a tick of the clock give one time, as on FAT, where it is two seconds. */
const TICK_MS = 2000;

export function newSeen(): Seen {
  const looks: { readonly path: string; readonly as: string }[] = [];
  const started = Date.now();
  let newest = 0;
  return {
    stat: (path) => {
      const stat = statAt(path);
      newest = Math.max(newest, stat?.ctime ?? 0);
      looks.push({ path, as: stampOf(stat) });
      return stat;
    },
    isCurrent: () =>
      newest < started - TICK_MS && quietly(() => looks.every(({ path, as }) => stampOf(statAt(path)) === as)),
  };
}

/** What cannot be looked at any more is not the same. */
function quietly(look: () => boolean): boolean {
  try {
    return look();
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return false;
  }
}

function statAt(path: string): StatOrNull {
  try {
    return lstatOrNull(bytePath(path));
  } catch (error) {
    if (isErrno(error, "ENOTDIR")) return null;
    throw error;
  }
}

function stampOf(stat: StatOrNull): string {
  if (stat === null) return "";
  const { identity, mtime, ctime, size } = stat;
  return JSON.stringify([identity, mtime, ctime, size]);
}
