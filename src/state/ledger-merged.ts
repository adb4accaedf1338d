/** What an observer recorded before, and what it saw just now, as one record. Pure, and step by step. */
import type { Sighting, Waypoint } from "../model/ledger.ts";
import type { Steps } from "../model/steps.ts";
import type { Observed } from "./ledger-observed.ts";
import { packed, wayTo } from "./ledger-places.ts";

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

/** `most`: so many workdirs, the oldest sightings go first. One that is forgotten is judged as at first sight. */
export function* merged(
  before: Observed | undefined,
  { now, alive, absent, known, unsure }: Seen,
  most: number,
): Steps<Observed> {
  const isKnown = (workdir: string): boolean => known === null || known.has(workdir);
  const kept = new Map<string, Sighting>();
  for (const [workdir, [at, index]] of Object.entries(before?.seen ?? {})) {
    const way = unsure || isKnown(workdir) ? wayTo(before?.places ?? [], index) : null;
    if (way !== null) kept.set(workdir, { at, way });
    yield;
  }
  for (const [workdir, way] of alive) {
    if (!isBare(kept.get(workdir)?.way ?? [], way)) kept.set(workdir, { at: now, way });
    yield;
  }
  const newest = [...kept].toSorted(([, a], [, b]) => b.at - a.at).slice(0, most);
  // Since when something is missing is forgotten all the same: counted afresh, it is only ever kept longer.
  const missing = new Map(
    Object.entries(before?.missing ?? {}).filter(([workdir]) => isKnown(workdir) && !alive.has(workdir)),
  );
  // A time ahead of the clock would stretch the grace: it counts from now then.
  for (const workdir of absent) missing.set(workdir, Math.min(missing.get(workdir) ?? now, now));
  const latest = [...missing].toSorted(([, a], [, b]) => b - a).slice(0, most);
  yield;
  return { ...(yield* packed(newest)), missing: Object.fromEntries(latest) };
}

/** Where a mount began on the way and begins no more, what is there is the directory that an unmounted volume left. */
function isBare(before: readonly Waypoint[], way: readonly Waypoint[]): boolean {
  return before.some((point) => point.begins && !way.some((now) => now.path === point.path && now.begins));
}
