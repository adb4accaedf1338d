/**
 * Destroys a tree that was isolated before, and nothing else.
 *
 * Follows no symlink, enters no other mount, and continues past whatever it cannot remove: the rest of the tree is
 * still destroyed, and what stayed is reported. Depth costs neither descriptors nor path length: at most `MAX_OPEN_FDS`
 * directories are held open, and a parent that is no longer open is reopened through `..` and must be the same
 * directory. Cooperative, as the walk is.
 */
import { errnoOf, createErrnoError } from "../errors.ts";
import type { IoError } from "../model/entry.ts";
import { type BytePath, bytePath, quickStat, rawPath, rmdir, unlink } from "./syscalls.ts";
import { type TypedName, typedNames, typedStream } from "./listing.ts";
import type { PinnedDirectory } from "./directory.ts";
import { reopenParent, openLevel, type Level, mountAbove } from "./directory-stack.ts";
import { toIoError } from "./read-small.ts";

/** Well below the 256 that macOS gives a process, with two threads running. */
const MAX_OPEN_FDS = 48;

/** A larger directory is emptied in batches of this many names, so that they are never all held in memory. */
const BATCH = 4096;
const YIELD_EVERY = 64;

/** More errors are not useful to read. */
const MAX_ERRORS = 10;

export interface Destroyed {
  /** Allocated bytes that were freed; hard links count with their last one. */
  readonly bytes: number;
  readonly files: number;
  /** What could not be removed: at most 10. Empty means that the tree is gone. */
  readonly troubles: readonly IoError[];
}

interface Work {
  readonly levels: Level[];
  /** Whether bytes are counted, which takes a stat of every file. */
  readonly counts: boolean;
  bytes: number;
  files: number;
  steps: number;
  readonly troubles: IoError[];
}

export const NOTHING_DESTROYED: Destroyed = { bytes: 0, files: 0, troubles: [] };

/**
 * Destroys what is at `path`: a directory with all below it, or a single file. A missing one is not an error. `counts`:
 * return the bytes that were freed, else 0: unlinking alone is half as many calls.
 */
export function* destroy(path: string, counts = true): Generator<void, Destroyed> {
  const root = bytePath(path);
  const work: Work = { levels: [], counts, bytes: 0, files: 0, steps: 0, troubles: [] };
  try {
    const stat = quickStat(root);
    if (stat?.directory === true) yield* clear(root, work);
    else if (stat !== null) remove(root, work);
  } catch (error) {
    recordError(root, error, work);
  }
  return { bytes: work.bytes, files: work.files, troubles: work.troubles };
}

function* clear(root: BytePath, work: Work): Generator<void, void> {
  const { levels } = work;
  const mount = mountAbove(root);
  levels.push(openLevel(root, root, mount));
  try {
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      const directory = topDirectory(level);
      if (level.children.length === 0 && !level.unlisted) yield* clearDirectory(directory, level, work);
      const child = level.children.pop();
      if (child !== undefined) {
        push(directory, child, mount, work);
        continue;
      }
      levels.pop();
      pop(root, level, directory, work);
    }
  } finally {
    for (const level of levels) level.directory?.close();
  }
}

/** A directory that cannot be listed stays, and does not affect its siblings. */
function* clearDirectory(directory: PinnedDirectory, level: Level, work: Work): Generator<void, void> {
  try {
    yield* unlinkAll(directory, level, work);
  } catch (error) {
    recordError(rawPath(work.levels.map((one) => one.name).join("/")), error, work);
    level.children.length = 0;
    level.unlisted = true;
  }
}

/** Unlinks everything in a directory that is not a directory, and records the directories. */
function* unlinkAll(directory: PinnedDirectory, level: Level, work: Work): Generator<void, void> {
  for (;;) {
    directory.check();
    const batch = readBatch(directory.self, level);
    // Without a descriptor it may have been replaced between the check and the listing.
    directory.check();
    for (const name of batch) {
      unlinkEntry(directory, level, name, work);
      if (++work.steps % YIELD_EVERY === 0) yield;
    }
    // Subdirectories are entered before the next batch, so that they are gone when the names are read again.
    if (batch.length === 0 || !level.large || level.children.length > 0) return;
  }
}

function readBatch(path: BytePath, level: Level): readonly TypedName[] {
  if (!level.large) {
    const found = typedNames(path);
    return level.stuck.size === 0 ? found : found.filter(({ name }) => !level.stuck.has(name));
  }
  const batch: TypedName[] = [];
  for (const one of typedStream(path)) {
    if (!level.stuck.has(one.name)) batch.push(one);
    if (batch.length >= BATCH) break;
  }
  return batch;
}

function unlinkEntry(
  directory: PinnedDirectory,
  level: Level,
  { name, directory: below }: TypedName,
  work: Work,
): void {
  if (below) {
    level.children.push(name);
    return;
  }
  try {
    remove(directory.at(name), work);
  } catch (error) {
    level.stuck.add(name);
    recordError(displayPath(work, name), error, work);
  }
}

function remove(path: BytePath, work: Work): void {
  const stat = work.counts ? quickStat(path) : null;
  try {
    unlink(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return;
    throw error;
  }
  work.files += 1;
  // Our own unlinks decrease the link count, so the last name of a file has a count of one.
  if (stat !== null && stat.links < 2) work.bytes += stat.bytes;
}

function push(parent: PinnedDirectory, name: string, mount: string, work: Work): void {
  const { levels } = work;
  try {
    levels.push(openLevel(parent.at(name), name, mount));
    // The oldest open directory is closed; it is reopened on the way up.
    const oldest = levels.find((one) => one.directory !== null);
    if (levels.length <= MAX_OPEN_FDS || oldest === undefined) return;
    oldest.directory?.close();
    oldest.directory = null;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return;
    levels.at(-1)?.stuck.add(name);
    recordError(displayPath(work, name), error, work);
  }
}

/** The directory of the deepest level: the oldest are closed first, so it is open. */
function topDirectory(level: Level): PinnedDirectory {
  if (level.directory === null) throw createErrnoError("EBADF", "EBADF: its directory was closed too early");
  return level.directory;
}

function pop(root: BytePath, level: Level, directory: PinnedDirectory, work: Work): void {
  const above = work.levels.at(-1);
  try {
    if (above !== undefined) above.directory ??= reopenParent(directory, above.identity);
  } finally {
    directory.close();
  }
  const path = above?.directory?.at(level.name) ?? root;
  if (level.stuck.size > 0 || level.unlisted) {
    // What stayed inside has been reported already.
    above?.stuck.add(level.name);
    return;
  }
  try {
    const bytes = work.counts ? (quickStat(path)?.bytes ?? 0) : 0;
    rmdir(path);
    work.bytes += bytes;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return;
    above?.stuck.add(level.name);
    recordError(displayPath(work, level.name), error, work);
  }
}

/** The path for display, instead of the one through a descriptor. */
function displayPath(work: Work, name: string): BytePath {
  return rawPath([...work.levels.map((level) => level.name), name].join("/"));
}

function recordError(path: BytePath, error: unknown, work: Work): void {
  const trouble = toIoError(path, error);
  if (work.troubles.length < MAX_ERRORS) work.troubles.push(trouble);
}
