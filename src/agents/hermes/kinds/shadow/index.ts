/**
 * The shadow repos of Hermes (March to May 2026): one git directory per working directory, named by the hash of its
 * path, `<base>/<hash16>/`. The format is in agents/hermes/README.md.
 */
import { isErrno, systemCode } from "../../../../errors.ts";
import { below, bytePath, lstatOrNull } from "../../../../fs/syscalls.ts";
import type { Child } from "../../../../fs/listing.ts";
import type { Entry, IoError } from "../../../../model/entry.ts";
import type { Inspection, SubjectReading } from "../../../../model/inspection.ts";
import type { Discovery, InspectOptions, Kind } from "../../../../stores/kind.ts";
import { copiedAt, mayBeCopied } from "../../../../stores/git-repository/copied.ts";
import { unsupportedIn } from "../../../../stores/git-repository/format.ts";
import { GIT_LOCKS, readAlternates, usualLocks } from "../../../../stores/git-repository/files.ts";
import { readSnapshots } from "../../../../stores/git-repository/logged-commits.ts";
import { newestTouched } from "../../../../stores/git-repository/touched.ts";
import { readCheckouts } from "../../../../stores/git-repository/worktrees.ts";
import { choose, fitting } from "./choose.ts";
import { readMarker } from "./marker.ts";
import { headOf, isRemains, readRemains } from "./remains.ts";
import { readWorktree } from "./worktree.ts";

const NAME = /^[0-9a-f]{16}$/;

/**
 * What every snapshot touches; a turn without a change still rewrites `index`. The places that settle the question
 * soonest come first.
 */
const TOUCHED: readonly string[] = ["index", "logs/HEAD", "objects", "refs/heads", "COMMIT_EDITMSG"];

export const hermesShadow: Kind = {
  kind: "hermes-shadow",
  discover,
  discoverSome: discover,
  isEntry: (id, places) => isEntryName(id) && places.length === 1 && places[0] === id,
  inspect,
  lockNames: GIT_LOCKS,
  snapshots: ({ members: [{ path }] }) => readSnapshots(path),
  packable: ({ members: [{ path }] }) => (unsupportedIn(path) === null ? path : null),
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
    // git never writes a HEAD that is a directory or a symlink.
    if (head === null ? !isRemains(path) : head.kind !== "file") return null;
    const stat = lstatOrNull(bytePath(path));
    if (stat?.kind !== "directory") return null;
    return { base, store: "hermes-shadow", id: name, members: [{ path, place, identity: stat.identity }] };
  } catch (error) {
    const code = systemCode(error);
    return code === "ENOENT" || code === "ENOTDIR" ? null : unreadableAt(base, name, place);
  }
}

/**
 * One that cannot be read has the name of a repo and a row that says so. Null where not even that can be determined.
 */
function unreadableAt(base: string, name: string, place: string): Entry | null {
  const path = `${base}/${place}`;
  try {
    const stat = lstatOrNull(bytePath(path));
    if (stat?.kind !== "directory") return null;
    return { base, store: "hermes-shadow", id: name, members: [{ path, place, identity: stat.identity }] };
  } catch (error) {
    // Without an identity nothing could ever be moved: it stays foreign, and foreign contents are never touched.
    if (isErrno(error, "EACCES", "EPERM", "EIO", "ENOTDIR", "ELOOP", "ESTALE")) return null;
    throw error;
  }
}

function inspect(entry: Entry, look: InspectOptions): Inspection {
  const repo = entry.members[0].path;
  const head = headOf(repo);
  if (typeof head !== "string" && "code" in head) return unreadable(entry, head);
  const remains = head === "missing";
  const reading = remains ? readRemains(repo, entry.id) : readSubject(repo, entry.id, look.claims);
  // For remains the directory itself counts: a repo may have been begun in it just now. The plan may stop at the first
  // recent place; the last check does not, and must get the same age.
  const freshAfter = head !== "missing" && mayBeCopied(head) ? null : look.freshAfter;
  const touched = newestTouched(repo, remains ? [".", ...TOUCHED] : TOUCHED, freshAfter);
  const locks = look.locks ? usualLocks(repo) : { locks: [], troubles: [] };
  const home = `${entry.base}/${entry.members[0].place}`;
  const borrowed = readAlternates(repo, home);
  const { checkouts, troubles } = readCheckouts(repo, home);
  return {
    reading,
    touched: touched.newest,
    lastUse: null,
    copiedAt: head === "missing" ? null : copiedAt(head, touched.newest?.at ?? null),
    locks: locks.locks,
    borrows: borrowed.borrows,
    borrowsTrouble: borrowed.trouble,
    checkouts,
    troubles: [...touched.troubles, ...locks.troubles, ...troubles],
  };
}

/** Its alternates are unknown then too, so automatic runs hold what it might borrow from. */
function unreadable(entry: Entry, trouble: IoError): Inspection {
  const { path, place } = entry.members[0];
  const borrowed = readAlternates(path, `${entry.base}/${place}`);
  return {
    reading: { kind: "unidentified", reason: "unreadable", evidence: { [trouble.path]: trouble.code } },
    touched: null,
    lastUse: null,
    locks: [],
    borrows: borrowed.borrows,
    borrowsTrouble: borrowed.trouble ?? trouble,
    troubles: [trouble],
  };
}

function readSubject(repo: string, name: string, claims: boolean): SubjectReading {
  const marker = readMarker(repo);
  const settled = fitting(marker, name) !== null && !claims;
  return choose(name, marker, settled ? null : readWorktree(repo));
}
