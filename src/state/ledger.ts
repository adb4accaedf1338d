/**
 * `ledger.json`: which workdirs were seen alive, by whom, and by which way. Directories on the way are stored once and
 * point to the one above them. What other observers wrote is carried along unchanged. A file that cannot be understood
 * is no evidence: then every missing workdir is judged as at first sight.
 */
import { z } from "zod";
import { inSlices, turn } from "../fs/breathe.ts";
import { bytePath } from "../fs/door.ts";
import { decodeUtf8, readSmall } from "../fs/read-small.ts";
import { writeAtomic } from "../fs/write-atomic.ts";
import type { Ledger, Recorded } from "../model/ledger.ts";
import { NO_LEDGER } from "../model/ledger.ts";
import type { Steps } from "../model/steps.ts";
import { givenUp, isRoomy, type Observer, OWN_SHARE, READABLE } from "./ledger-bounds.ts";
import { merged, type Seen } from "./ledger-merged.ts";
import { type Observed, observedIn } from "./ledger-observed.ts";
import { wayTo } from "./ledger-places.ts";
import { versioned } from "./versioned.ts";

const VERSION = 1;
/** More than any store has entries, 10 MiB with their ways; the oldest sightings go first. */
const MOST_WORKDIRS = 50_000;

/** What an observer wrote is understood one by one: what others wrote is carried along as it is, whatever it is. */
const ledgerSchema = z.object({ version: z.literal(VERSION), observers: z.record(z.string(), z.unknown()) });

type Observers = Readonly<Record<string, unknown>>;

/** The ledger of a state directory, as one observer reads it. */
export async function readLedger(state: string | null, observer: string): Promise<Ledger> {
  const read = state === null ? null : await readObservers(state);
  return read?.kind === "observers" ? inSlices(viewOf(read.observers, observer)) : NO_LEDGER;
}

function* viewOf(observers: Observers, observer: string): Steps<Ledger> {
  const own = yield* observedBy(observers, observer);
  const others: Observed[] = [];
  for (const name of Object.keys(observers)) {
    const other = name === observer ? undefined : yield* observedBy(observers, name);
    if (other !== undefined) others.push(other);
  }
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

function observedBy(observers: Observers, observer: string): Steps<Observed | undefined> {
  return observedIn(ownValue(observers, observer));
}

/** A workdir may be called `constructor`: only what was written counts. */
function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Writes down what a run saw. What others wrote and cannot be read now is not overwritten. Throws the errno. */
export async function writeLedger(state: string, seen: Seen): Promise<void> {
  const read = await readObservers(state);
  if (read.kind === "unreadable") return;
  const text = await inSlices(added(read.kind === "observers" ? read.observers : {}, seen));
  await turn();
  writeAtomic(bytePath(fileOf(state)), text, bytePath(state));
}

/** The text of the ledger with what was seen. */
function* added(observers: Observers, seen: Seen): Steps<string> {
  yield;
  const before = yield* observedBy(observers, seen.observer);
  const own = yield* merged(before, seen, MOST_WORKDIRS);
  const all = textOf({ ...observers, [seen.observer]: own });
  return isRoomy(Buffer.byteLength(all)) ? all : textOf(yield* bounded(observers, before, seen));
}

function textOf(observers: Observers): string {
  return `${JSON.stringify({ version: VERSION, observers })}\n`;
}

function* bounded(observers: Observers, before: Observed | undefined, seen: Seen): Steps<Observers> {
  const own = yield* ownRecord(before, seen);
  const others = Object.keys(observers).filter((name) => name !== seen.observer);
  const weighed: Observer[] = [];
  for (const name of others) weighed.push(yield* weigh(name, observers));
  const gone = givenUp(weighed, sizeOf(seen.observer, own), seen.now);
  const kept = others.filter((name) => !gone.has(name)).map((name): [string, unknown] => [name, observers[name]]);
  return Object.fromEntries([...kept, [seen.observer, own]]);
}

/** However long the paths are: fewer workdirs, until what is left takes no more than its share. */
function* ownRecord(before: Observed | undefined, seen: Seen): Steps<Observed> {
  for (let most = MOST_WORKDIRS; ;) {
    const own = yield* merged(before, seen, most);
    const size = sizeOf(seen.observer, own);
    if (most === 0 || size <= OWN_SHARE) return own;
    const count = Math.max(Object.keys(own.seen).length, Object.keys(own.missing).length);
    // A tenth less than what would do if all were alike.
    most = Math.floor((0.9 * count * OWN_SHARE) / size);
  }
}

function* weigh(name: string, observers: Observers): Steps<Observer> {
  const observed = yield* observedBy(observers, name);
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

/** `none`: missing, or nothing that anybody could use. `unreadable`: it is there, and cannot be read just now. */
type ReadObservers =
  | { readonly kind: "observers"; readonly observers: Observers }
  | { readonly kind: "none" }
  | { readonly kind: "unreadable" };

/** Throws `state-newer` where a newer version of the tool wrote it. */
async function readObservers(state: string): Promise<ReadObservers> {
  await turn();
  const file = readSmall(bytePath(fileOf(state)), READABLE);
  if (file.kind === "unreadable") return { kind: "unreadable" };
  const text = file.kind === "bytes" ? decodeUtf8(file.bytes) : null;
  // Each of these is one piece that nobody can cut: some 20 ms where ten thousand workdirs are in it.
  await turn();
  const value = versioned(fileOf(state), text, VERSION);
  await turn();
  const ledger = ledgerSchema.safeParse(value);
  return ledger.success ? { kind: "observers", observers: ledger.data.observers } : { kind: "none" };
}

function fileOf(state: string): string {
  return `${state}/ledger.json`;
}
