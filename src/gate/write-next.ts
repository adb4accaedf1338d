/** Writes `<state>/next` and the notice beside it (next.ts). */
import { bytePath, close, lstatOrNull, open, OPEN, setMtime, truncate, unlink, write } from "../fs/syscalls.ts";
import { writeAtomic } from "../fs/write-atomic.ts";
import { decodeNext, encodeNext, type NextFlags } from "./next.ts";

/** Sets the time (ms). Throws the errno. */
export function writeNext(state: string, at: number, flags: Omit<NextFlags, "notice">): void {
  const notice = lstatOrNull(bytePath(`${state}/notice`)) !== null;
  replaceNext(state, at, { ...flags, notice });
}

/** Leaves a text that the hook shows once. Throws the errno. */
export function leaveNotice(state: string, text: string): void {
  writeAtomic(bytePath(`${state}/notice`), `${text}\n`, bytePath(state));
  const before = lstatOrNull(bytePath(`${state}/next`));
  if (before !== null) replaceNext(state, before.mtime, { ...decodeNext(before.size), notice: true });
}

function replaceNext(state: string, at: number, flags: NextFlags): void {
  const path = bytePath(`${state}/next`);
  const before = lstatOrNull(path);
  // The state directory is ours alone, so a symlink or a FIFO in its place may be removed.
  if (before !== null && before.kind !== "file" && before.kind !== "directory") unlink(path);
  const fd = open(path, OPEN.createShared, 0o600);
  try {
    truncate(fd);
    const content = encodeNext(flags);
    if (content !== "") write(fd, content);
  } finally {
    close(fd);
  }
  setMtime(path, at);
}
