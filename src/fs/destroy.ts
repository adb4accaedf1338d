/**
 * Destroys a tree that was isolated before, and nothing else.
 *
 * Follows no symlink, enters no other mount, and goes on past whatever it cannot remove: the rest of the tree still
 * goes, and what stayed is told. Depth costs neither descriptors nor path length: at most `MOST_OPEN` directories are
 * held open, and a way back up that is no longer open is found through `..` and must prove to be the same directory.
 * Stepwise, as the walk is.
 */
import { errnoOf } from "../errors.ts";
import type { Identity, Trouble } from "../model/entry.ts";
import { sameIdentity } from "../model/entry.ts";
import {
  type BytePath,
  bytePath,
  lstat,
  quickStat,
  rawPath,
  rmdir,
  type TypedName,
  typedNames,
  typedStream,
  unlink,
} from "./door.ts";
import { mountOf, pin, type PinnedDirectory, unlock } from "./directory.ts";
import { troubleOf } from "./read-small.ts";

/** Well below the 256 that macOS gives a process, with two threads at it. */
const MOST_OPEN = 48;

/** A larger directory is emptied in portions of this many names, so that they are never all held. */
const PORTION = 4096;
const LARGE_DIRECTORY_BYTES = 1 << 20;
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

interface Level {
  /** Name below the level above; the root's is its path. */
  readonly name: string;
  readonly identity: Identity;
  /** Null while too many are open. */
  directory: PinnedDirectory | null;
  /** Directories in it that are still to be entered. */
  readonly children: string[];
  /** Names it could not get rid of: they are passed over when it is listed again. */
  readonly stuck: Set<string>;
  readonly large: boolean;
  /** It could not be listed, so it is not empty as far as anybody knows. */
  unlisted: boolean;
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
  const top = enter(root, root, null);
  const mount = top.directory?.mount ?? "";
  levels.push(top);
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
    const level = enter(parent.at(name), name, mount);
    if (level.directory !== null && level.directory.mount !== mount) {
      level.directory.close();
      throw failure("EXDEV", "a mount begins here, it is not entered");
    }
    levels.push(level);
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

function enter(path: BytePath, name: string, mount: string | null): Level {
  const directory = pinOrUnlock(path, mount);
  const { identity, size } = directory;
  const large = size > LARGE_DIRECTORY_BYTES;
  return { name, identity, directory, children: [], stuck: new Set(), large, unlisted: false };
}

/** Listing and unlinking need all three of the owner's rights. Where they cannot be had, the calls after this say so. */
function pinOrUnlock(path: BytePath, mount: string | null): PinnedDirectory {
  const directory = pinOrNull(path);
  if (directory !== null && (directory.mode & 0o700) === 0o700) return directory;
  directory?.close();
  const before = lstat(path);
  // Rights are given to what is to be destroyed, never to what somebody mounted there.
  if (mount !== null && mountOf(path) !== mount) throw failure("EXDEV", "a mount begins here, it is not entered");
  tryUnlock(path, before.identity);
  const unlocked = pin(path);
  if (sameIdentity(unlocked.identity, before.identity)) return unlocked;
  unlocked.close();
  throw failure("ESTALE", "replaced in mid-walk");
}

/** Null for a directory that its owner may not open: it may be given the right. */
function pinOrNull(path: BytePath): PinnedDirectory | null {
  try {
    return pin(path);
  } catch (error) {
    if (errnoOf(error) === "EACCES") return null;
    throw error;
  }
}

function tryUnlock(path: BytePath, identity: Identity): void {
  try {
    unlock(path, identity);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
  }
}

/** The directory of the deepest level: the oldest give way first, so it is open. */
function opened(level: Level): PinnedDirectory {
  if (level.directory === null) throw failure("EBADF", "its directory was closed too early");
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

/** Back up from a directory to the one above it, which must be the one that was left. */
function climb(from: PinnedDirectory, expected: Identity): PinnedDirectory {
  const directory = pin(bytePath(`${from.self}/..`));
  if (sameIdentity(directory.identity, expected)) return directory;
  directory.close();
  throw failure("ESTALE", "moved in mid-walk");
}

/** The path a person would give it, instead of the one through a descriptor. */
function shown(work: Work, name: string): BytePath {
  return rawPath([...work.levels.map((level) => level.name), name].join("/"));
}

function note(path: BytePath, error: unknown, work: Work): void {
  if (errnoOf(error) === null) throw error;
  if (work.troubles.length < MOST_TROUBLES) work.troubles.push(troubleOf(path, error));
}

function failure(code: string, what: string): Error {
  return Object.assign(new Error(`${code}: ${what}`), { code });
}
