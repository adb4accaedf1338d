/** Measures entries that were looked at: by what their kind knows, else by a walk, in threads where there are many. */
import { throwIfAborted } from "../fs/breathe.ts";
import { WALK, type WalkTask } from "../fs/crafts.ts";
import { doAll } from "../fs/crew.ts";
import type { Entry } from "../model/entry.ts";
import type { Inspection, Measurement } from "../model/inspection.ts";
import type { Presence } from "../model/presence.ts";
import type { StoreAdapter } from "../stores/adapter.ts";

/** An entry, and what its store says of it. */
export interface Inspected {
  readonly entry: Entry;
  readonly store: StoreAdapter;
  readonly inspection: Inspection;
}

/** The same, and whether its subject is there. */
export interface Looked extends Inspected {
  readonly presence: Presence;
}

export interface Measuring {
  readonly stores: readonly StoreAdapter[];
  /** Whether an entry has to be walked whole before it can be judged. */
  readonly needsWalk: (inspection: Inspection, presence: Presence) => boolean;
  /** How long kinds may measure by themselves in all of a run (ms). */
  readonly patience: { left: number };
  readonly signal: AbortSignal | undefined;
  /** Told after each walk: how many by now, and the bytes of this one. */
  readonly onWalked: (done: number, bytes: number) => void;
}

/** Measurements of those that need one, by their index; null where nobody could tell. */
export async function measureWanted(
  looked: readonly Looked[],
  run: Measuring,
): Promise<ReadonlyMap<number, Measurement | null>> {
  const wanted = [...looked.entries()].filter(([, one]) => run.needsWalk(one.inspection, one.presence));
  const own = await measureAll(wanted, run);
  const left = wanted.filter(([index]) => !own.has(index));
  return new Map([...own, ...(await walkAll(left, run))]);
}

type Wanted = readonly [index: number, looked: Looked];

/** Those that their kind measures itself; null where it could not. */
async function measureAll(wanted: readonly Wanted[], run: Measuring): Promise<ReadonlyMap<number, Measurement | null>> {
  const found = new Map<number, Measurement | null>();
  for (const { measure } of run.stores) {
    if (measure === undefined) continue;
    const own = wanted.filter(([, { store }]) => store.measure === measure);
    if (own.length === 0) continue;
    const entries = own.map(([, { entry }]) => entry);
    const started = performance.now();
    const told = await measure(entries, started + run.patience.left);
    run.patience.left -= performance.now() - started;
    throwIfAborted(run.signal);
    for (const [index, { entry }] of own) {
      const one = told.get(entry) ?? null;
      if (one !== "walk") found.set(index, one);
    }
  }
  return found;
}

async function walkAll(wanted: readonly Wanted[], run: Measuring): Promise<ReadonlyMap<number, Measurement>> {
  const walked = new Map<number, Measurement>();
  const tasks = wanted.map(([, one]) => taskOf(one));
  await doAll(WALK, tasks, {
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

function taskOf({ entry, store }: Looked): WalkTask {
  return { paths: entry.members.map((member) => member.path), locks: store.lockNames };
}
