/**
 * The shadow repos of Hermes (March to May 2026): one git directory per working directory, named by the hash of its
 * path, `<base>/<hash16>/`. The format is in src/README.md, "What Hermes writes".
 */
import { errnoOf } from "../../errors.ts";
import { below, bytePath, lstatOrNull } from "../../fs/door.ts";
import type { Child } from "../../fs/listing.ts";
import { troubleOf } from "../../fs/read-small.ts";
import type { Entry, LastUse, Trouble } from "../../model/entry.ts";
import type { Inspection, SubjectReading } from "../../model/inspection.ts";
import type { Discovery, Look, StoreAdapter } from "../adapter.ts";
import { GIT_LOCKS, readAlternates, usualLocks } from "../git-files.ts";
import { choose, fitting } from "./choose.ts";
import { readMarker } from "./marker.ts";
import { isHeadless, isRemains, readRemains } from "./remains.ts";
import { readSnapshots } from "./snapshots.ts";
import { readWorktree } from "./worktree.ts";

const NAME = /^[0-9a-f]{16}$/;

/**
 * What every snapshot touches, and a turn without a change still rewrites `index`: first the places that end the
 * question soonest.
 */
const TOUCHED: readonly string[] = ["index", "logs/HEAD", "objects", "refs/heads", "COMMIT_EDITMSG"];

export const hermesShadow: StoreAdapter = {
  kind: "hermes-shadow",
  discover,
  discoverSome: discover,
  inspect,
  lockNames: GIT_LOCKS,
  snapshots: readSnapshots,
  packable: (entry) => (isHeadless(entry.members[0].path) ? null : entry.members[0].path),
};

function discover(base: string, children: readonly Child[]): Discovery {
  const entries = entriesIn(base, children);
  return { entries, claimed: entries.map((entry) => entry.id) };
}

/** The shadow repos among the children of a base. */
export function entriesIn(base: string, children: readonly Child[]): Entry[] {
  const entries: Entry[] = [];
  for (const child of children) {
    if (child.kind !== "directory" || !NAME.test(child.name)) continue;
    const entry = entryAt(base, child.name, child.name);
    if (entry !== null) entries.push(entry);
  }
  return entries;
}

export function isEntryName(name: string): boolean {
  return NAME.test(name);
}

/** A shadow repo at a place below the base, or null where there is none. */
export function entryAt(base: string, name: string, place: string): Entry | null {
  const path = `${base}/${place}`;
  try {
    const head = lstatOrNull(below(bytePath(path), "HEAD"));
    // A HEAD that is a directory or a symlink is not git's writing.
    if (head === null ? !isRemains(path) : head.kind !== "file") return null;
    const stat = lstatOrNull(bytePath(path));
    if (stat?.kind !== "directory") return null;
    return { base, store: "hermes-shadow", id: name, members: [{ path, place, identity: stat.identity }] };
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    // Nothing is known of what cannot be looked at: it is foreign, and foreign is never touched.
    return null;
  }
}

function inspect(entry: Entry, look: Look): Inspection {
  const repo = entry.members[0].path;
  const remains = isHeadless(repo);
  const reading = remains ? readRemains(repo, entry.id) : readSubject(repo, entry.id, look.claims);
  // Of remains the directory itself counts: somebody may have begun to make a repo in it just now.
  const touched = newestTouched(repo, remains ? [".", ...TOUCHED] : TOUCHED, look.freshAfter);
  const locks = look.locks ? usualLocks(repo) : { locks: [], troubles: [] };
  const borrowed = readAlternates(repo, `${entry.base}/${entry.members[0].place}`);
  return {
    reading,
    touched: touched.newest,
    lastUse: null,
    locks: locks.locks,
    borrows: borrowed.borrows,
    borrowsTrouble: borrowed.trouble,
    troubles: [...touched.troubles, ...locks.troubles],
  };
}

function readSubject(repo: string, name: string, claims: boolean): SubjectReading {
  const marker = readMarker(repo);
  const settled = fitting(marker, name) !== null && !claims;
  return choose(name, marker, settled ? null : readWorktree(repo));
}

function newestTouched(
  repo: string,
  places: readonly string[],
  freshAfter: number | null,
): { newest: LastUse | null; troubles: Trouble[] } {
  const troubles: Trouble[] = [];
  let newest: LastUse | null = null;
  for (const place of places) {
    const path = bytePath(`${repo}/${place}`);
    try {
      const stat = lstatOrNull(path);
      if (stat !== null && (newest === null || stat.mtime > newest.at)) newest = { at: stat.mtime, from: "mtime" };
    } catch (error) {
      if (errnoOf(error) === null) throw error;
      // `logs` as a file is no trouble of reading: there simply is no such place.
      if (errnoOf(error) !== "ENOTDIR") troubles.push(troubleOf(path, error));
    }
    if (newest !== null && freshAfter !== null && newest.at >= freshAfter) break;
  }
  return { newest, troubles };
}
