/**
 * System calls: with its neighbours in this folder the only file that imports `node:fs`.
 *
 * All calls are synchronous: one is a few microseconds, and the promise API takes two to three times as long for a
 * walk. Code that makes many of them yields in between (fs/cooperative.ts) or runs in a thread. Paths are byte paths
 * (byte-path.ts).
 */
import * as fs from "node:fs";
import { expectErrno, isErrno, systemCode, createErrnoError, UNREADABLE } from "../errors.ts";
import { type BytePath, native } from "./byte-path.ts";
import { utimeOf, wholeMicroseconds } from "./file-time.ts";
import { traceCall } from "./failpoints.ts";

export { below, bytePath, type BytePath, portable, rawPath, textOf } from "./byte-path.ts";
export {
  close,
  fchmod,
  fstat,
  fsync,
  open,
  OPEN,
  procText,
  read,
  readAt,
  readInSteps,
  truncate,
  write,
  writeBytes,
} from "./descriptors.ts";
export { type FileKind, kindOrNull, lstat, lstatOrNull, type QuickStat, quickStat, type Stat } from "./stat.ts";

/** The path without symlinks. Throws the errno. */
export function realPath(path: string): string {
  traceCall("realpath", path);
  return fs.realpathSync.native(path);
}

/** The same, or null where it cannot be resolved, whatever the errno. */
export function realPathOrNull(path: string): string | null {
  try {
    return realPath(path);
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return null;
  }
}

/** The target of a symlink, as written in it. Throws the errno. */
export function readLink(path: BytePath): string {
  traceCall("readlink", path);
  return fs.readlinkSync(native(path), "utf8");
}

/** The same byte for byte: what is copied need not be text. */
export function readLinkBytes(path: BytePath): Buffer {
  traceCall("readlink", path);
  return fs.readlinkSync(native(path), "buffer");
}

export function symlink(target: Buffer, path: BytePath): void {
  traceCall("symlink", path);
  fs.symlinkSync(target, native(path));
}

/** A further name of the same file. */
export function link(from: BytePath, to: BytePath): void {
  traceCall("link", to);
  fs.linkSync(native(from), native(to));
}

export function rename(from: BytePath, to: BytePath): void {
  traceCall("rename", from);
  fs.renameSync(native(from), native(to));
}

export function mkdir(path: BytePath, mode: number): void {
  traceCall("mkdir", path);
  fs.mkdirSync(native(path), { mode });
}

export function unlink(path: BytePath): void {
  traceCall("unlink", path);
  fs.unlinkSync(native(path));
}

/** `unlink`; one that no longer exists (another run was faster) is not an error. Throws every other errno. */
export function unlinkIfThere(path: BytePath): void {
  try {
    unlink(path);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}

export function rmdir(path: BytePath): void {
  traceCall("rmdir", path);
  fs.rmdirSync(native(path));
}

export function chmod(path: BytePath, mode: number): void {
  traceCall("chmod", path);
  fs.chmodSync(native(path), mode);
}

/** Sets the mtime (ms). The file must exist. */
export function setMtime(path: BytePath, at: number): void {
  traceCall("utimes", path);
  const seconds = utimeOf(at / 1000);
  fs.utimesSync(native(path), seconds, seconds);
}

/** The same for a symlink itself, to the microsecond. */
export function setTimesNoFollow(path: BytePath, at: number): void {
  traceCall("utimes", path);
  const seconds = utimeOf(wholeMicroseconds(at));
  fs.lutimesSync(native(path), seconds, seconds);
}

/** For a symlink its own. */
export function chownNoFollow(path: BytePath, uid: number, gid: number): void {
  traceCall("chown", path);
  fs.lchownSync(native(path), uid, gid);
}

/** Bytes that this user may still write to the file system of a path. Throws the errno. */
export function freeBytes(path: BytePath): number {
  traceCall("statfs", path);
  const { bavail, bsize } = fs.statfsSync(native(path));
  return bavail * bsize;
}

/** Null where this process may write into the directory, else the errno that denies it. */
export function whyNotWritable(path: BytePath): string | null {
  try {
    traceCall("access", path);
    fs.accessSync(native(path), fs.constants.W_OK | fs.constants.X_OK);
    return null;
  } catch (error) {
    return systemCode(error);
  }
}

/** Whether this process may write into the directory. Throws the errno of a check that failed: then it is unknown. */
export function writable(path: BytePath): boolean {
  const refused = whyNotWritable(path);
  if (refused === null) return true;
  if (["EACCES", "EPERM", "EROFS"].includes(refused)) return false;
  throw createErrnoError("EIO", `${refused}: whether it can be written to is unknown, access '${path}'`);
}
