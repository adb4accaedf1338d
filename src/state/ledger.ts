/**
 * `ledger.json`: which workdirs were seen alive, by whom, and by which way. Directories on the way are stored once and
 * point to the one above them. What other observers wrote is carried along unchanged. A file that cannot be understood
 * is no evidence: then every missing workdir is judged as at first sight.
 */
import { z } from "zod";
import { bytePath } from "../fs/door.ts";
import { decodeUtf8, readSmall } from "../fs/read-small.ts";
import { writeAtomic } from "../fs/write-atomic.ts";
import type { Ledger, Recorded, Sighting, Waypoint } from "../model/ledger.ts";
import { NO_LEDGER } from "../model/ledger.ts";
import { givenUp, isRoomy, type Observer, OWN_SHARE, READABLE } from "./ledger-bounds.ts";
import { packed, type Place, wayTo } from "./ledger-places.ts";
import { versioned } from "./versioned.ts";

const VERSION = 1;
/** More than any store has entries, 10 MiB with their ways; the oldest sightings go first. */
const MOST_WORKDIRS = 50_000;

const placeSchema = z.object({
  above: z.int(),
  name: z.string(),
  ino: z.string(),
  birth: z.string(),
  mount: z.tuple([z.string(), z.string(), z.string()]),
  begins: z.boolean(),
});

const observerSchema = z.object({
  places: z.array(placeSchema),
  /** When it was seen alive, and the place it is. */
  seen: z.record(z.string(), z.tuple([z.number(), z.int()])),
  missing: z.record(z.string(), z.number()),
});

/** What an observer wrote is understood one by one: what others wrote is carried along as it is, whatever it is. */
const ledgerSchema = z.object({ version: z.literal(VERSION), observers: z.record(z.string(), z.unknown()) });

/** Written down again as it was read. */
interface Observed {
  readonly places: readonly Place[];
  readonly seen: Readonly<Record<string, readonly [at: number, place: number]>>;
  readonly missing: Readonly<Record<string, number>>;
}
type Observers = Readonly<Record<string, unknown>>;

/** The ledger of a state directory, as one observer reads it. */
export function readLedger(state: string | null, observer: string): Ledger {
  const read = state === null ? null : readObservers(state);
  return read?.kind === "observers" ? viewOf(read.observers, observer) : NO_LEDGER;
}

function viewOf(observers: Observers, observer: string): Ledger {
  const own = observedBy(observers, observer);
  const others = Object.keys(observers).flatMap((name) =>
    name === observer ? [] : (observedBy(observers, name) ?? []),
  );
  return {
    recorded: (workdir): Recorded => {
      const seen = own === undefined ? undefined : ownValue(own.seen, workdir);
      const way = own === undefined || seen === undefined ? null : wayTo(own.places, seen[1]);
      if (seen !== undefined && way !== null) return { kind: "ours", sighting: { at: seen[0], way } };
      return others.some((other) => ownValue(other.seen, workdir) !== undefined)
        ? { kind: "elsewhere" }
        : { kind: "none" };
    },
    missingSince: (workdir) => (own === undefined ? null : (ownValue(own.missing, workdir) ?? null)),
  };
}

function observedBy(observers: Observers, observer: string): Observed | undefined {
  return observerSchema.safeParse(ownValue(observers, observer)).data;
}

/** A workdir may be called `constructor`: only what was written counts. */
function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** What a run saw: ways to workdirs that are there, and workdirs that are proved absent. */
export interface Seen {
  readonly observer: string;
  readonly now: number;
  readonly alive: ReadonlyMap<string, readonly Waypoint[]>;
  readonly absent: readonly string[];
  /** Workdirs that any entry or anything in the trash is about: the others are forgotten. Null: nobody is. */
  readonly known: ReadonlySet<string> | null;
  /** Some of these could not say what they are about: no sighting is forgotten, since each may be theirs. */
  readonly unsure: boolean;
}

/** Writes down what a run saw. What others wrote and cannot be read now is not overwritten. Throws the errno. */
export function writeLedger(state: string, seen: Seen): void {
  const read = readObservers(state);
  if (read.kind === "unreadable") return;
  const observers = read.kind === "observers" ? read.observers : {};
  const before = observedBy(observers, seen.observer);
  const all = textOf({ ...observers, [seen.observer]: merged(before, seen, MOST_WORKDIRS) });
  const text = isRoomy(Buffer.byteLength(all)) ? all : textOf(bounded(observers, before, seen));
  writeAtomic(bytePath(fileOf(state)), text, bytePath(state));
}

function textOf(observers: Observers): string {
  return `${JSON.stringify({ version: VERSION, observers })}\n`;
}

function bounded(observers: Observers, before: Observed | undefined, seen: Seen): Observers {
  const own = ownRecord(before, seen);
  const others = Object.keys(observers).filter((name) => name !== seen.observer);
  const weighed = others.map((name) => weigh(name, observers));
  const gone = givenUp(weighed, sizeOf(seen.observer, own), seen.now);
  const kept = others.filter((name) => !gone.has(name)).map((name): [string, unknown] => [name, observers[name]]);
  return Object.fromEntries([...kept, [seen.observer, own]]);
}

/** However long the paths are: fewer workdirs, until what is left takes no more than its share. */
function ownRecord(before: Observed | undefined, seen: Seen): Observed {
  for (let most = MOST_WORKDIRS; ;) {
    const own = merged(before, seen, most);
    const size = sizeOf(seen.observer, own);
    if (most === 0 || size <= OWN_SHARE) return own;
    const count = Math.max(Object.keys(own.seen).length, Object.keys(own.missing).length);
    // A tenth less than what would do if all were alike.
    most = Math.floor((0.9 * count * OWN_SHARE) / size);
  }
}

function weigh(name: string, observers: Observers): Observer {
  const observed = observedBy(observers, name);
  const times =
    observed === undefined
      ? []
      : [...Object.values(observed.seen).map(([at]) => at), ...Object.values(observed.missing)];
  const heardOf = observed === undefined ? null : times.reduce((newest, at) => Math.max(newest, at), -Infinity);
  return { name, bytes: sizeOf(name, observers[name]), heardOf };
}

function sizeOf(name: string, record: unknown): number {
  return Buffer.byteLength(JSON.stringify({ [name]: record }));
}

/** `most`: so many workdirs, the oldest sightings go first. One that is forgotten is judged as at first sight. */
function merged(before: Observed | undefined, { now, alive, absent, known, unsure }: Seen, most: number): Observed {
  const isKnown = (workdir: string): boolean => known === null || known.has(workdir);
  const kept = new Map<string, Sighting>();
  for (const [workdir, [at, index]] of Object.entries(before?.seen ?? {})) {
    const way = unsure || isKnown(workdir) ? wayTo(before?.places ?? [], index) : null;
    if (way !== null) kept.set(workdir, { at, way });
  }
  for (const [workdir, way] of alive) {
    if (!isBare(kept.get(workdir)?.way ?? [], way)) kept.set(workdir, { at: now, way });
  }
  const newest = [...kept].toSorted(([, a], [, b]) => b.at - a.at).slice(0, most);
  // Since when something is missing is forgotten all the same: counted afresh, it is only ever kept longer.
  const missing = new Map(
    Object.entries(before?.missing ?? {}).filter(([workdir]) => isKnown(workdir) && !alive.has(workdir)),
  );
  // A time ahead of the clock would stretch the grace: it counts from now then.
  for (const workdir of absent) missing.set(workdir, Math.min(missing.get(workdir) ?? now, now));
  const latest = [...missing].toSorted(([, a], [, b]) => b - a).slice(0, most);
  return { ...packed(newest), missing: Object.fromEntries(latest) };
}

/** Where a mount began on the way and begins no more, what is there is the directory that an unmounted volume left. */
function isBare(before: readonly Waypoint[], way: readonly Waypoint[]): boolean {
  return before.some((point) => point.begins && !way.some((now) => now.path === point.path && now.begins));
}

/** `none`: missing, or nothing that anybody could use. `unreadable`: it is there, and cannot be read just now. */
type ReadObservers =
  | { readonly kind: "observers"; readonly observers: Observers }
  | { readonly kind: "none" }
  | { readonly kind: "unreadable" };

/** Throws `state-newer` where a newer version of the tool wrote it. */
function readObservers(state: string): ReadObservers {
  const file = readSmall(bytePath(fileOf(state)), READABLE);
  if (file.kind === "unreadable") return { kind: "unreadable" };
  const text = file.kind === "bytes" ? decodeUtf8(file.bytes) : null;
  const value = versioned(fileOf(state), text, VERSION);
  const ledger = ledgerSchema.safeParse(value);
  return ledger.success ? { kind: "observers", observers: ledger.data.observers } : { kind: "none" };
}

function fileOf(state: string): string {
  return `${state}/ledger.json`;
}
