/** What was looked at to answer a question, so that it need not be asked again as long as nothing has changed. */
import { expectErrno, isErrno, UNREADABLE } from "../../errors.ts";
import { bytePath, lstatOrNull } from "../../fs/syscalls.ts";

type StatOrNull = ReturnType<typeof lstatOrNull>;

export interface Seen {
  /** Remembers what a path is now; null: nothing is there. Throws the errno. */
  readonly stat: (path: string) => StatOrNull;
  /** Remembers what any other look said, to look again later. */
  readonly remember: (look: () => string, as: string) => void;
  /** Whether all of it is as it was. Throws nothing. */
  readonly isCurrent: () => boolean;
}

/** Two changes within a tick of the clock give one time; on FAT one lasts two seconds (ms). */
const LONGEST_TICK_MS = 2000;

/** `tick`: how long one is where times are finer than whole seconds (ms). */
export function newSeen(tick: number = LONGEST_TICK_MS): Seen {
  const looks: { readonly look: () => string; readonly as: string }[] = [];
  const started = Date.now();
  let isSettled = true;
  const remember = (look: () => string, as: string): void => void looks.push({ look, as });
  return {
    remember,
    stat: (path) => {
      const stat = statAt(path);
      const at = stat?.ctime ?? 0;
      isSettled &&= at < started - (Number.isInteger(at / 1000) ? LONGEST_TICK_MS : tick);
      remember(() => stampOf(statAt(path)), stampOf(stat));
      return stat;
    },
    isCurrent: () => isSettled && quietly(() => looks.every(({ look, as }) => look() === as)),
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
    // What should be a directory on the way may be a file.
    if (isErrno(error, "ENOTDIR")) return null;
    throw error;
  }
}

function stampOf(stat: StatOrNull): string {
  if (stat === null) return "";
  const { identity, mtime, ctime, size } = stat;
  return JSON.stringify([identity, mtime, ctime, size]);
}
