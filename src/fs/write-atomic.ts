/**
 * Writes a small file of ours so that a reader sees the old one or the new one, and never half of it: exclusive
 * temporary file 0600, fsync, rename, fsync of the directory. A symlink at the target is replaced, not followed.
 */
import { createHash, randomBytes } from "node:crypto";
import { errnoOf, expectErrno, UNREADABLE, UNWRITABLE } from "../errors.ts";
import {
  below,
  type BytePath,
  bytePath,
  chownNoFollow,
  close,
  fchmod,
  fsync,
  lstatOrNull,
  open,
  OPEN,
  rawPath,
  rename,
  setMtime,
  unlinkIfThere,
  write,
} from "./syscalls.ts";
import { failpoint } from "./failpoints.ts";
import { namesOrNone } from "./listing.ts";
import { HOUR } from "../model/time.ts";

/**
 * The prefix of temporary files. A killed run leaves them, and who writes there next removes them: in a state or a trash
 * the next run (runs/open-base.ts), in a directory of others the next that writes the same file (`writeElsewhere`).
 */
export const TEMPORARY_PREFIX = ".tmp-";

export interface Attributes {
  /** For a file that others read, whatever the umask; else 0600. */
  readonly mode?: number;
  /** Else the user that writes. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** ms; else the time of writing. */
  readonly mtime?: number;
}

/**
 * `scratch` is a directory on the same mount for the temporary file. A reader that sees the new text sees its attributes
 * as well. Throws the errno; then nothing was changed.
 */
export function writeAtomic(target: BytePath, text: string, scratch: BytePath, attributes: Attributes = {}): void {
  writeThrough(temporaryIn(scratch), target, text, attributes);
}

/**
 * The same for a file in a directory that is not ours: the name of the temporary file says which file it belongs to, and
 * what killed runs left of that one is removed first.
 */
export function writeElsewhere(target: BytePath, text: string, attributes: Attributes = {}): void {
  const directory = parentOf(target);
  const key = createHash("sha256")
    .update(target.slice(target.lastIndexOf("/") + 1))
    .digest("hex");
  const prefix = `${TEMPORARY_PREFIX}${key.slice(0, 16)}-`;
  clearLeft(directory, prefix);
  writeThrough(temporaryIn(directory, prefix), target, text, attributes);
}

/** A directory that may be written to and not be listed keeps what is left there. */
function clearLeft(directory: BytePath, prefix: string): void {
  try {
    const left = namesOrNone(directory).filter((name) => name.startsWith(prefix));
    for (const path of left.map((name) => below(directory, name))) if (isAbandoned(path)) discard(path);
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
  }
}

/**
 * Where no lock is held, another run may be about to rename it: that takes less than a second. Measured by the clock of
 * the file system; a file that was to be of another time has that already (`mtime`), which may lie days ahead.
 */
export function isAbandoned(temporary: BytePath): boolean {
  const stat = lstatOrNull(temporary);
  return stat !== null && Math.min(stat.mtime, stat.ctime) < Date.now() - HOUR;
}

function writeThrough(temporary: BytePath, target: BytePath, text: string, { mode, mtime, owner }: Attributes): void {
  const fd = open(temporary, OPEN.createExclusive, 0o600);
  try {
    try {
      write(fd, text);
      if (mode !== undefined) fchmod(fd, mode);
      fsync(fd);
    } finally {
      close(fd);
    }
    if (owner !== undefined && isOther(owner)) chownNoFollow(temporary, owner.uid, owner.gid);
    if (mtime !== undefined) setMtime(temporary, mtime);
    failpoint("written", target);
    rename(temporary, target);
  } catch (error) {
    discard(temporary);
    throw error;
  }
  syncDirectory(parentOf(target));
}

/** Root keeps the group as well; another user has no say in it. */
function isOther({ uid }: NonNullable<Attributes["owner"]>): boolean {
  const own = process.geteuid?.();
  return own === 0 || (own !== undefined && own !== uid);
}

/** A name for a temporary file that no other run has. */
export function temporaryIn(directory: BytePath, prefix: string = TEMPORARY_PREFIX): BytePath {
  return below(directory, `${prefix}${randomBytes(8).toString("hex")}`);
}

/** After a write that failed. */
export function discard(temporary: BytePath): void {
  try {
    unlinkIfThere(temporary);
  } catch (error) {
    // The cause of the failed write may prevent this too; the next run that holds the lock removes it.
    expectErrno(error, ...UNWRITABLE);
  }
}

/** Makes renames in a directory durable. File systems that refuse to sync a directory are assumed not to need it. */
export function syncDirectory(path: BytePath): void {
  let fd: number;
  try {
    fd = open(path, OPEN.directory);
  } catch (error) {
    expectErrno(error, ...UNWRITABLE);
    return;
  }
  try {
    fsync(fd);
  } catch (error) {
    // EINVAL and EBADF: not supported by this file system. EIO is an error of the disk, so the caller must not go on.
    const code = errnoOf(error);
    if (code !== "EINVAL" && code !== "EBADF" && code !== "ENOTSUP" && code !== "EPERM") throw error;
  } finally {
    close(fd);
  }
}

/** The parent directory; `/` is its own. */
function parentOf(path: BytePath): BytePath {
  const cut = path.lastIndexOf("/");
  return cut <= 0 ? bytePath("/") : rawPath(path.slice(0, cut));
}
