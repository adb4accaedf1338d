/** Writes `<state>/next` and the notice beside it (next.ts). */
import { bytePath, lstatOrNull, setMtime } from "../fs/syscalls.ts";
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

/**
 * Never in place: a hook that reads between the writing and the setting of the time would find a sweep due. Where only
 * the time changes, one call sets it, also on a full disk.
 */
function replaceNext(state: string, at: number, flags: NextFlags): void {
  const path = bytePath(`${state}/next`);
  const content = encodeNext(flags);
  const before = lstatOrNull(path);
  if (before?.kind === "file" && before.size === content.length) setMtime(path, at);
  else writeAtomic(path, content, bytePath(state), { mtime: at });
}
