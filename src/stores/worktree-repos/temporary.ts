/**
 * Temporary files of git in repositories of worktrees, one entry each: an interrupted pack is as large as the repository,
 * and git removes it only after a repack that succeeds, which never comes where one fails each hour. They are of no use
 * in a repository that is in use either, and nothing else of it is touched: its trees have no refs, so that any collection by
 * git would lose them all.
 */
import { expectErrno, ifReadable, UNREADABLE } from "../../errors.ts";
import { createYielder } from "../../fs/cooperative.ts";
import { type Child, children, names as allNames, type TypedName, typedNames } from "../../fs/listing.ts";
import { openFiles } from "../../fs/open-files.ts";
import { toIoError } from "../../fs/read-small.ts";
import { bytePath, kindOrNull, lstatOrNull, rawPath, textOf } from "../../fs/syscalls.ts";
import type { Entry, LastUse } from "../../model/entry.ts";
import type { Inspection, Reasoned } from "../../model/inspection.ts";
import { DAY } from "../../model/time.ts";
import { LOCKS_BELOW, type LocksFound, locksNamed, usualLocks } from "../git-repository/files.ts";
import { unsupportedIn } from "../git-repository/format.ts";
import { worktreeSetting } from "../git-repository/worktree-setting.ts";
import type { Discovery, InspectOptions, Kind } from "../kind.ts";
import { keepFound, takeFound } from "./found.ts";
import { layoutOf, type WorktreeRepo } from "./layout.ts";
import { because } from "./reasons.ts";
import { idOf, type WorktreeSnapshots } from "./snapshots.ts";

/** A writer that lives touches its file far more often. */
const ABANDONED_AFTER = DAY;

/** What git names in `objects/pack` (index-pack.c, pack-write.c, repack.c), in `objects/xx` and in `objects`. */
const PACK_FILE = /^(?:tmp_(?:pack|idx|rev)_\w+|\.tmp-\d+-pack-[0-9a-f]+(?:\.\w+)?)$/;
const LOOSE_FILE = /^tmp_obj_\w+$/;
const QUARANTINE = /^tmp_objdir-[\w-]+$/;
const FAN_OUT = /^[0-9a-f]{2}$/;

export function temporaryFiles(kind: string, find: WorktreeSnapshots["find"]): Kind {
  return {
    kind,
    inside: true,
    borrows: false,
    discover: (base, listed) => discover(kind, base, find(base, listed).repos),
    isEntry,
    inspect,
    lockNames: null,
    snapshots: () => ({ kind: "known", snapshots: null }),
  };
}

async function discover(kind: string, base: string, repos: readonly WorktreeRepo[]): Promise<Discovery> {
  const yieldIfDue = createYielder();
  const entries: Entry[] = [];
  for (const repo of repos) {
    // One without a directory of its own is a repository by its looks alone.
    for (const name of repo.worktree === null ? [] : temporaryIn(`${base}/${repo.place}`, repo.isLocked)) {
      const entry = entryAt(kind, base, repo.place, name);
      if (entry === null) continue;
      keepFound(entry, repo);
      entries.push(entry);
    }
    await yieldIfDue();
  }
  return { entries, claimed: [] };
}

/**
 * Places below a repository. A link is not followed: what it leads to may be on a mount that does not answer.
 *
 * A git that was killed may have left pieces of loose objects, and quarantines of them; it held a lock while it wrote them.
 * Only there the 256 directories of objects are listed: in each of thousands of repositories that would cost every run half
 * a minute.
 */
function temporaryIn(repo: string, isLocked: boolean): readonly string[] {
  const packs = isDirectory(`${repo}/objects/pack`) ? namesIn(`${repo}/objects/pack`, PACK_FILE) : [];
  const top = packs.length > 0 || isLocked ? typedIn(`${repo}/objects`) : [];
  return [
    ...packs.map((name) => `objects/pack/${name}`),
    ...directoriesIn(top, QUARANTINE).map((name) => `objects/${name}`),
    ...directoriesIn(top, FAN_OUT).flatMap((fan) =>
      namesIn(`${repo}/objects/${fan}`, LOOSE_FILE).map((name) => `objects/${fan}/${name}`),
    ),
  ];
}

function entryAt(store: string, base: string, repo: string, name: string): Entry | null {
  const place = `${repo}/${name}`;
  const stat = ifReadable(() => lstatOrNull(bytePath(`${base}/${place}`)));
  if (stat?.kind !== (name.startsWith("objects/tmp_objdir-") ? "directory" : "file")) return null;
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

function inspect(entry: Entry, look: InspectOptions): Inspection {
  const { now } = look;
  const { path, place } = entry.members[0];
  const repo = `${entry.base}/${repoOf(place)}`;
  const stat = ifReadable(() => lstatOrNull(bytePath(path)));
  const touched: LastUse | null = stat === null ? null : { at: stat.mtime, from: "mtime" };
  const isInTrash = path !== `${entry.base}/${place}`;
  const around = isInTrash ? NO_LOCKS : lookAround(repo);
  const open = !isInTrash && openFiles().has(path) ? [{ path, at: now }] : [];
  const setting = takeFound(entry, look)?.setting ?? worktreeSetting(repo);
  return {
    reading: {
      kind: "debris",
      ...reasonAt(touched, now),
      after: ABANDONED_AFTER,
      subject: setting.kind === "path" ? { kind: "workdir", value: setting.path } : null,
      evidence: { repo, file: place.slice(repoOf(place).length + 1) },
    },
    touched,
    // Of a directory the newest of what is in it counts, and all of that has to be measured.
    lastUse: stat?.kind === "directory" ? null : touched,
    // What has another name stays on the disk.
    ...(stat?.kind === "file" ? { bytes: stat.links > 1 ? 0 : stat.bytes } : {}),
    locks: [...around.locks, ...open],
    borrows: [],
    borrowsTrouble: null,
    unsupported: isInTrash ? null : unsupportedIn(repo, around.listed),
    troubles: around.troubles,
  };
}

function reasonAt(touched: LastUse | null, now: number): Reasoned {
  const isYoung = touched !== null && touched.at > now - ABANDONED_AFTER;
  return isYoung ? because("temporary-young") : { reason: "temporary-files" };
}

interface Around extends LocksFound {
  /** What is in the repository; undefined where it cannot be listed. */
  readonly listed: readonly Child[] | undefined;
}

const NO_LOCKS: Around = { locks: [], troubles: [], listed: undefined };

/** Beside the usual locks any `*.lock` of the repository itself counts: what takes one is at work there. */
function lookAround(repo: string): Around {
  try {
    const listed = children(bytePath(repo));
    const names = listed.filter(({ name }) => name === "gc.pid" || name.endsWith(".lock"));
    return { ...locksNamed(repo, [...names.map(({ name }) => textOf(rawPath(name))), ...LOCKS_BELOW]), listed };
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    const usual = usualLocks(repo);
    return { ...usual, troubles: [...usual.troubles, toIoError(bytePath(repo), error)], listed: undefined };
  }
}

function typedIn(path: string): readonly TypedName[] {
  return ifReadable(() => typedNames(bytePath(path))) ?? [];
}

function directoriesIn(listed: readonly TypedName[], names: RegExp): readonly string[] {
  return listed
    .filter(({ name, directory }) => directory && names.test(name))
    .map(({ name }) => name)
    .toSorted();
}

function namesIn(directory: string, names: RegExp): readonly string[] {
  const all = ifReadable(() => allNames(bytePath(directory))) ?? [];
  return all.filter((name) => names.test(name)).toSorted();
}

function isDirectory(path: string): boolean {
  return ifReadable(() => kindOrNull(bytePath(path))) === "directory";
}
