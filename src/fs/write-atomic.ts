/**
 * Writes a small file of ours so that a reader sees the old one or the new one, and never half of it: exclusive
 * temporary file 0600, fsync, rename, fsync of the directory. A symlink at the target is replaced, not followed.
 */
import { randomBytes } from "node:crypto";
import { errnoOf, expectErrno, UNWRITABLE } from "../errors.ts";
import {
  below,
  type BytePath,
  bytePath,
  close,
  fchmod,
  fsync,
  open,
  OPEN,
  rawPath,
  rename,
  setMtime,
  unlink,
  write,
} from "./syscalls.ts";
import { failpoint } from "./failpoints.ts";

/** The prefix of temporary files; a later run that holds the lock removes those of a killed one. */
export const TEMPORARY_PREFIX = ".tmp-";

export interface Attributes {
  /** For a file that others read, whatever the umask; else 0600. */
  readonly mode?: number;
  /** ms; else the time of writing. */
  readonly mtime?: number;
}

/**
 * `scratch` is a directory on the same mount for the temporary file. A reader that sees the new text sees its attributes
 * as well. Throws the errno; then nothing was changed.
 */
export function writeAtomic(target: BytePath, text: string, scratch: BytePath, attributes: Attributes = {}): void {
  const { mode, mtime } = attributes;
  const temporary = below(scratch, `${TEMPORARY_PREFIX}${randomBytes(8).toString("hex")}`);
  const fd = open(temporary, OPEN.createExclusive, 0o600);
  try {
    try {
      write(fd, text);
      if (mode !== undefined) fchmod(fd, mode);
      fsync(fd);
    } finally {
      close(fd);
    }
    if (mtime !== undefined) setMtime(temporary, mtime);
    failpoint("written", target);
    rename(temporary, target);
  } catch (error) {
    discard(temporary);
    throw error;
  }
  syncDirectory(parentOf(target));
}

function discard(temporary: BytePath): void {
  try {
    unlink(temporary);
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
