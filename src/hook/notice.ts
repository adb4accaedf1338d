/**
 * The notice of an earlier sweep, told once. It is renamed to a name that nobody else has before it is read: of two
 * hooks at once one gets it, and a newer notice that `auto` puts in its place meanwhile is not unlinked unread.
 *
 * A hook that dies in between leaves `notice.<pid>-<hex>.taken` behind, which counts as told.
 */
import type { Stats } from "node:fs";
import { node } from "./builtins.ts";

/** `auto` writes a line or two; whoever wrote more than this was not `auto`. */
const MOST_BYTES = 2048;

/** Control characters but the newline: the text goes to a terminal, and may hold names that somebody else chose. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Null where there is none, where somebody else was faster, or where it cannot be taken away and so not told once. */
export function takeNotice(state: string): string | null {
  const notice = `${state}/notice`;
  const mine = `${notice}.${process.pid}-${Math.random().toString(16).slice(2)}.taken`;
  try {
    if (!isOurs(node.fs.lstatSync(notice))) return null;
    node.fs.renameSync(notice, mine);
    const text = read(mine);
    node.fs.unlinkSync(mine);
    const told = text?.replaceAll(CONTROL, "").trim() ?? "";
    return told === "" ? null : told;
  } catch {
    // ENOENT: told before, which is the usual case. Anything else (a read-only disk) is no reason to bother the host.
    return null;
  }
}

function read(path: string): string | null {
  // Not following and not blocking: between the look and this somebody may have put anything in its place. On Windows
  // the two are undefined, which adds nothing.
  const fd = node.fs.openSync(
    path,
    node.fs.constants.O_RDONLY | node.fs.constants.O_NOFOLLOW | node.fs.constants.O_NONBLOCK,
  );
  try {
    if (!isOurs(node.fs.fstatSync(fd))) return null;
    const bytes = Buffer.alloc(MOST_BYTES);
    return bytes.toString("utf8", 0, node.fs.readSync(fd, bytes, 0, MOST_BYTES, 0));
  } finally {
    node.fs.closeSync(fd);
  }
}

function isOurs(stat: Stats): boolean {
  return stat.isFile() && stat.uid === (process.geteuid?.() ?? stat.uid);
}
