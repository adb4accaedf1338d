/** Measures inspected entries: by their kind's own method, else by a walk, in threads where there are many. */
import { throwIfAborted } from "../fs/cooperative.ts";
import { WALK, type WalkTask } from "../fs/jobs.ts";
import { runAll } from "../fs/worker-pool.ts";
import type { Entry } from "../model/entry.ts";
import type { Inspection, Measurement } from "../model/inspection.ts";
import type { Presence } from "../model/presence.ts";
import type { Kind } from "../stores/kind.ts";

/** An entry, and its inspection. */
export interface Inspected {
  readonly entry: Entry;
  readonly store: Kind;
  readonly inspection: Inspection;
}

/** The same, and whether its subject exists. */
export interface ResolvedEntry extends Inspected {
  readonly presence: Presence;
}

export interface Measuring {
  readonly stores: readonly Kind[];
  /** Whether an entry has to be walked whole before it can be judged. */
  readonly needsWalk: (one: ResolvedEntry) => boolean;
  /** How long the kinds' own methods may take in all of a run (ms). */
  readonly measuringBudget: { left: number };
  /** Shared by all batches of entries. */
  readonly all: object;
  readonly signal: AbortSignal | undefined;
  /** Called after each walk: how many by now, and the bytes of this one. */
  readonly onWalked: (done: number, bytes: number) => void;
}

/** Measurements of those that need one, by their index; null where measuring failed. */
export async function measureWanted(
  looked: readonly ResolvedEntry[],
  run: Measuring,
): Promise<ReadonlyMap<number, Measurement | null>> {
  const found = new Map<number, Measurement | null>();
  const wanted: MeasureTarget[] = [];
  for (const [index, one] of looked.entries()) {
    if (!run.needsWalk(one)) continue;
    const { bytes } = one.inspection;
    if (bytes === undefined) wanted.push([index, one]);
    else found.set(index, measurementOf(bytes, one.entry));
  }
  if (wanted.length === 0) return found;
  const own = await measureAll(wanted, run);
  const left = wanted.filter(([index]) => !own.has(index));
  return new Map([...found, ...own, ...(await walkAll(left, run))]);
}

/** Of an entry without directories. A record is not a file. */
function measurementOf(bytes: number, { members }: Entry): Measurement {
  const files = members.filter(({ as }) => as !== "record").length;
  return { newest: null, newestPath: null, bytes, files, locks: [], troubles: [] };
}

type MeasureTarget = readonly [index: number, looked: ResolvedEntry];

/** Those that their kind measures itself; null where it could not. */
async function measureAll(
  wanted: readonly MeasureTarget[],
  run: Measuring,
): Promise<ReadonlyMap<number, Measurement | null>> {
  const found = new Map<number, Measurement | null>();
  for (const { measure } of run.stores) {
    if (measure === undefined) continue;
    const own = wanted.filter(([, { store }]) => store.measure === measure);
    if (own.length === 0) continue;
    const entries = own.map(([, { entry }]) => entry);
    const started = performance.now();
    const measurements = await measure(entries, { until: started + run.measuringBudget.left, all: run.all });
    run.measuringBudget.left -= performance.now() - started;
    throwIfAborted(run.signal);
    for (const [index, { entry }] of own) {
      const one = measurements.get(entry) ?? null;
      if (one !== "walk") found.set(index, one);
    }
  }
  return found;
}

async function walkAll(wanted: readonly MeasureTarget[], run: Measuring): Promise<ReadonlyMap<number, Measurement>> {
  const walked = new Map<number, Measurement>();
  const tasks = wanted.map(([, one]) => taskOf(one));
  await runAll(WALK, tasks, {
    signal: run.signal,
    onProduct: (task, measurement) => {
      const index = wanted[task]?.[0];
      if (index === undefined) return;
      walked.set(index, measurement);
      run.onWalked(walked.size, measurement.bytes);
    },
  });
  return walked;
}

function taskOf({ entry, store, inspection }: ResolvedEntry): WalkTask {
  // A record has no file, and in the trash it is one.
  const files = entry.members.filter(({ identity }) => identity.dev !== "record");
  const paths = store.walked?.(entry) ?? files.map((member) => member.path);
  const used = inspection.leftToWalk === true ? store.used?.(entry) : undefined;
  return { paths, locks: store.lockNames, ...(used === undefined ? {} : { used }) };
}
