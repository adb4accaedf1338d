/**
 * The notice of an earlier sweep, shown once. It is renamed to a unique name before it is read: of two hooks at once
 * one gets it, and a newer notice that `auto` writes meanwhile is not unlinked unread.
 *
 * A hook that dies in between leaves `notice.<pid>-<hex>.taken` behind, which counts as shown.
 */
import type { Stats } from "node:fs";
import { node } from "../locations/builtins.ts";

/** `auto` writes a line or two; a larger file was not written by `auto`. */
const MAX_BYTES = 2048;

/** Control characters but the newline: the text goes to a terminal, and may contain names that another user chose. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Null where there is none, where another hook was faster, or where it cannot be renamed and so not shown once. */
export function takeNotice(state: string): string | null {
  const notice = `${state}/notice`;
  const claimed = `${notice}.${process.pid}-${Math.random().toString(16).slice(2)}.taken`;
  try {
    if (!isOwnFile(node.fs.lstatSync(notice))) return null;
    node.fs.renameSync(notice, claimed);
    const text = read(claimed);
    node.fs.unlinkSync(claimed);
    const shown = text?.replaceAll(CONTROL, "").trim() ?? "";
    return shown === "" ? null : shown;
  } catch {
    // ENOENT: shown before, which is the usual case. Any other errno (a read-only disk) does not concern the host.
    return null;
  }
}

function read(path: string): string | null {
  // Not following and not blocking: another process may have replaced it since the rename. On Windows the two flags are
  // undefined, which adds nothing.
  const fd = node.fs.openSync(
    path,
    node.fs.constants.O_RDONLY | node.fs.constants.O_NOFOLLOW | node.fs.constants.O_NONBLOCK,
  );
  try {
    if (!isOwnFile(node.fs.fstatSync(fd))) return null;
    const bytes = Buffer.alloc(MAX_BYTES);
    return bytes.toString("utf8", 0, node.fs.readSync(fd, bytes, 0, MAX_BYTES, 0));
  } finally {
    node.fs.closeSync(fd);
  }
}

function isOwnFile(stat: Stats): boolean {
  return stat.isFile() && stat.uid === (process.geteuid?.() ?? stat.uid);
}
