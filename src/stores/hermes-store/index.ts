/**
 * Projects of the single store of newer Hermes versions, each one entry: what `projects/<hash16>.json` says, the ref
 * with the project's newest snapshot, its index, and the notes on what the agent wrote last.
 *
 *   <base>/store/projects/<hash16>.json   whose snapshots these are, and when the agent was last there
 *   <base>/store/refs/hermes/<hash16>     the newest snapshot, loose or in packed-refs; none before the first one
 *   <base>/store/indexes/<hash16>
 *   <base>/store/ledgers/<hash16>.json
 *
 * The ref is an entry's first member where there is one: it is what the entry is keyed by, and what goes first. The
 * objects stay: they are everybody's, and what no ref reaches is collected after a grace.
 */
import { errnoOf } from "../../errors.ts";
import { bytePath, lstatOrNull } from "../../fs/door.ts";
import { children, type Child } from "../../fs/listing.ts";
import { type PackedRefs, readPackedRefs, readRef } from "../../git/refs.ts";
import type { Entry, LastUse, Member } from "../../model/entry.ts";
import type { Inspection } from "../../model/inspection.ts";
import type { Discovery, Look, SnapshotsReading, StoreAdapter } from "../adapter.ts";
import { guardOf, isStore, STORE } from "./layout.ts";
import { fileAt, refMember } from "./members.ts";
import { measureRefs } from "./measure.ts";
import { readProject, type Project } from "./project.ts";
import { projectLocks } from "./locks.ts";

const JSON_NAME = /^([0-9a-f]{16})\.json$/;

/** A clock of another machine may be ahead by this much; what lies further ahead is no date (ms). */
const AHEAD = 60 * 60 * 1000;

export const hermesStore: StoreAdapter = {
  kind: "hermes-store",
  reserved: (name) => name === STORE,
  discover,
  inspect,
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
    if (errnoOf(error) === null) throw error;
    // A store before its first project has no such directory; of one that cannot be listed nothing is known.
    return [];
  }
}

function entryAt(base: string, id: string, packed: PackedRefs): Entry | null {
  const project = fileAt(base, `projects/${id}.json`);
  if (project === null) return null;
  const others = [project, fileAt(base, `indexes/${id}`), fileAt(base, `ledgers/${id}.json`)];
  const [first, ...rest] = [refMember(base, id, packed), ...others].filter((member) => member !== null);
  return first === undefined ? null : { base, store: "hermes-store", id, members: [first, ...rest] };
}

function inspect(entry: Entry, look: Look): Inspection {
  const file = memberIn(entry, "projects/");
  const project: Project =
    file === null
      ? { reading: { kind: "not-applicable" }, lastTouch: null, parent: null, trouble: null }
      : readProject(file.path, entry.id);
  const lastUse = saneUse(project.lastTouch, look.now);
  const { locks, troubles } = projectLocks(entry);
  const broken = brokenRef(entry);
  return {
    reading: project.reading,
    touched: lastUse === null ? newestOf(entry, ["projects/", "indexes/"]) : null,
    lastUse,
    locks,
    parent: project.parent,
    borrows: [],
    borrowsTrouble: null,
    troubles: [...(project.trouble === null ? [] : [project.trouble]), ...broken, ...troubles],
  };
}

function saneUse(seconds: number | null, now: number): LastUse | null {
  const sane = seconds !== null && seconds > 0 && seconds * 1000 <= now + AHEAD;
  return sane ? { at: seconds * 1000, from: "last_touch" } : null;
}

/** The member below one of the store's directories, wherever it lies now. */
function memberIn(entry: Entry, directory: string): Member | null {
  return entry.members.find(({ place }) => place.startsWith(`${STORE}/${directory}`)) ?? null;
}

/** The ref may have appeared, or broken, since the entry was found. Only at home: in the trash there is none. */
function brokenRef(entry: Entry): Inspection["troubles"] {
  const store = `${entry.base}/${STORE}`;
  const [first] = entry.members;
  if (first.path !== `${entry.base}/${first.place}`) return [];
  const name = `refs/hermes/${entry.id}`;
  const now = readRef(store, name);
  const then = memberIn(entry, "refs/");
  if (now.kind === "broken") return [{ code: "EINVAL", message: "it is no ref", path: `${store}/${name}` }];
  return now.kind === "value" && then === null
    ? [{ code: "ECHANGED", message: "its first snapshot was taken just now", path: `${store}/${name}` }]
    : [];
}

/** Every attempt at a snapshot writes both: where `last_touch` says nothing their times are the least that is known. */
function newestOf(entry: Entry, directories: readonly string[]): LastUse | null {
  const times = directories.flatMap((directory) => {
    const member = memberIn(entry, directory);
    const at = member === null ? null : mtimeOf(member.path);
    return at === null ? [] : [at];
  });
  return times.length === 0 ? null : { at: Math.max(...times), from: "mtime" };
}

function mtimeOf(path: string): number | null {
  try {
    return lstatOrNull(bytePath(path))?.mtime ?? null;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}

function snapshots(entry: Entry): SnapshotsReading {
  const ref = memberIn(entry, "refs/");
  if (ref === null) return { kind: "known", snapshots: { count: 0, last: null } };
  return { kind: "ask-git", gitDirectory: `${entry.base}/${STORE}`, tip: `refs/hermes/${entry.id}` };
}
