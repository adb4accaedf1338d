/** Merges an observer's earlier record with its new observations. Pure and cooperative. */
import type { Observation, Ancestor } from "../model/ledger.ts";
import type { Observer } from "../model/observer.ts";
import type { CooperativeTask } from "../model/steps.ts";
import type { Observed } from "./ledger-observed.ts";
import { packed, ancestorChain } from "./ledger-places.ts";

/** The observations of a run: existing workdirs with their ancestors, and workdirs that are proved absent. */
export interface RunObservations {
  readonly observer: Observer;
  readonly now: number;
  readonly alive: ReadonlyMap<string, readonly Ancestor[]>;
  readonly absent: readonly string[];
  /** The workdirs of all entries and trash items: the others are dropped. Null: none is. */
  readonly known: ReadonlySet<string> | null;
  /** The workdirs of some of these could not be read: no observation is dropped, since each may be theirs. */
  readonly unsure: boolean;
}

/**
 * `most`: the maximum of workdirs, the oldest observations are dropped first. A dropped one is judged without a record.
 */
export function* merged(
  before: readonly Observed[],
  { now, alive, absent, known, unsure }: RunObservations,
  most: number,
): CooperativeTask<Observed> {
  const isKnown = (workdir: string): boolean => known === null || known.has(workdir);
  const kept = new Map<string, Observation>();
  for (const { seen, places } of before) {
    for (const [workdir, [at, index]] of Object.entries(seen)) {
      const isNewest = at >= (kept.get(workdir)?.at ?? -Infinity);
      const way = isNewest && (unsure || isKnown(workdir)) ? ancestorChain(places, index) : null;
      if (way !== null) kept.set(workdir, { at, way });
      yield;
    }
  }
  for (const [workdir, way] of alive) {
    if (!isBare(kept.get(workdir)?.way ?? [], way)) kept.set(workdir, { at: now, way });
    yield;
  }
  const newest = [...kept].toSorted(([, a], [, b]) => b.at - a.at).slice(0, most);
  // The time since when it is missing is dropped all the same: counted anew, it is only ever kept longer.
  const missing = new Map<string, number>();
  for (const [workdir, since] of before.flatMap((record) => Object.entries(record.missing))) {
    if (isKnown(workdir) && !alive.has(workdir)) missing.set(workdir, Math.min(missing.get(workdir) ?? since, since));
  }
  // A time in the future would prolong the grace period, so it counts from now.
  for (const workdir of absent) missing.set(workdir, Math.min(missing.get(workdir) ?? now, now));
  const latest = [...missing].toSorted(([, a], [, b]) => b - a).slice(0, most);
  yield;
  return { ...(yield* packed(newest)), missing: Object.fromEntries(latest) };
}

/** Where a recorded mount point is now a plain directory, it is what an unmounted volume left behind. */
function isBare(before: readonly Ancestor[], way: readonly Ancestor[]): boolean {
  return before.some((point) => point.begins && !way.some((now) => now.path === point.path && now.begins));
}
