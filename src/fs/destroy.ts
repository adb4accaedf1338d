/**
 * Destroys a tree that was isolated before, and nothing else.
 *
 * Follows no symlink, enters no other mount, and goes on past whatever it cannot remove: the rest of the tree still
 * goes, and what stayed is told. Depth costs neither descriptors nor path length: at most `MOST_OPEN` directories are
 * held open, and a way back up that is no longer open is found through `..` and must prove to be the same directory.
 * Stepwise, as the walk is.
 */
import { errnoOf, troubled } from "../errors.ts";
import type { Trouble } from "../model/entry.ts";
import { type BytePath, bytePath, quickStat, rawPath, rmdir, unlink } from "./door.ts";
import { type TypedName, typedNames, typedStream } from "./listing.ts";
import type { PinnedDirectory } from "./directory.ts";
import { climb, enter, type Level, mountAbove } from "./levels.ts";
import { troubleOf } from "./read-small.ts";

/** Well below the 256 that macOS gives a process, with two threads at it. */
const MOST_OPEN = 48;

/** A larger directory is emptied in portions of this many names, so that they are never all held. */
const PORTION = 4096;
const STEPS_A_BREATH = 64;

/** More troubles than a person would read. */
const MOST_TROUBLES = 10;

export interface Destroyed {
  /** Allocated bytes that came free; hard links count with their last one. */
  readonly bytes: number;
  readonly files: number;
  /** What would not go: at most 10. Empty means that the tree is gone. */
  readonly troubles: readonly Trouble[];
}

interface Work {
  readonly levels: Level[];
  /** Whether bytes are counted, which takes a look at every file. */
  readonly counts: boolean;
  bytes: number;
  files: number;
  steps: number;
  readonly troubles: Trouble[];
}

export const NOTHING_DESTROYED: Destroyed = { bytes: 0, files: 0, troubles: [] };

/**
 * Destroys what is at `path`: a directory with all below it, or a single file. A missing one is no trouble. `counts`:
 * tell the bytes that came free, else 0: unlinking alone is half as many calls.
 */
export function* destroy(path: string, counts = true): Generator<void, Destroyed> {
  const root = bytePath(path);
  const work: Work = { levels: [], counts, bytes: 0, files: 0, steps: 0, troubles: [] };
  try {
    const stat = quickStat(root);
    if (stat?.directory === true) yield* clear(root, work);
    else if (stat !== null) remove(root, work);
  } catch (error) {
    note(root, error, work);
  }
  return { bytes: work.bytes, files: work.files, troubles: work.troubles };
}

function* clear(root: BytePath, work: Work): Generator<void, void> {
  const { levels } = work;
  const mount = mountAbove(root);
  levels.push(enter(root, root, mount));
  try {
    for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
      const directory = opened(level);
      if (level.children.length === 0 && !level.unlisted) yield* emptied(directory, level, work);
      const child = level.children.pop();
      if (child !== undefined) {
        descend(directory, child, mount, work);
        continue;
      }
      levels.pop();
      leave(root, level, directory, work);
    }
  } finally {
    for (const level of levels) level.directory?.close();
  }
}

/** A directory that cannot be listed stays, and costs nothing beside it. */
function* emptied(directory: PinnedDirectory, level: Level, work: Work): Generator<void, void> {
  try {
    yield* empty(directory, level, work);
  } catch (error) {
    note(rawPath(work.levels.map((one) => one.name).join("/")), error, work);
    level.children.length = 0;
    level.unlisted = true;
  }
}

/** Unlinks everything in a directory that is no directory, and notes the directories. */
function* empty(directory: PinnedDirectory, level: Level, work: Work): Generator<void, void> {
  for (;;) {
    directory.check();
    const batch = portion(directory.self, level);
    // Where nothing pins it, it may have been swapped between the check and the listing.
    directory.check();
    for (const name of batch) {
      strike(directory, level, name, work);
      if (++work.steps % STEPS_A_BREATH === 0) yield;
    }
    // Directories are entered before the next portion, so that they are gone when the names are read again.
    if (batch.length === 0 || !level.large || level.children.length > 0) return;
  }
}

function portion(path: BytePath, level: Level): readonly TypedName[] {
  if (!level.large) {
    const found = typedNames(path);
    return level.stuck.size === 0 ? found : found.filter(({ name }) => !level.stuck.has(name));
  }
  const batch: TypedName[] = [];
  for (const one of typedStream(path)) {
    if (!level.stuck.has(one.name)) batch.push(one);
    if (batch.length >= PORTION) break;
  }
  return batch;
}

function strike(directory: PinnedDirectory, level: Level, { name, directory: below }: TypedName, work: Work): void {
  if (below) {
    level.children.push(name);
    return;
  }
  try {
    remove(directory.at(name), work);
  } catch (error) {
    level.stuck.add(name);
    note(shown(work, name), error, work);
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
  // The number of links falls with every unlink of ours, so the last one is the one that stands alone.
  if (stat !== null && stat.links < 2) work.bytes += stat.bytes;
}

function descend(parent: PinnedDirectory, name: string, mount: string, work: Work): void {
  const { levels } = work;
  try {
    levels.push(enter(parent.at(name), name, mount));
    // The oldest open directory gives way; it is found again on the way up.
    const oldest = levels.find((one) => one.directory !== null);
    if (levels.length <= MOST_OPEN || oldest === undefined) return;
    oldest.directory?.close();
    oldest.directory = null;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return;
    levels.at(-1)?.stuck.add(name);
    note(shown(work, name), error, work);
  }
}

/** The directory of the deepest level: the oldest give way first, so it is open. */
function opened(level: Level): PinnedDirectory {
  if (level.directory === null) throw troubled("EBADF", "EBADF: its directory was closed too early");
  return level.directory;
}

function leave(root: BytePath, level: Level, directory: PinnedDirectory, work: Work): void {
  const above = work.levels.at(-1);
  try {
    if (above !== undefined) above.directory ??= climb(directory, above.identity);
  } finally {
    directory.close();
  }
  const path = above?.directory?.at(level.name) ?? root;
  if (level.stuck.size > 0 || level.unlisted) {
    // What stayed inside has been told already.
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
    note(shown(work, level.name), error, work);
  }
}

/** The path a person would give it, instead of the one through a descriptor. */
function shown(work: Work, name: string): BytePath {
  return rawPath([...work.levels.map((level) => level.name), name].join("/"));
}

function note(path: BytePath, error: unknown, work: Work): void {
  if (errnoOf(error) === null) throw error;
  if (work.troubles.length < MOST_TROUBLES) work.troubles.push(troubleOf(path, error));
}
