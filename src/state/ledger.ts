/**
 * `ledger.json`: which workdirs existed, seen by which observer, and by which path. Directories of a path are stored
 * once, with the index of their parent. Records of other observers are copied unchanged.
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
import { damaged, type Protection, protectionIn, protectionJson, protectionText } from "./versioned.ts";

const VERSION = 1;
/** More than any store has entries, 10 MiB with their ancestors; the oldest observations are dropped first. */
const MAX_WORKDIRS = 50_000;

/** Each observer's record is parsed separately: those of others are copied as they are, whatever they contain. */
const ledgerSchema = once(() =>
  z.object({ version: z.literal(VERSION), observers: z.record(z.string(), z.unknown()) }),
);

type Observers = Readonly<Record<string, unknown>>;

interface LedgerFile {
  readonly observers: Observers;
  readonly protection: Protection;
}

/** The ledger of a state directory, as one observer reads it. */
export async function readLedger(state: string | null, observer: Observer): Promise<Ledger> {
  const file = state === null ? null : await readObservers(protectionOf(state));
  return file === null ? NO_LEDGER : runCooperatively(viewOf(file, observer));
}

function* viewOf(file: LedgerFile, observer: Observer): CooperativeTask<Ledger> {
  const own = yield* recordsOf(file, (name) => isOurs(name, observer));
  const others = yield* recordsOf(file, (name) => !isOurs(name, observer));
  return {
    recorded: (workdir): LedgerEntry => {
      const sightings = own.flatMap(({ seen, places }) => sightingIn(ownValue(seen, workdir), places));
      const [newest] = sightings.toSorted((a, b) => b.at - a.at);
      if (newest !== undefined) return { kind: "ours", sighting: newest };
      // Where it is known that it was seen, and not by which path, that is as little proof as what others saw.
      return [...own, ...others].some((one) => ownValue(one.seen, workdir) !== undefined)
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

/** Of an observer's own there may be several: 1.0.0 wrote under earlier names of it. Throws `state-unusable`. */
function* recordsOf(
  { observers, protection }: LedgerFile,
  isWanted: (name: string) => boolean,
): CooperativeTask<readonly Observed[]> {
  const found: Observed[] = [];
  for (const [name, value] of Object.entries(observers)) {
    if (!isWanted(name)) continue;
    const observed = yield* observedIn(value);
    if (observed === undefined) throw damaged(protection, `the record of ${name} is not what this program writes`);
    found.push(observed);
  }
  return found;
}

/** A workdir may be called `constructor`: only own properties count. */
function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/**
 * Records the observations of a run. Throws the errno, and what reading throws: records of others are not overwritten.
 */
export async function writeLedger(state: string, seen: RunObservations): Promise<void> {
  const protection = protectionOf(state);
  const file = (await readObservers(protection)) ?? { observers: {}, protection };
  const text = await runCooperatively(added(file, seen));
  await yieldToEventLoop();
  writeAtomic(bytePath(fileOf(state)), text, bytePath(state));
}

/** The text of the ledger including new observations. */
function* added(file: LedgerFile, seen: RunObservations): CooperativeTask<string> {
  yield;
  const before = yield* recordsOf(file, (name) => isOurs(name, seen.observer));
  const own = yield* merged(before, seen, MAX_WORKDIRS);
  const others = Object.fromEntries(Object.entries(file.observers).filter(([name]) => !isOurs(name, seen.observer)));
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
 * Null where it is missing. Throws `state-newer`, and `state-unusable` where it exists and is not usable: a workdir that
 * an earlier run or another machine recorded would pass for one that never existed.
 */
async function readObservers(protection: Protection): Promise<LedgerFile | null> {
  await yieldToEventLoop();
  const text = protectionText(protection);
  if (text === null) return null;
  // JSON.parse cannot be paused: some 20 ms for ten thousand workdirs.
  await yieldToEventLoop();
  const value = protectionJson(protection, text);
  await yieldToEventLoop();
  return { ...protectionIn(protection, value, ledgerSchema), protection };
}

function protectionOf(state: string): Protection {
  return {
    path: fileOf(state),
    limit: READABLE,
    holds: "which directories earlier runs saw",
    version: VERSION,
  };
}

function fileOf(state: string): string {
  return `${state}/ledger.json`;
}
