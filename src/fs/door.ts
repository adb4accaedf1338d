/**
 * The door to the file system: the only file, with its neighbours in this folder, that imports `node:fs`.
 *
 * All calls are synchronous: one is a few microseconds, and the promise API takes two to three times as long for a
 * walk. Whoever makes many of them breathes in between (fs/breathe.ts) or works in a thread.
 * Paths are byte paths (byte-path.ts).
 */
import * as fs from "node:fs";
import { errnoOf } from "../errors.ts";
import type { Identity } from "../model/entry.ts";
import { type BytePath, native } from "./byte-path.ts";
import { announce } from "./tap.ts";

export { below, bytePath, type BytePath, portable, rawPath, textOf } from "./byte-path.ts";

export type FileKind = "file" | "directory" | "symlink" | "other";

/** What `lstat` tells. Times in ms since the epoch, `bytes` allocated. */
export interface Stat {
  readonly kind: FileKind;
  readonly identity: Identity;
  readonly mtime: number;
  readonly ctime: number;
  readonly size: number;
  readonly bytes: number;
  readonly links: number;
  readonly mode: number;
  readonly uid: number;
}

function kindOf(stat: fs.Stats | fs.BigIntStats): FileKind {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "directory";
  return stat.isSymbolicLink() ? "symlink" : "other";
}

function statOf(stat: fs.BigIntStats): Stat {
  return {
    kind: kindOf(stat),
    identity: { dev: String(stat.dev), ino: String(stat.ino), birth: String(stat.birthtimeNs) },
    mtime: Number(stat.mtimeNs) / 1e6,
    ctime: Number(stat.ctimeNs) / 1e6,
    size: Number(stat.size),
    bytes: Number(stat.blocks) * 512,
    links: Number(stat.nlink),
    mode: Number(stat.mode) & 0o7777,
    uid: Number(stat.uid),
  };
}

/** `lstat`, never following. Throws the errno. */
export function lstat(path: BytePath): Stat {
  announce("lstat", path);
  return statOf(fs.lstatSync(native(path), { bigint: true }));
}

/** `lstat`, or null where nothing is there (ENOENT alone; every other errno is thrown), without the price of an exception. */
export function lstatOrNull(path: BytePath): Stat | null {
  announce("lstat", path);
  const stat = fs.lstatSync(native(path), { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : statOf(stat);
}

/** What a walk needs of a file, at a third of the price of `lstat`: its inode number is good for hard links alone. */
export interface QuickStat {
  readonly directory: boolean;
  readonly mtime: number;
  readonly size: number;
  readonly bytes: number;
  readonly links: number;
  readonly dev: number;
  readonly ino: number;
}

/** As `lstatOrNull`, for walks. `plain`: the caller knows that the path is ASCII, as nearly all are. */
export function quickStat(path: BytePath, plain = false): QuickStat | null {
  announce("lstat", path);
  const stat = fs.lstatSync(plain ? path : native(path), { throwIfNoEntry: false });
  if (stat === undefined) return null;
  return {
    directory: stat.isDirectory(),
    mtime: stat.mtimeMs,
    size: stat.size,
    bytes: stat.blocks * 512,
    links: stat.nlink,
    dev: stat.dev,
    ino: stat.ino,
  };
}

/** The path without symlinks. Throws the errno. */
export function realPath(path: string): string {
  announce("realpath", path);
  return fs.realpathSync.native(path);
}

/** The same, or null where it cannot be resolved, whatever the errno. */
export function realPathOrNull(path: string): string | null {
  try {
    return realPath(path);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}

export function rename(from: BytePath, to: BytePath): void {
  announce("rename", from);
  fs.renameSync(native(from), native(to));
}

export function mkdir(path: BytePath, mode: number): void {
  announce("mkdir", path);
  fs.mkdirSync(native(path), { mode });
}

export function unlink(path: BytePath): void {
  announce("unlink", path);
  fs.unlinkSync(native(path));
}

export function rmdir(path: BytePath): void {
  announce("rmdir", path);
  fs.rmdirSync(native(path));
}

export function chmod(path: BytePath, mode: number): void {
  announce("chmod", path);
  fs.chmodSync(native(path), mode);
}

export function fchmod(fd: number, mode: number): void {
  announce("fchmod", String(fd));
  fs.fchmodSync(fd, mode);
}

/** Sets the mtime (ms). The file must exist. */
export function setMtime(path: BytePath, at: number): void {
  announce("utimes", path);
  fs.utimesSync(native(path), at / 1000, at / 1000);
}

export function open(path: BytePath, flags: number, mode = 0): number {
  announce("open", path);
  return fs.openSync(native(path), flags, mode);
}

export function close(fd: number): void {
  announce("close", String(fd));
  fs.closeSync(fd);
}

export function fstat(fd: number): Stat {
  announce("fstat", String(fd));
  return statOf(fs.fstatSync(fd, { bigint: true }));
}

/** A file of `/proc` about an open descriptor, whole. */
export function procText(path: string): string {
  announce("read", path);
  const fd = fs.openSync(path, fs.constants.O_RDONLY);
  try {
    return landing.toString("latin1", 0, fs.readSync(fd, landing, 0, PORTION, null));
  } finally {
    fs.closeSync(fd);
  }
}

export function fsync(fd: number): void {
  announce("fsync", String(fd));
  fs.fsyncSync(fd);
}

const PORTION = 1 << 16;

/** What is read lands here first: a limit of megabytes must not cost megabytes where a file has a hundred bytes. */
const landing = Buffer.allocUnsafeSlow(PORTION);

/**
 * Up to `length` bytes from where the descriptor stands. `expected`: how many there should be; where exactly as many
 * come, nobody asks whether there are more.
 */
export function read(fd: number, length: number, expected: number | null = null): Buffer {
  announce("read", String(fd));
  const portions: Buffer[] = [];
  let filled = 0;
  while (filled < length) {
    const count = fs.readSync(fd, landing, 0, Math.min(length - filled, PORTION), null);
    if (count === 0) break;
    portions.push(Buffer.from(landing.subarray(0, count)));
    filled += count;
    if (filled === expected) break;
  }
  return portions.length === 1 && portions[0] !== undefined ? portions[0] : Buffer.concat(portions, filled);
}

export function write(fd: number, text: string): void {
  announce("write", String(fd));
  fs.writeFileSync(fd, text);
}

export function truncate(fd: number): void {
  announce("ftruncate", String(fd));
  fs.ftruncateSync(fd, 0);
}

/** Bytes that this user may still write to the file system of a path. Throws the errno. */
export function freeBytes(path: BytePath): number {
  announce("statfs", path);
  const { bavail, bsize } = fs.statfsSync(native(path));
  return bavail * bsize;
}

/** Whether this process may write into the directory. */
export function writable(path: BytePath): boolean {
  announce("access", path);
  try {
    fs.accessSync(native(path), fs.constants.W_OK | fs.constants.X_OK);
    return true;
  } catch {
    // Every errno means the same here: not a place to put anything.
    return false;
  }
}

/** O_PATH opens what nobody may read; Node has no name for it. Linux only (include/uapi/asm-generic/fcntl.h). */
const O_PATH = 0o10000000;

/**
 * Flags of `open`, by what they are for. `O_NONBLOCK` keeps a FIFO from hanging the reader. Windows has not all of them:
 * there they are undefined, and count as 0 in an `or`.
 */
export const OPEN: {
  readonly readNoFollow: number;
  readonly directory: number;
  readonly pinned: number;
  readonly createExclusive: number;
  readonly createShared: number;
} = {
  readNoFollow: fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK,
  directory: fs.constants.O_RDONLY | fs.constants.O_DIRECTORY | fs.constants.O_NOFOLLOW,
  pinned: O_PATH | fs.constants.O_DIRECTORY | fs.constants.O_NOFOLLOW,
  createExclusive: fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_EXCL | fs.constants.O_NOFOLLOW,
  createShared: fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK,
};
