/** What a file is, by its path or its descriptor. */
import * as fs from "node:fs";
import type { BigIntStats, Stats } from "node:fs";
import type { Identity } from "../model/entry.ts";
import { msOfNs } from "../model/time.ts";
import { type BytePath, native } from "./byte-path.ts";
import { traceCall } from "./failpoints.ts";

export type FileKind = "file" | "directory" | "symlink" | "other";

/** The result of `lstat`. Times in ms since the epoch, `bytes` allocated. */
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
  readonly gid: number;
}

function kindOf(stat: Stats | BigIntStats): FileKind {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "directory";
  return stat.isSymbolicLink() ? "symlink" : "other";
}

export function statOf(stat: BigIntStats): Stat {
  return {
    kind: kindOf(stat),
    identity: { dev: String(stat.dev), ino: String(stat.ino), birth: String(stat.birthtimeNs) },
    mtime: msOfNs(stat.mtimeNs),
    ctime: msOfNs(stat.ctimeNs),
    size: Number(stat.size),
    bytes: Number(stat.blocks) * 512,
    links: Number(stat.nlink),
    mode: Number(stat.mode) & 0o7777,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
  };
}

/** `lstat`, never following. Throws the errno. */
export function lstat(path: BytePath): Stat {
  traceCall("lstat", path);
  return statOf(fs.lstatSync(native(path), { bigint: true }));
}

/**
 * `lstat`, or null where nothing is there (ENOENT alone; every other errno is thrown), without the cost of an
 * exception.
 */
export function lstatOrNull(path: BytePath): Stat | null {
  traceCall("lstat", path);
  const stat = fs.lstatSync(native(path), { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? null : statOf(stat);
}

/** The kind alone, as `lstatOrNull` has it, at a third of its cost. */
export function kindOrNull(path: BytePath): FileKind | null {
  traceCall("lstat", path);
  const stat = fs.lstatSync(native(path), { throwIfNoEntry: false });
  return stat === undefined ? null : kindOf(stat);
}

/**
 * What a walk needs of a file, at a third of the cost of `lstat`: its inode number is precise enough for hard links
 * alone.
 */
export interface QuickStat {
  readonly directory: boolean;
  readonly mtime: number;
  readonly size: number;
  readonly bytes: number;
  readonly links: number;
  readonly dev: number;
  readonly ino: number;
  readonly uid: number;
}

/** As `lstatOrNull`, for walks. `plain`: the caller knows that the path is ASCII, as nearly all are. */
export function quickStat(path: BytePath, plain = false): QuickStat | null {
  traceCall("lstat", path);
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
    uid: stat.uid,
  };
}
