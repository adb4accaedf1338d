/**
 * Moves a pack into a repo and the loose objects that it holds out of it, and undoes both where anything is wrong.
 *
 * A program that reads or writes the repo meanwhile finds every object at any moment: the pack is in place and on the
 * disk before the first loose object is moved, and is removed after the last one is back. Git looks for new packs before
 * it reports an object as missing (packfile.c, `reprepare_packed_git`).
 */
import { errnoOf, createErrnoError } from "../errors.ts";
import { yieldToEventLoop } from "../fs/cooperative.ts";
import {
  below,
  bytePath,
  type BytePath,
  close,
  fsync,
  lstatOrNull,
  mkdir,
  open,
  OPEN,
  rename,
  rmdir,
  setMtime,
  unlink,
} from "../fs/syscalls.ts";
import { names, namesOrNone } from "../fs/listing.ts";
import { failpoint } from "../fs/failpoints.ts";
import { syncDirectory } from "../fs/write-atomic.ts";
import type { RunLimits } from "../git/exec.ts";
import { objectsIn } from "../git/packing.ts";
import { objectsDirectory, looseObjectPath } from "./loose.ts";
import type { Journal } from "./scratch.ts";

/** In this order git sees a pack only when all of it is there. */
const EXTENSIONS = [".pack", ".idx"] as const;

/** Thousands of renames must not block the event loop of a host: 64 take about a millisecond. */
const YIELD_EVERY = 64;

/** The mtimes of all directories that packing changes. Throws the errno. */
export function recordTimes(gitDirectory: string, objects: readonly string[]): Record<string, number> {
  const directories = ["", "pack", ...new Set(objects.map((name) => name.slice(0, 2)))];
  return Object.fromEntries(
    directories.flatMap((name) => {
      const stat = lstatOrNull(directoryOf(gitDirectory, name));
      return stat === null ? [] : [[name, stat.mtime]];
    }),
  );
}

function directoryOf(gitDirectory: string, name: string): BytePath {
  return name === "" ? objectsDirectory(gitDirectory) : below(objectsDirectory(gitDirectory), name);
}

export function hasPack(gitDirectory: string, pack: string): boolean {
  return lstatOrNull(bytePath(`${gitDirectory}/objects/pack/${pack}.idx`)) !== null;
}

/** Puts the pack in place, as old as the last use. Throws the errno. */
export function installPack(gitDirectory: string, made: string, pack: string, lastUse: number): void {
  for (const ending of EXTENSIONS) {
    const from = bytePath(`${made}${ending}`);
    setMtime(from, lastUse);
    const fd = open(from, OPEN.readNoFollow);
    try {
      fsync(fd);
    } finally {
      close(fd);
    }
    rename(from, bytePath(`${gitDirectory}/objects/pack/${pack}${ending}`));
    failpoint("compact:pack-moved", gitDirectory);
  }
  syncDirectory(bytePath(`${gitDirectory}/objects/pack`));
}

/** Moves the loose objects out and removes the directories that are empty then: git creates those when it needs them. */
export async function moveLooseOut(gitDirectory: string, objects: readonly string[], scratch: string): Promise<void> {
  let moved = 0;
  for (const name of objects) {
    renameIfExists(looseObjectPath(gitDirectory, name), bytePath(`${scratch}/loose/${name}`));
    failpoint("compact:loose-moved", gitDirectory);
    if (++moved % YIELD_EVERY === 0) await yieldToEventLoop();
  }
  for (const fan of new Set(objects.map((name) => name.slice(0, 2)))) {
    rmdirIfEmpty(below(objectsDirectory(gitDirectory), fan));
  }
}

/** Restores the mtimes of the directories, so that packing does not count as use. */
export function restoreTimes({ gitDirectory, times }: Journal): void {
  // `objects` last: making or removing a directory in it touches it.
  for (const [name, at] of Object.entries(times).toSorted(([a], [b]) => (a < b ? 1 : -1))) {
    const path = directoryOf(gitDirectory, name);
    if (lstatOrNull(path)?.kind === "directory") setMtime(path, at);
  }
}

/** Makes the repo as it was. The pack stays unless each of its objects is loose again: a duplicate loses nothing. */
export async function undo(scratch: string, journal: Journal, conditions: RunLimits): Promise<void> {
  const { gitDirectory, pack } = journal;
  const waiting = namesOrNone(bytePath(`${scratch}/loose`));
  let allRestored = true;
  for (const [at, name] of waiting.entries()) {
    allRestored = restoreObject(bytePath(`${scratch}/loose/${name}`), gitDirectory, name) && allRestored;
    if (at % YIELD_EVERY === YIELD_EVERY - 1) await yieldToEventLoop();
  }
  for (const fan of new Set(waiting.map((name) => name.slice(0, 2)))) {
    syncDirectory(below(objectsDirectory(gitDirectory), fan));
  }
  if (pack !== null && allRestored) await removePack(gitDirectory, pack, conditions);
  restoreTimes(journal);
}

/** False where another program wrote the same object again: then the pack stays. */
function restoreObject(from: BytePath, gitDirectory: string, name: string): boolean {
  const to = looseObjectPath(gitDirectory, name);
  const fan = below(objectsDirectory(gitDirectory), name.slice(0, 2));
  if (lstatOrNull(fan) === null) mkdir(fan, 0o755);
  if (lstatOrNull(to) !== null) return false;
  rename(from, to);
  return true;
}

async function removePack(gitDirectory: string, pack: string, conditions: RunLimits): Promise<void> {
  const path = `${gitDirectory}/objects/pack/${pack}`;
  if (hasPack(gitDirectory, pack)) {
    for (const name of await objectsIn(gitDirectory, path, conditions)) {
      if (lstatOrNull(looseObjectPath(gitDirectory, name))?.kind !== "file") return;
    }
  }
  for (const ending of EXTENSIONS.toReversed()) unlinkIfExists(bytePath(path + ending));
}

function renameIfExists(from: BytePath, to: BytePath): void {
  try {
    rename(from, to);
  } catch (error) {
    // Another program packed it meanwhile, or moved the repo: the verification that follows finds out which.
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

function rmdirIfEmpty(path: BytePath): void {
  try {
    if (names(path).length === 0) rmdir(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code !== "ENOTEMPTY" && code !== "EEXIST" && code !== "ENOENT") throw error;
  }
}

function unlinkIfExists(path: BytePath): void {
  try {
    unlink(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

/** The pack is installed by a rename, so it has to be made on the repo's own mount. */
export function requireSameMount(gitDirectory: string, scratch: string): void {
  const [there, here] = [gitDirectory, scratch].map((path) => lstatOrNull(bytePath(path))?.identity.dev);
  if (there !== here) throw createErrnoError("EXDEV", "it lies on another file system than our own state");
}
