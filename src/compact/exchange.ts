/**
 * A pack goes into a repo, the loose copies of what it holds go out of it, and back again where anything is wrong.
 *
 * Whoever reads or writes the repo meanwhile finds every object at any moment: the pack is in place and on the disk
 * before the first loose copy leaves, and it leaves again after the last one is back. Git looks for new packs before it
 * takes an object for missing (packfile.c, `reprepare_packed_git`).
 */
import { errnoOf, troubled } from "../errors.ts";
import { turn } from "../fs/breathe.ts";
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
} from "../fs/door.ts";
import { names, namesOrNone } from "../fs/listing.ts";
import { point } from "../fs/tap.ts";
import { syncDirectory } from "../fs/write-atomic.ts";
import type { Conditions } from "../git/plumbing.ts";
import { objectsIn } from "../git/packing.ts";
import { objectsOf, placeOf } from "./loose.ts";
import type { Journal } from "./scratch.ts";

/** In this order git sees a pack only when all of it is there. */
const ENDINGS = [".pack", ".idx"] as const;

/** Thousands of renames must not keep a host from its turn: 64 take about a millisecond. */
const A_BREATH = 64;

/** Mtimes of everything that packing touches. Throws the errno. */
export function timesOf(gitDirectory: string, objects: readonly string[]): Record<string, number> {
  const directories = ["", "pack", ...new Set(objects.map((name) => name.slice(0, 2)))];
  return Object.fromEntries(
    directories.flatMap((name) => {
      const stat = lstatOrNull(directoryOf(gitDirectory, name));
      return stat === null ? [] : [[name, stat.mtime]];
    }),
  );
}

function directoryOf(gitDirectory: string, name: string): BytePath {
  return name === "" ? objectsOf(gitDirectory) : below(objectsOf(gitDirectory), name);
}

export function isThere(gitDirectory: string, pack: string): boolean {
  return lstatOrNull(bytePath(`${gitDirectory}/objects/pack/${pack}.idx`)) !== null;
}

/** Puts the pack in place, as old as the last use. Throws the errno. */
export function moveIn(gitDirectory: string, made: string, pack: string, lastUse: number): void {
  for (const ending of ENDINGS) {
    const from = bytePath(`${made}${ending}`);
    setMtime(from, lastUse);
    const fd = open(from, OPEN.readNoFollow);
    try {
      fsync(fd);
    } finally {
      close(fd);
    }
    rename(from, bytePath(`${gitDirectory}/objects/pack/${pack}${ending}`));
    point("compact:pack-moved", gitDirectory);
  }
  syncDirectory(bytePath(`${gitDirectory}/objects/pack`));
}

/** Takes the loose copies out, and the directories that are empty then: git makes those again when it needs them. */
export async function takeLoose(gitDirectory: string, objects: readonly string[], scratch: string): Promise<void> {
  let taken = 0;
  for (const name of objects) {
    renameUnlessGone(placeOf(gitDirectory, name), bytePath(`${scratch}/loose/${name}`));
    point("compact:taken", gitDirectory);
    if (++taken % A_BREATH === 0) await turn();
  }
  for (const fan of new Set(objects.map((name) => name.slice(0, 2)))) {
    rmdirIfEmpty(below(objectsOf(gitDirectory), fan));
  }
}

/** Dates the directories back, so that packing is no use. */
export function setTimesBack({ gitDirectory, times }: Journal): void {
  // `objects` last: making or removing a directory in it touches it.
  for (const [name, at] of Object.entries(times).toSorted(([a], [b]) => (a < b ? 1 : -1))) {
    const path = directoryOf(gitDirectory, name);
    if (lstatOrNull(path)?.kind === "directory") setMtime(path, at);
  }
}

/**
 * The repo as it was. The pack stays where a single object of it is not back in a file of its own: twice is no loss.
 */
export async function undo(scratch: string, journal: Journal, conditions: Conditions): Promise<void> {
  const { gitDirectory, pack } = journal;
  const waiting = namesOrNone(bytePath(`${scratch}/loose`));
  let allBack = true;
  for (const [at, name] of waiting.entries()) {
    allBack = putBack(bytePath(`${scratch}/loose/${name}`), gitDirectory, name) && allBack;
    if (at % A_BREATH === A_BREATH - 1) await turn();
  }
  for (const fan of new Set(waiting.map((name) => name.slice(0, 2)))) {
    syncDirectory(below(objectsOf(gitDirectory), fan));
  }
  if (pack !== null && allBack) await takePackOut(gitDirectory, pack, conditions);
  setTimesBack(journal);
}

/** False where a writer has made the same object again: then the pack keeps what we cannot put back. */
function putBack(from: BytePath, gitDirectory: string, name: string): boolean {
  const to = placeOf(gitDirectory, name);
  const fan = below(objectsOf(gitDirectory), name.slice(0, 2));
  if (lstatOrNull(fan) === null) mkdir(fan, 0o755);
  if (lstatOrNull(to) !== null) return false;
  rename(from, to);
  return true;
}

async function takePackOut(gitDirectory: string, pack: string, conditions: Conditions): Promise<void> {
  const path = `${gitDirectory}/objects/pack/${pack}`;
  if (isThere(gitDirectory, pack)) {
    for (const name of await objectsIn(gitDirectory, path, conditions)) {
      if (lstatOrNull(placeOf(gitDirectory, name))?.kind !== "file") return;
    }
  }
  for (const ending of ENDINGS.toReversed()) unlinkIfThere(bytePath(path + ending));
}

function renameUnlessGone(from: BytePath, to: BytePath): void {
  try {
    rename(from, to);
  } catch (error) {
    // Somebody packed it in the meantime, or moved the repo: the check that follows tells which.
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

function unlinkIfThere(path: BytePath): void {
  try {
    unlink(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

/** A repo is only ever packed on its own mount: the pack has to be a rename away. */
export function refuseOtherMount(gitDirectory: string, scratch: string): void {
  const [there, here] = [gitDirectory, scratch].map((path) => lstatOrNull(bytePath(path))?.identity.dev);
  if (there !== here) throw troubled("EXDEV", "it lies on another file system than our own state");
}
