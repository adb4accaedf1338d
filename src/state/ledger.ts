/**
 * `ledger.json`: which workdirs were seen alive, by whom, and by which way. Directories on the way are stored once and
 * point to the one above them. What other observers wrote is carried along unchanged. A file that cannot be understood
 * is no evidence: then every missing workdir is judged as at first sight.
 */
import { z } from "zod";
import { GcError } from "../errors.ts";
import { bytePath } from "../fs/door.ts";
import { decodeUtf8, readSmall } from "../fs/read-small.ts";
import { writeAtomic } from "../fs/write-atomic.ts";
import type { Ledger, Recorded, Sighting, Waypoint } from "../model/ledger.ts";
import { NO_LEDGER } from "../model/ledger.ts";

const VERSION = 1;
/** 10,000 workdirs with their ways take 2 MiB. */
const LIMIT = 64 * 1024 * 1024;
/** More than any store has entries; the oldest sightings go first. */
const MOST_WORKDIRS = 50_000;

/** A waypoint: the index of the one above (-1 for the root), and what it adds to it. */
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

const versionSchema = z.object({ version: z.number() });

type Place = z.infer<typeof placeSchema>;
type Observed = z.infer<typeof observerSchema>;
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

/** The way to a place from the root, or null where the indexes lead nowhere or in a circle. */
function wayTo(places: readonly Place[], index: number): Waypoint[] | null {
  const names: Place[] = [];
  for (let at = index; at !== -1;) {
    const place = places[at];
    if (place === undefined || names.length > places.length) return null;
    names.unshift(place);
    at = place.above;
  }
  const way: Waypoint[] = [];
  let path = "";
  for (const { name, ino, birth, mount, begins } of names) {
    path = name === "/" ? "/" : `${path === "/" ? "" : path}/${name}`;
    way.push({ path, ino, birth, source: mount[0], root: mount[1], type: mount[2], begins });
  }
  return way;
}

/** What a run saw: ways to workdirs that are there, and workdirs that are proved absent. */
export interface Seen {
  readonly observer: string;
  readonly now: number;
  readonly alive: ReadonlyMap<string, readonly Waypoint[]>;
  readonly absent: readonly string[];
  /** Workdirs that any entry or anything in the trash is about: what nobody asks about any more is forgotten. */
  readonly known: ReadonlySet<string>;
}

/** Writes down what a run saw. What others wrote and cannot be read now is not overwritten. Throws the errno. */
export function writeLedger(state: string, seen: Seen): void {
  const read = readObservers(state);
  if (read.kind === "unreadable") return;
  const observers = read.kind === "observers" ? read.observers : {};
  const next: Observers = { ...observers, [seen.observer]: merged(observedBy(observers, seen.observer), seen) };
  writeAtomic(bytePath(fileOf(state)), `${JSON.stringify({ version: VERSION, observers: next })}\n`, bytePath(state));
}

function merged(before: Observed | undefined, { now, alive, absent, known }: Seen): Observed {
  const kept = new Map<string, Sighting>();
  for (const [workdir, [at, index]] of Object.entries(before?.seen ?? {})) {
    const way = known.has(workdir) ? wayTo(before?.places ?? [], index) : null;
    if (way !== null) kept.set(workdir, { at, way });
  }
  for (const [workdir, way] of alive) {
    if (!isBare(kept.get(workdir)?.way ?? [], way)) kept.set(workdir, { at: now, way });
  }
  const newest = [...kept].toSorted(([, a], [, b]) => b.at - a.at).slice(0, MOST_WORKDIRS);
  const missing = new Map(
    Object.entries(before?.missing ?? {}).filter(([workdir]) => known.has(workdir) && !alive.has(workdir)),
  );
  // A time ahead of the clock would stretch the grace: it counts from now then.
  for (const workdir of absent) missing.set(workdir, Math.min(missing.get(workdir) ?? now, now));
  return { ...packed(newest), missing: Object.fromEntries(missing) };
}

/** Where a mount began on the way and begins no more, what is there is the directory that an unmounted volume left. */
function isBare(before: readonly Waypoint[], way: readonly Waypoint[]): boolean {
  return before.some((point) => point.begins && !way.some((now) => now.path === point.path && now.begins));
}

/** Stores each directory once. */
function packed(sightings: readonly (readonly [string, Sighting])[]): Pick<Observed, "places" | "seen"> {
  const places: Place[] = [];
  const indexes = new Map<string, number>();
  const seen: Observed["seen"] = {};
  for (const [workdir, { at, way }] of sightings) {
    let above = -1;
    for (const point of way) {
      const place: Place = {
        above,
        name: point.path === "/" ? "/" : point.path.slice(point.path.lastIndexOf("/") + 1),
        ino: point.ino,
        birth: point.birth,
        mount: [point.source, point.root, point.type],
        begins: point.begins,
      };
      const key = JSON.stringify(place);
      const known = indexes.get(key);
      above = known ?? places.push(place) - 1;
      if (known === undefined) indexes.set(key, above);
    }
    Object.defineProperty(seen, workdir, { value: [at, above], enumerable: true });
  }
  return { places, seen };
}

/** `none`: missing, or nothing that anybody could use. `unreadable`: it is there, and cannot be read just now. */
type ReadObservers =
  | { readonly kind: "observers"; readonly observers: Observers }
  | { readonly kind: "none" }
  | { readonly kind: "unreadable" };

/** Throws `state-newer` where a newer version of the tool wrote it. */
function readObservers(state: string): ReadObservers {
  const file = readSmall(bytePath(fileOf(state)), LIMIT);
  if (file.kind === "unreadable") return { kind: "unreadable" };
  const text = file.kind === "bytes" ? decodeUtf8(file.bytes) : null;
  const value = text === null ? null : parsed(text);
  const version = versionSchema.safeParse(value);
  if (version.success && version.data.version > VERSION) {
    throw new GcError(
      "state-newer",
      `${fileOf(state)} has version ${version.data.version}, this tool knows ${VERSION}`,
      {
        hint: "update checkpoint-gc, or run the version that wrote it",
      },
    );
  }
  const ledger = ledgerSchema.safeParse(value);
  return ledger.success ? { kind: "observers", observers: ledger.data.observers } : { kind: "none" };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A SyntaxError: half a file. It is no evidence.
    return null;
  }
}

function fileOf(state: string): string {
  return `${state}/ledger.json`;
}
