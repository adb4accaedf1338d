/**
 * Projects of the single store of newer Hermes versions, each one entry: `projects/<hash16>.json`, the ref with the
 * project's newest snapshot, its index, and the notes on what the agent wrote last.
 *
 * - `<base>/store/projects/<hash16>.json`: the workdir, and when the agent was last there
 * - `<base>/store/refs/hermes/<hash16>`: the newest snapshot, loose or in packed-refs; none before the first one
 * - `<base>/store/indexes/<hash16>`
 * - `<base>/store/ledgers/<hash16>.json`
 *
 * The ref is an entry's first member where there is one: it identifies the entry, and is removed first. The objects
 * stay, since they are shared; unreachable ones are collected after a grace period.
 */
import { expectErrno, UNREADABLE } from "../../../../errors.ts";
import { bytePath, lstatOrNull } from "../../../../fs/syscalls.ts";
import { children, type Child } from "../../../../fs/listing.ts";
import { type PackedRefs, readPackedRefs, readRef } from "../../../../git/refs.ts";
import type { Entry, LastUse, Member } from "../../../../model/entry.ts";
import type { Inspection } from "../../../../model/inspection.ts";
import type { Common, Discovery, InspectOptions, SnapshotsReading, Kind } from "../../../../stores/kind.ts";
import { copiedAt } from "../../../../stores/git-repository/copied.ts";
import { readAlternates } from "../../../../stores/git-repository/files.ts";
import { unsupportedIn } from "../../../../stores/git-repository/format.ts";
import { indexesIn } from "./indexes.ts";
import { guardOf, isStore, STORE } from "./layout.ts";
import { fileAt, refMember } from "./members.ts";
import { measureRefs } from "./measure.ts";
import { readProject, type Project } from "./project.ts";
import { projectLocks } from "./locks.ts";

const JSON_NAME = /^([0-9a-f]{16})\.json$/;

/** A clock of another machine may be ahead by this much; a date further ahead is invalid (ms). */
const CLOCK_SKEW = 60 * 60 * 1000;

export const hermesStore: Kind = {
  kind: "hermes-store",
  reserved: (name) => name === STORE,
  discover,
  isEntry,
  inspect,
  common,
  // What lies in the trash needs nothing of it.
  gitDirectory: (entry) => (isHome(entry) ? `${entry.base}/${STORE}` : null),
  indexes: indexesIn,
  lockNames: null,
  snapshots,
  measure: measureRefs,
  guard: guardOf,
};

function discover(base: string, listed: readonly Child[]): Discovery {
  const store = `${base}/${STORE}`;
  if (!listed.some(({ name, kind }) => name === STORE && kind === "directory") || !isStore(store))
    return { entries: [], claimed: [] };
  const packed = readPackedRefs(store);
  const entries = namesIn(`${store}/projects`).flatMap((name) => {
    const id = JSON_NAME.exec(name)?.[1];
    const entry = id === undefined ? null : entryAt(base, id, packed);
    return entry === null ? [] : [entry];
  });
  return { entries, claimed: [STORE] };
}

function namesIn(directory: string): readonly string[] {
  try {
    return children(bytePath(directory)).flatMap(({ name, kind }) => (kind === "file" ? [name] : []));
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    // A store before its first project has no such directory; one that cannot be listed says nothing.
    return [];
  }
}

function entryAt(base: string, id: string, packed: PackedRefs): Entry | null {
  const project = fileAt(base, `projects/${id}.json`);
  if (project === null) return null;
  // Not its index: between a writer's `add` and `write-tree` that file is the snapshot, and without it git writes an
  // empty tree. It can be created again, so it stays, and is debris when the project no longer exists.
  const others = [project, fileAt(base, `ledgers/${id}.json`)];
  const [first, ...rest] = [refMember(base, id, packed), ...others].filter((member) => member !== null);
  return first === undefined ? null : { base, store: "hermes-store", id, members: [first, ...rest] };
}

function isEntry(id: string, places: readonly string[]): boolean {
  const own = [`refs/hermes/${id}`, `projects/${id}.json`, `indexes/${id}`, `ledgers/${id}.json`];
  return /^[0-9a-f]{16}$/.test(id) && places.every((place) => own.some((name) => place === `${STORE}/${name}`));
}

function inspect(entry: Entry, look: InspectOptions): Inspection {
  const file = memberIn(entry, "projects/");
  const project: Project =
    file === null
      ? { reading: { kind: "not-applicable" }, lastTouch: null, parent: null, trouble: null }
      : readProject(file.path, entry.id);
  const lastUse = saneUse(project.lastTouch, look.now);
  const { locks, troubles } = projectLocks(entry);
  const broken = brokenRef(entry);
  const store = `${entry.base}/${STORE}`;
  const borrowed = readAlternates(store, store);
  return {
    reading: project.reading,
    touched: lastUse === null ? newestOf(entry) : null,
    lastUse,
    copiedAt: isHome(entry) ? storeCopiedAt(store, lastUse) : null,
    locks,
    parent: project.parent,
    // Only in place: a bundle in the trash needs nothing of another repository.
    borrows: isHome(entry) ? borrowed.borrows : [],
    borrowsTrouble: isHome(entry) ? borrowed.trouble : null,
    unsupported: isHome(entry) ? unsupportedIn(`${entry.base}/${STORE}`) : null,
    troubles: [...(project.trouble === null ? [] : [project.trouble]), ...broken, ...troubles],
  };
}

/** Not in the trash: what lies there needs nothing of the store. */
function isHome({ base, members: [first] }: Entry): boolean {
  return first.path === `${base}/${first.place}`;
}

function common(base: string): Common | null {
  const path = `${base}/${STORE}`;
  if (!isStore(path)) return null;
  return { path, ...readAlternates(path, path) };
}

/** Objects are shared: a store is restored as a whole. */
function storeCopiedAt(store: string, lastUse: LastUse | null): number | null {
  try {
    const head = lstatOrNull(bytePath(`${store}/HEAD`));
    return head === null ? null : copiedAt(head, lastUse?.at ?? null);
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return null;
  }
}

function saneUse(seconds: number | null, now: number): LastUse | null {
  const sane = seconds !== null && seconds > 0 && seconds * 1000 <= now + CLOCK_SKEW;
  return sane ? { at: seconds * 1000, from: "last_touch" } : null;
}

/** The member below one of the store's directories, wherever it lies now. */
function memberIn(entry: Entry, directory: string): Member | null {
  return entry.members.find(({ place }) => place.startsWith(`${STORE}/${directory}`)) ?? null;
}

/** The ref may have appeared, or broken, since the entry was found. Only in place: in the trash there is none. */
function brokenRef(entry: Entry): Inspection["troubles"] {
  const store = `${entry.base}/${STORE}`;
  if (!isHome(entry)) return [];
  const name = `refs/hermes/${entry.id}`;
  const now = readRef(store, name);
  const then = memberIn(entry, "refs/");
  if (now.kind === "broken") return [{ code: "EINVAL", message: "it is not a ref", path: `${store}/${name}` }];
  return now.kind === "value" && then === null
    ? [{ code: "ECHANGED", message: "its first snapshot was taken just now", path: `${store}/${name}` }]
    : [];
}

/** Every attempted snapshot writes both: without `last_touch` their times are a lower bound. */
function newestOf(entry: Entry): LastUse | null {
  const project = memberIn(entry, "projects/")?.path;
  const paths = [...(project === undefined ? [] : [project]), `${entry.base}/${STORE}/indexes/${entry.id}`];
  try {
    const times = paths.flatMap((path) => lstatOrNull(bytePath(path))?.mtime ?? []);
    return times.length === 0 ? null : { at: Math.max(...times), from: "mtime" };
  } catch (error) {
    // The other time alone would pass for the last use and may be older: what is unknown is never stale.
    expectErrno(error, ...UNREADABLE);
    return null;
  }
}

function snapshots(entry: Entry): SnapshotsReading {
  const store = `${entry.base}/${STORE}`;
  if (isHome(entry) && unsupportedIn(store) !== null) return { kind: "known", snapshots: null };
  const ref = memberIn(entry, "refs/");
  if (ref !== null) return { kind: "ask-git", gitDirectory: store, tip: `refs/hermes/${entry.id}` };
  // A broken ref is not a member, but must not count as missing either.
  const none = !isHome(entry) || readRef(store, `refs/hermes/${entry.id}`).kind === "missing";
  return { kind: "known", snapshots: none ? { count: 0, last: null } : null };
}
