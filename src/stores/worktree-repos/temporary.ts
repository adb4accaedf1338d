/**
 * Temporary files of git in repositories of worktrees, one entry each: an interrupted pack is as large as the repository,
 * and git removes it only after a repack that succeeds, which never comes where one fails each hour. They are of no use
 * in a repository that is in use either, and nothing else of it is touched: its trees have no refs, so that any collection by
 * git would lose them all.
 */
import { expectErrno, ifReadable, UNREADABLE } from "../../errors.ts";
import { createYielder } from "../../fs/cooperative.ts";
import { type Child, children, type TypedName, typedNames } from "../../fs/listing.ts";
import { openFiles } from "../../fs/open-files.ts";
import { toIoError } from "../../fs/read-small.ts";
import { bytePath, lstatOrNull, rawPath, textOf } from "../../fs/syscalls.ts";
import type { Entry, LastUse } from "../../model/entry.ts";
import type { Inspection, LockFile, Reasoned } from "../../model/inspection.ts";
import { DAY } from "../../model/time.ts";
import { type LocksFound, usualLocks } from "../git-repository/files.ts";
import { unsupportedIn } from "../git-repository/format.ts";
import { worktreeSetting } from "../git-repository/worktree-setting.ts";
import type { Discovery, InspectOptions, Kind } from "../kind.ts";
import { layoutOf, recognise } from "./layout.ts";
import { because } from "./reasons.ts";
import { idOf } from "./snapshots.ts";

/** A writer that lives touches its file far more often. */
const ABANDONED_AFTER = DAY;

/** What git names in `objects/pack` (index-pack.c, pack-write.c, repack.c), in `objects/xx` and in `objects`. */
const PACK_FILE = /^(?:tmp_(?:pack|idx|rev)_\w+|\.tmp-\d+-pack-[0-9a-f]+(?:\.\w+)?)$/;
const LOOSE_FILE = /^tmp_obj_\w+$/;
const QUARANTINE = /^tmp_objdir-[\w-]+$/;
const FAN_OUT = /^[0-9a-f]{2}$/;

/** Where repositories may be, by their names. */
type FindPlaces = (base: string, listed: readonly Child[]) => readonly string[];

export function temporaryFiles(kind: string, find: FindPlaces): Kind {
  return {
    kind,
    inside: true,
    borrows: false,
    discover: (base, listed) => discover(kind, base, find(base, listed)),
    isEntry,
    inspect,
    lockNames: null,
    snapshots: () => ({ kind: "known", snapshots: null }),
  };
}

async function discover(kind: string, base: string, places: readonly string[]): Promise<Discovery> {
  const yieldIfDue = createYielder();
  const entries: Entry[] = [];
  for (const place of places) {
    const names = temporaryIn(`${base}/${place}`);
    // Nearly none has any, and only then it matters whose it is: one without a directory of its own is one by its looks alone.
    const isRepo = names.length > 0 && (recognise(base, place)?.worktree ?? null) !== null;
    for (const name of isRepo ? names : []) {
      const entry = entryAt(kind, base, place, name);
      if (entry !== null) entries.push(entry);
    }
    await yieldIfDue();
  }
  return { entries, claimed: [] };
}

/**
 * Places below a repository. A link is not followed: what it leads to may be on a mount that does not answer.
 *
 * A git that was killed may have left pieces of loose objects; it held a lock while it wrote them. Only there the 256
 * directories of objects are listed: in each of thousands of repositories that would cost every run half a minute.
 */
function temporaryIn(repo: string): readonly string[] {
  const own = typedIn(repo);
  const top = own.some(isDirectoryNamed("objects")) ? typedIn(`${repo}/objects`) : [];
  const packs = top.some(isDirectoryNamed("pack"))
    ? childrenOf(`${repo}/objects/pack`).filter((child) => isFile(child, PACK_FILE))
    : [];
  const quarantines = directoriesIn(top, QUARANTINE);
  const wasKilled = own.some(({ name }) => name === "index.lock" || name === "gc.pid");
  const fans = packs.length + quarantines.length > 0 || wasKilled ? directoriesIn(top, FAN_OUT) : [];
  return [
    ...packs.map(({ name }) => `objects/pack/${name}`),
    ...quarantines.map((name) => `objects/${name}`),
    ...fans.flatMap((fan) =>
      childrenOf(`${repo}/objects/${fan}`)
        .filter((child) => isFile(child, LOOSE_FILE))
        .map(({ name }) => `objects/${fan}/${name}`),
    ),
  ];
}

function isFile({ name, kind }: Child, names: RegExp): boolean {
  return kind === "file" && names.test(name);
}

function entryAt(store: string, base: string, repo: string, name: string): Entry | null {
  const place = `${repo}/${name}`;
  const stat = ifReadable(() => lstatOrNull(bytePath(`${base}/${place}`)));
  if (stat === null) return null;
  return { base, store, id: idAt(place), members: [{ path: `${base}/${place}`, place, identity: stat.identity }] };
}

function idAt(place: string): string {
  return `${idOf(repoOf(place))}-${place.slice(place.lastIndexOf("/") + 1)}`;
}

/** The part of a place before git's own part. */
function repoOf(place: string): string {
  return place.slice(0, place.lastIndexOf("/objects/"));
}

function isEntry(id: string, places: readonly string[]): boolean {
  const [place = "", ...more] = places;
  const [directory, name, ...deeper] = place.slice(repoOf(place).length + "/objects/".length).split("/");
  const isOne =
    name === undefined
      ? QUARANTINE.test(directory ?? "")
      : (directory === "pack" && PACK_FILE.test(name)) || (FAN_OUT.test(directory ?? "") && LOOSE_FILE.test(name));
  return isOne && more.length + deeper.length === 0 && layoutOf(repoOf(place)) !== null && idAt(place) === id;
}

function inspect(entry: Entry, { now }: InspectOptions): Inspection {
  const { path, place } = entry.members[0];
  const repo = `${entry.base}/${repoOf(place)}`;
  const stat = ifReadable(() => lstatOrNull(bytePath(path)));
  const touched: LastUse | null = stat === null ? null : { at: stat.mtime, from: "mtime" };
  const isInTrash = path !== `${entry.base}/${place}`;
  const around = isInTrash ? NO_LOCKS : locksIn(repo);
  const open = !isInTrash && openFiles().has(path) ? [{ path, at: now }] : [];
  const setting = worktreeSetting(repo);
  return {
    reading: {
      kind: "debris",
      ...reasonAt(touched, now),
      after: ABANDONED_AFTER,
      subject: setting.kind === "path" ? { kind: "workdir", value: setting.path } : null,
      evidence: { repo, file: place.slice(repoOf(place).length + 1) },
    },
    touched,
    // Of a directory the newest of what is in it counts.
    lastUse: stat?.kind === "directory" ? null : touched,
    locks: [...around.locks, ...open],
    borrows: [],
    borrowsTrouble: null,
    unsupported: isInTrash ? null : unsupportedIn(repo),
    troubles: around.troubles,
  };
}

function reasonAt(touched: LastUse | null, now: number): Reasoned {
  const isYoung = touched !== null && touched.at > now - ABANDONED_AFTER;
  return isYoung ? because("temporary-young") : { reason: "temporary-files" };
}

const NO_LOCKS: LocksFound = { locks: [], troubles: [] };

/** Beside the usual ones any `*.lock` of the repository itself: what takes one is at work there. */
function locksIn(repo: string): LocksFound {
  const usual = usualLocks(repo);
  try {
    const names = children(bytePath(repo)).filter(({ name }) => name.endsWith(".lock"));
    const locks = names.flatMap(({ name }): LockFile[] => {
      const path = `${repo}/${textOf(rawPath(name))}`;
      const stat = lstatOrNull(bytePath(path));
      return stat === null ? [] : [{ path, at: stat.mtime }];
    });
    return { locks: [...usual.locks, ...locks], troubles: usual.troubles };
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return { ...usual, troubles: [...usual.troubles, toIoError(bytePath(repo), error)] };
  }
}

function typedIn(path: string): readonly TypedName[] {
  return ifReadable(() => typedNames(bytePath(path))) ?? [];
}

function isDirectoryNamed(wanted: string): (found: TypedName) => boolean {
  return ({ name, directory }) => directory && name === wanted;
}

function directoriesIn(listed: readonly TypedName[], names: RegExp): readonly string[] {
  return listed
    .filter(({ name, directory }) => directory && names.test(name))
    .map(({ name }) => name)
    .toSorted();
}

function childrenOf(directory: string): readonly Child[] {
  return ifReadable(() => children(bytePath(directory))) ?? [];
}
