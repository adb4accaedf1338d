/**
 * Walks an entry whole, once: newest mtime, allocated bytes, files, lock files, and what could not be read.
 *
 * Synchronous and stepwise: a thread runs it to its end, the main thread in slices. Symlinks are not followed and
 * another file system is not entered. A directory of ordinary size is read at once, a huge one in batches, so that
 * memory does not grow with the files of an entry; only files with several hard links are remembered.
 */
import type { LockFile, Measurement, UsedDirectories } from "../model/inspection.ts";
import type { IoError, LastUse } from "../model/entry.ts";
import { errnoOf, isErrno } from "../errors.ts";
import { isPlain } from "./byte-path.ts";
import {
  below,
  type BytePath,
  bytePath,
  quickStat,
  type QuickStat,
  rawPath,
  textOf,
  whyNotWritable,
} from "./syscalls.ts";
import { pin, type PinnedDirectory } from "./directory.ts";
import { names, stream } from "./listing.ts";
import { toIoError } from "./read-small.ts";

/** Steps between two yields: 64 calls of about 5 us are well below a slice. */
const YIELD_EVERY = 64;

/** A directory with a longer path is entered by a descriptor: PATH_MAX is 4096 here, and a name has up to 255 bytes. */
const LONG_PATH = 3000;

/** 120,000 bytes of path, with as many descriptors open: two threads stay well below a small limit of 256. */
const MAX_OPEN_FDS = 40;

/** A directory whose own size is above this holds more than about 20,000 names (ext4: 40 bytes a name and more). */
const LARGE_DIRECTORY_BYTES = 1 << 20;

/** More errors are not useful to read. */
const MAX_ERRORS = 10;

/**
 * Walks every member (a directory, or a single file); a directory itself does not count for age. `locks` matches names
 * that show that a program may be at work. `used`: the newest of these directories is told as well.
 */
export function* walk(
  members: readonly string[],
  locks: RegExp | null,
  used: UsedDirectories | null = null,
): Generator<void, Measurement> {
  const tally = newTally(locks, used);
  for (const member of members) {
    const root = bytePath(member);
    const stat = statOrRecord(root, tally);
    if (stat === null) continue;
    tally.bytes += stat.bytes;
    if (stat.directory) yield* descend(root, 0, stat.dev, tally);
    else recordTime(root, stat, tally);
  }
  return {
    newest: useAt(tally.newest),
    newestPath: tally.newestPath === null ? null : textOf(tally.newestPath),
    bytes: tally.bytes,
    files: tally.files,
    locks: tally.locks,
    troubles: tally.troubles,
    ...(tally.foreign === null ? {} : { foreign: textOf(tally.foreign) }),
    ...(tally.used === undefined ? {} : { used: useAt(tally.used) }),
  };
}

function useAt(mtime: number | null): LastUse | null {
  return mtime === null ? null : { at: mtime, from: "mtime" };
}

interface Tally {
  readonly lockNames: RegExp | null;
  readonly usedIn: BytePath | null;
  readonly usedNames: RegExp | null;
  /** The newest time of those in `usedIn`; undefined: that was not listed. */
  used: number | null | undefined;
  newest: number | null;
  newestPath: BytePath | null;
  bytes: number;
  files: number;
  steps: number;
  readonly locks: LockFile[];
  readonly troubles: IoError[];
  /** Null: there are no users, or this one may do everything. */
  readonly uid: number | null;
  /** The first directory with something in it that this user cannot take out: it is another's, who gave no right to. */
  foreign: BytePath | null;
  /** The path that the descriptor replaces; null: paths are complete. */
  shown: { readonly short: BytePath; readonly long: BytePath } | null;
  /** Links seen so far of files that have several. */
  readonly links: Map<string, number>;
}

function newTally(lockNames: RegExp | null, used: UsedDirectories | null): Tally {
  const uid = process.geteuid?.() ?? 0;
  return {
    lockNames,
    usedIn: used === null ? null : bytePath(used.within),
    usedNames: used === null ? null : used.names,
    used: undefined,
    newest: null,
    newestPath: null,
    bytes: 0,
    files: 0,
    steps: 0,
    locks: [],
    troubles: [],
    uid: uid === 0 ? null : uid,
    foreign: null,
    shown: null,
    links: new Map(),
  };
}

/** `depth`: how many times a long path has been cut so far. */
function* descend(root: BytePath, depth: number, dev: number, tally: Tally): Generator<void, void> {
  const pending: { path: BytePath; large: boolean; plain: boolean; foreign: boolean }[] = [
    { path: root, large: false, plain: isPlain(root), foreign: false },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path: directory, plain: pathIsPlain } = next;
    if (directory.length > LONG_PATH) {
      yield* descendPinned(directory, depth, dev, tally);
      continue;
    }
    let foreign = next.foreign && tally.foreign === null;
    const isUsed = tally.usedIn !== null && displayPath(directory, tally) === tally.usedIn;
    if (isUsed) tally.used = null;
    const take = (name: string): void => {
      if (foreign) recordForeign(directory, tally);
      foreign = false;
      const path = below(directory, name);
      const plain = pathIsPlain && isPlain(name);
      const stat = statOrRecord(path, tally, plain);
      if (stat === null) return;
      count(path, name, stat, tally);
      if (!stat.directory) return;
      if (isUsed) recordUse(name, stat, tally);
      if (stat.dev === dev)
        pending.push({ path, large: stat.size > LARGE_DIRECTORY_BYTES, plain, foreign: isForeign(stat, tally) });
      else
        recordError(
          { code: "EXDEV", message: "another file system begins here", path: textOf(displayPath(path, tally)) },
          tally,
        );
    };
    yield* list(directory, next.large, take, tally);
  }
}

/**
 * Continues by a descriptor, below which paths are short again: what is deeper than the system's limit (PATH_MAX) is
 * measured like the rest, as it is destroyed. Without such descriptor paths the errno is reported.
 */
function* descendPinned(path: BytePath, depth: number, dev: number, tally: Tally): Generator<void, void> {
  let directory: PinnedDirectory;
  try {
    directory = pin(path);
  } catch (error) {
    // A directory that was removed during the walk, as in `list`.
    if (!isErrno(error, "ENOENT")) recordError(toIoError(displayPath(path, tally), error), tally);
    return;
  }
  const { self } = directory;
  const before = tally.shown;
  try {
    if (self.length > LONG_PATH || depth >= MAX_OPEN_FDS) {
      const message = "ENAMETOOLONG: the path is longer than this system takes";
      recordError({ code: "ENAMETOOLONG", message, path: textOf(displayPath(path, tally)) }, tally);
      return;
    }
    tally.shown = { short: self, long: displayPath(path, tally) };
    yield* descend(self, depth + 1, dev, tally);
  } finally {
    tally.shown = before;
    directory.close();
  }
}

/** The path for display, where a part of it is a descriptor. */
function displayPath(path: BytePath, { shown: cut }: Tally): BytePath {
  return cut !== null && path.startsWith(`${cut.short}/`) ? rawPath(cut.long + path.slice(cut.short.length)) : path;
}

function* list(path: BytePath, large: boolean, take: (name: string) => void, tally: Tally): Generator<void, void> {
  try {
    for (const name of large ? stream(path) : names(path)) {
      take(name);
      if (++tally.steps % YIELD_EVERY === 0) yield;
    }
  } catch (error) {
    // A directory that was removed during the walk: another process is at work, and a recent mtime above it shows that.
    if (errnoOf(error) !== "ENOENT") recordError(toIoError(displayPath(path, tally), error), tally);
  }
}

function statOrRecord(path: BytePath, tally: Tally, plain = false): QuickStat | null {
  try {
    return quickStat(path, plain);
  } catch (error) {
    recordError(toIoError(displayPath(path, tally), error), tally);
    return null;
  }
}

function count(path: BytePath, name: string, stat: QuickStat, tally: Tally): void {
  recordTime(path, stat, tally);
  if (stat.directory || stat.links < 2) tally.bytes += stat.bytes;
  else tally.bytes += lastLink(stat, tally) ? stat.bytes : 0;
  if (tally.lockNames?.test(name) === true)
    tally.locks.push({ path: textOf(displayPath(path, tally)), at: stat.mtime });
}

function recordTime(path: BytePath, stat: QuickStat, tally: Tally): void {
  if (!stat.directory) tally.files += 1;
  if (tally.newest !== null && stat.mtime <= tally.newest) return;
  tally.newest = stat.mtime;
  tally.newestPath = displayPath(path, tally);
}

function recordUse(name: string, { mtime }: QuickStat, tally: Tally): void {
  if (tally.usedNames?.test(name) === true && mtime > (tally.used ?? -Infinity)) tally.used = mtime;
}

/** A file with several links is freed with its last one: counted once, and not while one stays outside. */
function lastLink(stat: QuickStat, tally: Tally): boolean {
  const key = `${stat.dev}:${stat.ino}`;
  const seen = (tally.links.get(key) ?? 0) + 1;
  tally.links.set(key, seen);
  return seen === stat.links;
}

function isForeign({ uid }: QuickStat, tally: Tally): boolean {
  return tally.uid !== null && uid !== tally.uid;
}

/** Asked of the kernel, which knows groups and ACLs. */
function recordForeign(directory: BytePath, tally: Tally): void {
  const refused = whyNotWritable(directory);
  if (refused === "EACCES" || refused === "EPERM") tally.foreign = displayPath(directory, tally);
}

function recordError(found: IoError, tally: Tally): void {
  if (tally.troubles.length < MAX_ERRORS) tally.troubles.push(found);
}
