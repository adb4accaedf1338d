/** Facts about the files of a git directory (gitrepository-layout(5), and what git's sources name temporary files). */
import { errnoOf } from "../errors.ts";
import { below, type BytePath, bytePath, lstatOrNull, realPathOrNull } from "../fs/door.ts";
import { decodeUtf8, readSmall, type SmallFile, troubleOf } from "../fs/read-small.ts";
import type { Trouble } from "../model/entry.ts";
import type { LockFile } from "../model/inspection.ts";

/** Lock files end so in every part of git; the rest are temporary files of `hash-object`, `index-pack` and `repack`. */
export const GIT_LOCKS: RegExp =
  /(?:\.lock|^gc\.pid|^tmp_(?:obj|pack|idx|rev|bitmap|midx)_.*|^tmp_objdir-.*|^\.tmp-.*)$/;

/** Where a lock stands when somebody is at work in a repo that has one branch and no worktrees. */
const USUAL_LOCKS: readonly string[] = [
  "index.lock",
  "gc.pid",
  "HEAD.lock",
  "config.lock",
  "packed-refs.lock",
  "shallow.lock",
  "objects/maintenance.lock",
  "objects/info/commit-graph.lock",
];

/** Longer alternates than this are somebody's mistake: a line is a path, and git stops at a depth of five. */
const ALTERNATES_LIMIT = 256 * 1024;

export interface LocksFound {
  readonly locks: readonly LockFile[];
  readonly troubles: readonly Trouble[];
}

/** The usual lock files that are there now. */
export function usualLocks(gitDirectory: string): LocksFound {
  const locks: LockFile[] = [];
  const troubles: Trouble[] = [];
  for (const name of USUAL_LOCKS) {
    const path = below(bytePath(gitDirectory), name);
    try {
      const stat = lstatOrNull(path);
      if (stat !== null) locks.push({ path: `${gitDirectory}/${name}`, at: stat.mtime });
    } catch (error) {
      if (errnoOf(error) === null) throw error;
      troubles.push(troubleOf(path, error));
    }
  }
  return { locks, troubles };
}

export interface Borrowed {
  /** Object directories elsewhere, absolute, as the file has them. */
  readonly borrows: readonly string[];
  readonly trouble: Trouble | null;
}

/**
 * `objects/info/alternates`: one object directory a line, relative to `objects`, `#` begins a comment. `home`: where the
 * repo belongs, which is what relative lines start from also while it lies in the trash.
 */
export function readAlternates(gitDirectory: string, home: string): Borrowed {
  const path = `${gitDirectory}/objects/info/alternates`;
  // Nearly no repo has one, and a look costs less than an open that fails.
  const file: SmallFile = isMissing(bytePath(path)) ? { kind: "missing" } : readSmall(bytePath(path), ALTERNATES_LIMIT);
  switch (file.kind) {
    case "missing":
      return { borrows: [], trouble: null };
    case "unreadable":
      // No `objects/info` at all has no alternates in it.
      return file.trouble.code === "ENOTDIR" ? { borrows: [], trouble: null } : { borrows: [], trouble: file.trouble };
    case "not-a-file":
      return { borrows: [], trouble: { code: "ENOTSUP", message: "it is no regular file", path } };
    case "too-large":
      return { borrows: [], trouble: { code: "EFBIG", message: `it has ${file.size} bytes`, path } };
    case "bytes": {
      const text = decodeUtf8(file.bytes);
      if (text === null) return { borrows: [], trouble: { code: "EILSEQ", message: "it is not UTF-8", path } };
      const lines = text.split("\n").map((line) => unquote(line.replace(/\r$/, "")));
      const named = lines.filter((line) => line !== "" && !line.startsWith("#"));
      return { borrows: named.flatMap((line) => bothForms(absolute(`${home}/objects`, line))), trouble: null };
    }
  }
}

function isMissing(path: BytePath): boolean {
  try {
    return lstatOrNull(path) === null;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    // Reading it tells what is wrong.
    return false;
  }
}

/** A path as it is written, and without symlinks where that is another. */
function bothForms(path: string): readonly string[] {
  const real = realPathOrNull(path) ?? path;
  return real === path ? [path] : [path, real];
}

/** A path with unusual bytes may stand in C-style quotes. */
function unquote(line: string): string {
  const quoted = /^"(.*)"$/.exec(line)?.[1];
  return quoted === undefined ? line : quoted.replace(/\\(["\\])/g, "$1");
}

/** Joins and folds `.` and `..` without asking the disk. */
function absolute(from: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${from}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
