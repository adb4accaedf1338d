/**
 * `<state>/next`: its mtime is the time before which it is pointless to look. The start-up hook looks at nothing else
 * (and at the time of config.yaml), so every outcome of `auto` sets it.
 *
 * Its content tells the rest by its size alone, without another look, put together from: `-` the sweep is switched off
 * (which a host that brings its own consent need not mind), `notice\n` a `notice` lies beside it, `given settings.\n` the
 * run went by settings that its call gave, so that another call may be due earlier.
 */
import { bytePath, close, lstatOrNull, open, OPEN, setMtime, truncate, unlink, write } from "../fs/door.ts";
import { writeAtomic } from "../fs/write-atomic.ts";

const DISABLED = "-";
const NOTICE = "notice\n";
const GIVEN = "given settings.\n";

/** What a run found that the next look should know. */
export interface Outlook {
  /** Nothing was done because it is switched off. */
  readonly disabled: boolean;
  /** The call gave settings of its own. */
  readonly given: boolean;
}

/** Sets the time (ms). Throws the errno. */
export function writeNext(state: string, at: number, { disabled, given }: Outlook): void {
  const told = lstatOrNull(bytePath(`${state}/notice`)) === null;
  set(state, at, content(disabled, !told, given));
}

/** Leaves a text for the hook to tell once. Throws the errno. */
export function leaveNotice(state: string, text: string): void {
  writeAtomic(bytePath(`${state}/notice`), `${text}\n`, bytePath(state));
  const before = lstatOrNull(bytePath(`${state}/next`));
  if (before === null) return;
  const given = before.size >= GIVEN.length;
  const rest = given ? before.size - GIVEN.length : before.size;
  const disabled = rest === DISABLED.length || rest === DISABLED.length + NOTICE.length;
  set(state, before.mtime, content(disabled, true, given));
}

function content(disabled: boolean, notice: boolean, given: boolean): string {
  return `${disabled ? DISABLED : ""}${notice ? NOTICE : ""}${given ? GIVEN : ""}`;
}

function set(state: string, at: number, content: string): void {
  const path = bytePath(`${state}/next`);
  const there = lstatOrNull(path);
  // Somebody's symlink or FIFO in its place: the directory is ours, so it is ours to clear away.
  if (there !== null && there.kind !== "file" && there.kind !== "directory") unlink(path);
  const fd = open(path, OPEN.createShared, 0o600);
  try {
    truncate(fd);
    if (content !== "") write(fd, content);
  } finally {
    close(fd);
  }
  setMtime(path, at);
}
