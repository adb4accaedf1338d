/**
 * `<state>/next`: its mtime is the time before which it is pointless to look. The start-up hook looks at nothing else
 * (and at the time of config.yaml), so every outcome of `auto` sets it.
 *
 * Its content tells the rest by its size alone, without another look: nothing, `-` the sweep is switched off (which a
 * host that brings its own consent need not mind), `notice\n` a `notice` lies beside it, `-notice\n` both.
 */
import { bytePath, close, lstatOrNull, open, OPEN, setMtime, truncate, unlink, write } from "../fs/door.ts";
import { writeAtomic } from "../fs/write-atomic.ts";

const DISABLED = "-";
const NOTICE = "notice\n";

/** Sets the time (ms). `disabled`: nothing was done because it is switched off. Throws the errno. */
export function writeNext(state: string, at: number, disabled = false): void {
  const told = lstatOrNull(bytePath(`${state}/notice`)) === null;
  set(state, at, `${disabled ? DISABLED : ""}${told ? "" : NOTICE}`);
}

/** Leaves a text for the hook to tell once. Throws the errno. */
export function leaveNotice(state: string, text: string): void {
  writeAtomic(bytePath(`${state}/notice`), `${text}\n`, bytePath(state));
  const before = lstatOrNull(bytePath(`${state}/next`));
  if (before === null) return;
  const disabled = before.size === DISABLED.length || before.size === DISABLED.length + NOTICE.length;
  set(state, before.mtime, `${disabled ? DISABLED : ""}${NOTICE}`);
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
