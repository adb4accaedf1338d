/**
 * Facts about the files of a git directory (gitrepository-layout(5), and the names of temporary files in git's
 * sources).
 */
import { expectErrno, UNREADABLE } from "../../errors.ts";
import { below, type BytePath, bytePath, kindOrNull, lstatOrNull } from "../../fs/syscalls.ts";
import { decodeUtf8, readSmall, type SmallFile, toIoError } from "../../fs/read-small.ts";
import { parseAlternates } from "../../git/alternates.ts";
import type { IoError } from "../../model/entry.ts";
import type { LockFile } from "../../model/inspection.ts";

/**
 * Lock files have this suffix in every part of git; the rest are temporary files of `hash-object`, `index-pack` and
 * `repack`.
 */
export const GIT_LOCKS: RegExp =
  /(?:\.lock|^gc\.pid|^tmp_(?:obj|pack|idx|rev|bitmap|midx)_.*|^tmp_objdir-.*|^\.tmp-.*)$/;

/** Where locks are while a program works in a repo with one branch and no worktrees. */
const USUAL_LOCKS: readonly string[] = [
  "index.lock",
  "gc.pid",
  "HEAD.lock",
  "config.lock",
  "packed-refs.lock",
  "shallow.lock",
];

/** The same in the directories of the repo. */
export const LOCKS_BELOW: readonly string[] = ["objects/maintenance.lock", "objects/info/commit-graph.lock"];

/** Longer alternates than this are a mistake: a line is a path, and git stops at a depth of five. */
const ALTERNATES_LIMIT = 256 * 1024;

export interface LocksFound {
  readonly locks: readonly LockFile[];
  readonly troubles: readonly IoError[];
}

/** The usual lock files that exist now. */
export function usualLocks(gitDirectory: string): LocksFound {
  return locksNamed(gitDirectory, [...USUAL_LOCKS, ...LOCKS_BELOW]);
}

/** Those of these files that exist now. */
export function locksNamed(gitDirectory: string, names: readonly string[]): LocksFound {
  const locks: LockFile[] = [];
  const troubles: IoError[] = [];
  for (const name of names) {
    const path = below(bytePath(gitDirectory), name);
    try {
      const stat = lstatOrNull(path);
      if (stat !== null) locks.push({ path: `${gitDirectory}/${name}`, at: stat.mtime });
    } catch (error) {
      troubles.push(toIoError(path, error));
    }
  }
  return { locks, troubles };
}

export interface Borrowed {
  /** Object directories elsewhere, absolute, as the file lists them: scan/borrowed.ts follows their links. */
  readonly borrows: readonly string[];
  readonly trouble: IoError | null;
}

/**
 * `objects/info/alternates`: one object directory a line, relative to `objects`, `#` begins a comment. `home`: where
 * the repo belongs, which relative lines refer to even while it lies in the trash.
 */
export function readAlternates(gitDirectory: string, home: string): Borrowed {
  const path = `${gitDirectory}/objects/info/alternates`;
  // Nearly no repo has one, and a stat costs less than an open that fails.
  const file: SmallFile = isMissing(bytePath(path)) ? { kind: "missing" } : readSmall(bytePath(path), ALTERNATES_LIMIT);
  switch (file.kind) {
    case "missing":
      return { borrows: [], trouble: null };
    case "unreadable":
      // Without `objects/info` there can be no alternates.
      return file.trouble.code === "ENOTDIR" ? { borrows: [], trouble: null } : { borrows: [], trouble: file.trouble };
    case "not-a-file":
      return { borrows: [], trouble: { code: "ENOTSUP", message: "it is not a regular file", path } };
    case "too-large":
      return { borrows: [], trouble: { code: "EFBIG", message: `it has ${file.size} bytes`, path } };
    case "bytes": {
      const text = decodeUtf8(file.bytes);
      if (text === null) return { borrows: [], trouble: { code: "EILSEQ", message: "it is not UTF-8", path } };
      const borrows = parseAlternates(text, `${home}/objects`);
      // In quotes any bytes can be written.
      const isWhole = !borrows.some((one) => one.includes("\ufffd"));
      return { borrows, trouble: isWhole ? null : { code: "EILSEQ", message: "a path in it is not UTF-8", path } };
    }
  }
}

function isMissing(path: BytePath): boolean {
  try {
    return kindOrNull(path) === null;
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    // Reading it reports what is wrong.
    return false;
  }
}
