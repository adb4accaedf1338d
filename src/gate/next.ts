/**
 * `<state>/next`: its mtime is the time before which it is pointless to look. The start-up hook looks at nothing else
 * (and at the time of config.yaml), so every outcome of `auto` sets it. It holds a line where a `notice` lies beside it.
 */
import { bytePath, close, lstatOrNull, open, OPEN, setMtime, truncate, unlink, write } from "../fs/door.ts";
import { writeAtomic } from "../fs/write-atomic.ts";

/** Sets the time (ms), and leaves `notice` for the hook to tell once; null leaves an earlier one alone. Throws the errno. */
export function writeNext(state: string, at: number, notice: string | null): void {
  if (notice !== null) writeAtomic(bytePath(`${state}/notice`), `${notice}\n`, bytePath(state));
  const path = bytePath(`${state}/next`);
  clearTheWay(state);
  const told = lstatOrNull(bytePath(`${state}/notice`)) === null;
  const fd = open(path, OPEN.createShared, 0o600);
  try {
    truncate(fd);
    if (!told) write(fd, `${JSON.stringify({ notice: true })}\n`);
  } finally {
    close(fd);
  }
  setMtime(path, at);
}

/** Somebody's symlink or FIFO in its place: it is ours to replace. */
function clearTheWay(state: string): void {
  const path = bytePath(`${state}/next`);
  const stat = lstatOrNull(path);
  if (stat !== null && stat.kind !== "file" && stat.kind !== "directory") unlink(path);
}
