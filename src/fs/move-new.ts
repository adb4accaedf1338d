/**
 * Moves something to a name that nothing has. rename(2) replaces what is there, and renameat2(2) with RENAME_NOREPLACE is
 * not to be had from Node.
 *
 * A file is linked and then unlinked: link(2) fails where the name is taken, so nothing that came in the meantime is lost.
 * A run that dies between the two leaves one file with two names, and the next move of the same ends it.
 *
 * A directory is renamed after a look. Of what may come in between rename(2) replaces an empty directory alone, which
 * costs that directory its inode and nothing else: the program that made it continues by path, inside what was moved there.
 * To make it ourselves first (mkdir(2) does fail), and rename over that, would leave an empty directory in the place where
 * a run dies in between, and then nothing could go back there without a person.
 */
import { createErrnoError, errnoOf, isErrno } from "../errors.ts";
import { sameIdentity } from "../model/entry.ts";
import { bytePath, link, lstat, lstatOrNull, rename, unlink } from "./syscalls.ts";

/** Throws the errno, `EEXIST` where the name is taken. */
export function moveNew(from: string, to: string): void {
  if (lstat(bytePath(from)).kind === "file" && linked(from, to)) unlink(bytePath(from));
  else renameNew(from, to);
}

/** Whether these are two names of one file, as a move that did not end leaves it. */
export function isSameFile(from: string, to: string): boolean {
  const [one, other] = [lstatOrNull(bytePath(from)), lstatOrNull(bytePath(to))];
  return one?.kind === "file" && other !== null && sameIdentity(one.identity, other.identity);
}

/** False where the file system has no hard links, or this user may not make one of this file. */
function linked(from: string, to: string): boolean {
  try {
    link(bytePath(from), bytePath(to));
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST" && isSameFile(from, to)) return true;
    if (isErrno(error, "EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK")) return false;
    throw error;
  }
}

function renameNew(from: string, to: string): void {
  if (lstatOrNull(bytePath(to)) !== null) throw createErrnoError("EEXIST", `EEXIST: ${to} is there`);
  rename(bytePath(from), bytePath(to));
}
