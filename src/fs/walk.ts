/**
 * Walks an entry whole, once: newest mtime, allocated bytes, files, lock files, and what could not be read.
 *
 * Synchronous and stepwise: a thread runs it to its end, the main thread in slices. Symlinks are not followed and
 * another file system is not entered. A directory of ordinary size is read at once, a huge one in portions, so that
 * memory does not grow with the files of an entry; only files with several hard links are remembered.
 */
import type { LockFile, Measurement } from "../model/inspection.ts";
import type { Trouble } from "../model/entry.ts";
import { errnoOf } from "../errors.ts";
import { isPlain } from "./byte-path.ts";
import { below, type BytePath, bytePath, quickStat, type QuickStat, textOf } from "./door.ts";
import { names, stream } from "./listing.ts";
import { troubleOf } from "./read-small.ts";

/** Steps between two breaths: 64 calls of about 5 us stay well below a slice. */
const STEPS_A_BREATH = 64;

/** A directory whose own size is above this holds more than about 20,000 names (ext4: 40 bytes a name and more). */
const LARGE_DIRECTORY_BYTES = 1 << 20;

/** More troubles than a person would read. */
const MOST_TROUBLES = 10;

/**
 * Walks every member (a directory, or a single file); a directory itself does not count for age. `locks` matches names
 * that mean that a program may be at work.
 */
export function* walk(members: readonly string[], locks: RegExp | null): Generator<void, Measurement> {
  const tally = newTally(locks);
  for (const member of members) {
    const root = bytePath(member);
    const stat = look(root, tally);
    if (stat === null) continue;
    tally.bytes += stat.bytes;
    if (stat.directory) yield* descend(root, stat.dev, tally);
    else note(root, stat, tally);
  }
  return {
    newest: tally.newest === null ? null : { at: tally.newest, from: "mtime" },
    newestPath: tally.newestPath === null ? null : textOf(tally.newestPath),
    bytes: tally.bytes,
    files: tally.files,
    locks: tally.locks,
    troubles: tally.troubles,
  };
}

interface Tally {
  readonly lockNames: RegExp | null;
  newest: number | null;
  newestPath: BytePath | null;
  bytes: number;
  files: number;
  steps: number;
  readonly locks: LockFile[];
  readonly troubles: Trouble[];
  /** Links seen so far of files that have several. */
  readonly links: Map<string, number>;
}

function newTally(lockNames: RegExp | null): Tally {
  return {
    lockNames,
    newest: null,
    newestPath: null,
    bytes: 0,
    files: 0,
    steps: 0,
    locks: [],
    troubles: [],
    links: new Map(),
  };
}

function* descend(root: BytePath, dev: number, tally: Tally): Generator<void, void> {
  const pending: { path: BytePath; large: boolean; plain: boolean }[] = [
    { path: root, large: false, plain: isPlain(root) },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path: directory, plain: pathIsPlain } = next;
    const take = (name: string): void => {
      const path = below(directory, name);
      const plain = pathIsPlain && isPlain(name);
      const stat = look(path, tally, plain);
      if (stat === null) return;
      count(path, name, stat, tally);
      if (!stat.directory) return;
      if (stat.dev === dev) pending.push({ path, large: stat.size > LARGE_DIRECTORY_BYTES, plain });
      else trouble({ code: "EXDEV", message: "another file system begins here", path: textOf(path) }, tally);
    };
    yield* list(directory, next.large, take, tally);
  }
}

function* list(path: BytePath, large: boolean, take: (name: string) => void, tally: Tally): Generator<void, void> {
  try {
    for (const name of large ? stream(path) : names(path)) {
      take(name);
      if (++tally.steps % STEPS_A_BREATH === 0) yield;
    }
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    // A directory that went away in mid-walk: somebody is at work, and a fresh mtime above it says so.
    if (errnoOf(error) !== "ENOENT") trouble(troubleOf(path, error), tally);
  }
}

function look(path: BytePath, tally: Tally, plain = false): QuickStat | null {
  try {
    return quickStat(path, plain);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    trouble(troubleOf(path, error), tally);
    return null;
  }
}

function count(path: BytePath, name: string, stat: QuickStat, tally: Tally): void {
  note(path, stat, tally);
  if (stat.directory || stat.links < 2) tally.bytes += stat.bytes;
  else tally.bytes += lastLink(stat, tally) ? stat.bytes : 0;
  if (tally.lockNames?.test(name) === true) tally.locks.push({ path: textOf(path), at: stat.mtime });
}

function note(path: BytePath, stat: QuickStat, tally: Tally): void {
  if (!stat.directory) tally.files += 1;
  if (tally.newest !== null && stat.mtime <= tally.newest) return;
  tally.newest = stat.mtime;
  tally.newestPath = path;
}

/** A file with several links comes free with its last one: counted once, and not while one stays outside. */
function lastLink(stat: QuickStat, tally: Tally): boolean {
  const key = `${stat.dev}:${stat.ino}`;
  const seen = (tally.links.get(key) ?? 0) + 1;
  tally.links.set(key, seen);
  return seen === stat.links;
}

function trouble(found: Trouble, tally: Tally): void {
  if (tally.troubles.length < MOST_TROUBLES) tally.troubles.push(found);
}
