/**
 * `ledger.json`: which workdirs existed, seen by which observer, and by which path. Directories of a path are stored
 * once, with the index of their parent. Records of other observers are copied unchanged. A file that cannot be parsed
 * is not evidence: then every missing workdir is judged without a record.
 */
import * as z from "zod/mini";
import { once } from "../model/once.ts";
import { runCooperatively, yieldToEventLoop } from "../fs/cooperative.ts";
import { bytePath } from "../fs/syscalls.ts";
import { writeAtomic } from "../fs/write-atomic.ts";
import type { Ledger, LedgerEntry, Observation } from "../model/ledger.ts";
import { NO_LEDGER } from "../model/ledger.ts";
import { isOurs, type Observer } from "../model/observer.ts";
import type { CooperativeTask } from "../model/steps.ts";
import { recordsToDrop, isFarBelowLimit, type RecordSize, OWN_SHARE, READABLE } from "./ledger-bounds.ts";
import { merged, type RunObservations } from "./ledger-merged.ts";
import { type Observed, observedIn } from "./ledger-observed.ts";
import { layersAt, ancestorChain } from "./ledger-places.ts";
import { textOf as textIn, versioned } from "./versioned.ts";

const VERSION = 1;
/** More than any store has entries, 10 MiB with their ancestors; the oldest observations are dropped first. */
const MAX_WORKDIRS = 50_000;

/** Each observer's record is parsed separately: those of others are copied as they are, whatever they contain. */
const ledgerSchema = once(() =>
  z.object({ version: z.literal(VERSION), observers: z.record(z.string(), z.unknown()) }),
);

type Observers = Readonly<Record<string, unknown>>;

/** The ledger of a state directory, as one observer reads it. */
export async function readLedger(state: string | null, observer: Observer): Promise<Ledger> {
  const observers = state === null ? null : await readObservers(state);
  return observers === null ? NO_LEDGER : runCooperatively(viewOf(observers, observer));
}

function* viewOf(observers: Observers, observer: Observer): CooperativeTask<Ledger> {
  const own = yield* ownRecords(observers, observer);
  const others: Observed[] = [];
  for (const [name, value] of Object.entries(observers)) {
    const other = isOurs(name, observer) ? undefined : yield* observedIn(value);
    if (other !== undefined) others.push(other);
  }
  return {
    recorded: (workdir): LedgerEntry => {
      const sightings = own.flatMap(({ seen, places }) => sightingIn(ownValue(seen, workdir), places));
      const [newest] = sightings.toSorted((a, b) => b.at - a.at);
      if (newest !== undefined) return { kind: "ours", sighting: newest };
      return others.some((other) => ownValue(other.seen, workdir) !== undefined)
        ? { kind: "elsewhere" }
        : { kind: "none" };
    },
    missingSince: (workdir) => {
      const times = own.flatMap(({ missing }) => ownValue(missing, workdir) ?? []);
      return times.length === 0 ? null : Math.min(...times);
    },
    layersAt: (point) => new Set(own.flatMap(({ places }) => layersAt(places, point))),
  };
}

function sightingIn(seen: Observed["seen"][string] | undefined, places: Observed["places"]): Observation[] {
  const way = seen === undefined ? null : ancestorChain(places, seen[1]);
  return seen === undefined || way === null ? [] : [{ at: seen[0], way }];
}

/** The observer's own record, and those that 1.0.0 wrote under earlier names of it. */
function* ownRecords(observers: Observers, observer: Observer): CooperativeTask<readonly Observed[]> {
  const own: Observed[] = [];
  for (const [name, value] of Object.entries(observers)) {
    const observed = isOurs(name, observer) ? yield* observedIn(value) : undefined;
    if (observed !== undefined) own.push(observed);
  }
  return own;
}

/** A workdir may be called `constructor`: only own properties count. */
function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/**
 * Records the observations of a run. Throws the errno, and what reading throws: records of others are not overwritten.
 */
export async function writeLedger(state: string, seen: RunObservations): Promise<void> {
  const text = await runCooperatively(added((await readObservers(state)) ?? {}, seen));
  await yieldToEventLoop();
  writeAtomic(bytePath(fileOf(state)), text, bytePath(state));
}

/** The text of the ledger including new observations. */
function* added(observers: Observers, seen: RunObservations): CooperativeTask<string> {
  yield;
  const before = yield* ownRecords(observers, seen.observer);
  const own = yield* merged(before, seen, MAX_WORKDIRS);
  const others = Object.fromEntries(Object.entries(observers).filter(([name]) => !isOurs(name, seen.observer)));
  const all = textOf({ ...others, [seen.observer.id]: own });
  return isFarBelowLimit(Buffer.byteLength(all)) ? all : textOf(yield* bounded(others, before, seen));
}

function textOf(observers: Observers): string {
  return `${JSON.stringify({ version: VERSION, observers })}\n`;
}

function* bounded(
  observers: Observers,
  before: readonly Observed[],
  seen: RunObservations,
): CooperativeTask<Observers> {
  const own = yield* ownRecord(before, seen);
  const others = Object.keys(observers);
  const weighed: RecordSize[] = [];
  for (const name of others) weighed.push(yield* sizeOfRecord(name, observers));
  const gone = recordsToDrop(weighed, sizeOf(seen.observer.id, own), seen.now);
  const kept = others.filter((name) => !gone.has(name)).map((name): [string, unknown] => [name, observers[name]]);
  return Object.fromEntries([...kept, [seen.observer.id, own]]);
}

/** Reduces the number of workdirs until the record fits its share, however long the paths are. */
function* ownRecord(before: readonly Observed[], seen: RunObservations): CooperativeTask<Observed> {
  for (let most = MAX_WORKDIRS; ;) {
    const own = yield* merged(before, seen, most);
    const size = sizeOf(seen.observer.id, own);
    if (most === 0 || size <= OWN_SHARE) return own;
    const count = Math.max(Object.keys(own.seen).length, Object.keys(own.missing).length);
    // A tenth less than would do if all were of the same length.
    most = Math.floor((0.9 * count * OWN_SHARE) / size);
  }
}

function* sizeOfRecord(name: string, observers: Observers): CooperativeTask<RecordSize> {
  const observed = yield* observedIn(ownValue(observers, name));
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

/**
 * Null where it is missing or unusable. Throws `state-newer`, and `state-unusable` where it exists and cannot be read:
 * a workdir that another machine recorded would pass for one that never existed.
 */
async function readObservers(state: string): Promise<Observers | null> {
  await yieldToEventLoop();
  const text = textIn(fileOf(state), READABLE, "which directories earlier runs saw");
  // JSON.parse cannot be paused: some 20 ms for ten thousand workdirs.
  await yieldToEventLoop();
  const value = versioned(fileOf(state), text, VERSION);
  await yieldToEventLoop();
  return value === null ? null : (ledgerSchema().safeParse(value).data?.observers ?? null);
}

function fileOf(state: string): string {
  return `${state}/ledger.json`;
}
