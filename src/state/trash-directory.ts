/**
 * The directory in a state where removed things wait.
 *
 * It is called `checkpoints` because the backup of an agent leaves out directories by their exact name, at any level, and that is
 * one of the names: under any other one, hidden or not, the backup would hold what waits here to be destroyed. What else
 * is in the state (the record, the ledger) is small, and belongs into a backup.
 *
 * Version 1.0.0 called it `trash`, and scripts look there. So:
 *
 *   - A real directory `trash` stays as long as anything is in it. It is listed, restored from and emptied as before, and
 *     nothing new is put there.
 *   - Where there is none, `trash` becomes a relative symlink to the new name. It is for scripts: this program never
 *     follows it, and so lists nothing twice, and no target of another symlink in its place. Where no symlink can be
 *     created (Windows without the privilege, FAT) only those scripts are affected.
 *   - Anything else of that name (another symlink, a file, a directory that others may write into) is refused, as 1.0.0
 *     refuses it, before anything is moved.
 *
 * Version 1.0.0 on the same home works as before while its `trash` is a directory, and does not see what lies in the new
 * one. It takes a symlink there for an attack: then it lists no trash, and a run that would move something ends with
 * `state-unusable` ("it is a symlink") before it has moved anything. Both versions take the same lock.
 */
import { expectErrno, hasNoRoom, UNREADABLE, UNWRITABLE } from "../errors.ts";
import { bytePath, lstatOrNull, readLinkBytes, rmdir, symlink } from "../fs/syscalls.ts";
import { OLD_TRASH_NAME, TRASH_NAME } from "../model/names.ts";
import { isPrivateDirectory, makePrivate } from "./place.ts";

/** The trash of a state, and what version 1.0.0 left of its own; not what is not there, or leads elsewhere. */
export function existingTrashDirectories(state: string): readonly string[] {
  return [`${state}/${TRASH_NAME}`, `${state}/${OLD_TRASH_NAME}`].filter(isDirectory);
}

/** Makes the trash where there is none. Throws `state-unusable`, and the errno of a full or read-only disk. */
export function makeTrash(state: string): string {
  const [directory, old] = [`${state}/${TRASH_NAME}`, `${state}/${OLD_TRASH_NAME}`];
  const hasOld = !isOwnLink(old) && isPrivateDirectory(old, null);
  try {
    makePrivate(directory);
  } catch (error) {
    // No room for another directory, and there is one.
    if (!hasNoRoom(error) || !hasOld) throw error;
    return old;
  }
  if (!isOwnLink(old)) linkOldName(old, hasOld);
  return directory;
}

function linkOldName(old: string, isThere: boolean): void {
  try {
    // rmdir(2) itself refuses what is not empty: nothing can come in between a look and the removal.
    if (isThere) rmdir(bytePath(old));
    symlink(Buffer.from(TRASH_NAME), bytePath(old));
  } catch (error) {
    expectErrno(error, ...UNWRITABLE, "ENOSYS");
  }
}

function isOwnLink(path: string): boolean {
  return lstatOrNull(bytePath(path))?.kind === "symlink" && readLinkBytes(bytePath(path)).toString() === TRASH_NAME;
}

/** A path that cannot be read is reported when it is listed (scan/trash-places.ts). */
function isDirectory(path: string): boolean {
  try {
    return lstatOrNull(bytePath(path))?.kind === "directory";
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return false;
  }
}
