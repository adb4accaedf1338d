/**
 * Writes down what a run saw: which workdirs are there and by which way, and which are proved absent. What is written
 * is looked at afresh, so that the ledger never says more than somebody saw just now.
 */
import { errnoOf } from "../errors.ts";
import { pace } from "../fs/breathe.ts";
import { judgeAll } from "../judge.ts";
import type { Entry, Subject } from "../model/entry.ts";
import type { Judged } from "../model/judgement.ts";
import type { Waypoint } from "../model/ledger.ts";
import type { PlannedBase } from "../model/plan.ts";
import type { Settings } from "../model/settings.ts";
import { newAncestors } from "../resolve/ancestors.ts";
import { readMounts } from "../resolve/machine.ts";
import { ancestorsOf } from "../resolve/presence.ts";
import { askRemote } from "../resolve/remote.ts";
import { wayOf } from "../resolve/witness.ts";
import { writeLedger } from "../state/ledger.ts";
import { benchFor, type Context } from "./context.ts";
import { type Opened, leaveOut } from "./writing.ts";

/** What a run looked at. */
interface Looked {
  readonly judged: readonly Judged[];
  /** What everything is about, where the run looked at everything; null: nobody is forgotten. */
  readonly subjects: readonly (Subject | null)[] | null;
  readonly clockDoubted: boolean;
}

/** What a plan is made of, what lies in the trash included: a workdir may be known from there alone. */
export async function bearWitness(opened: Opened, base: PlannedBase, now: number, context: Context): Promise<void> {
  const judged = [...base.entries.map((row) => row.judged), ...base.trash.flatMap((row) => row.judged ?? [])];
  await write(opened, { judged, subjects: subjectsOf(base), clockDoubted: base.clockDoubt !== null }, now, context);
}

/** The same of a few entries that were not planned: nothing else was looked at. */
export async function bearWitnessOf(
  entries: readonly Entry[],
  opened: Opened,
  settings: Settings,
  clockDoubted: boolean,
  context: Context,
): Promise<void> {
  const now = context.now();
  // Nobody stops here, and nobody is told: what was asked for is done, and this is a look at a handful of places.
  const own = await benchFor(opened.ref, opened.state, settings, now, context);
  const bench = { ...own, signal: undefined, onProgress: () => undefined };
  try {
    const judged = await judgeAll(entries, bench, { walk: "none" }, false);
    await write(opened, { judged, subjects: null, clockDoubted }, now, context);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    context.logger.debug({ event: "not-witnessed", base: opened.ref.path, error });
  }
}

/** A run that emptied the trash looked at no entry: what earlier runs saw must not be forgotten for that. */
function subjectsOf({ entries, trash }: PlannedBase): readonly (Subject | null)[] | null {
  if (entries.length === 0) return null;
  const left = trash.filter(({ item }) => !item.marked);
  // Debris is about no workdir at all.
  const about = entries.filter(({ judged }) => judged.verdict !== "debris" || judged.subject !== null);
  return [...about.map((row) => row.judged.subject), ...left.map((row) => row.subject)];
}

async function write({ ref, state }: Opened, looked: Looked, now: number, context: Context): Promise<void> {
  const mounts = readMounts(context.machine.platform);
  if (state === null || mounts === null) return;
  const breathe = pace();
  const workdirs = (kind: Judged["presence"]["kind"]): string[] =>
    looked.judged.flatMap(({ presence, subject }) => (presence.kind === kind ? (subject?.value ?? []) : []));
  const present = new Set(workdirs("present"));
  const remote = await askRemote([...present], ref.path, { ...context.machine, mounts });
  const scene = { mounts, ancestors: newAncestors(remote === null ? [] : [remote]) };
  const alive = new Map<string, readonly Waypoint[]>();
  for (const path of present) {
    const way = wayOf(path, ancestorsOf(path), scene);
    if (way !== null) alive.set(path, way);
    await breathe();
  }
  // By a clock that was set back a little something would have been missing for long when it is right again.
  const absent = looked.clockDoubted ? [] : workdirs("absent");
  const { subjects } = looked;
  const known = subjects === null ? null : new Set(subjects.flatMap((subject) => subject?.value ?? []));
  // One whose marker could not be read today may be about any workdir.
  const unsure = subjects?.includes(null) ?? true;
  const { observer } = context.machine;
  await writeLedger(state, { observer, now, alive, absent, known, unsure }).catch(leaveOut);
}
