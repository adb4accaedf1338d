/**
 * Records what a run observed: which workdirs exist and by which path, and which are proved absent. Everything is
 * checked again before it is written, so that the ledger only contains current observations.
 */
import { createYielder } from "../fs/cooperative.ts";
import { judgeAll } from "../judge.ts";
import type { Entry, Subject } from "../model/entry.ts";
import type { Judged } from "../model/judgement.ts";
import type { Ancestor } from "../model/ledger.ts";
import type { PlannedBase } from "../model/plan.ts";
import type { Settings } from "../model/settings.ts";
import { newAncestors } from "../resolve/ancestors.ts";
import { readMounts } from "../resolve/machine.ts";
import { ancestorsOf } from "../resolve/presence.ts";
import { askRemote } from "../resolve/remote.ts";
import { ancestorsIn } from "../resolve/witness.ts";
import { writeLedger } from "../state/ledger.ts";
import { judgeContextFor, type RunContext } from "./context.ts";
import type { BaseHandle } from "./open-base.ts";

/** The observations of a run. */
interface ObservedEntries {
  readonly judged: readonly Judged[];
  /** All current subjects, where the run examined everything; null: no record is dropped. */
  readonly subjects: readonly (Subject | null)[] | null;
  readonly clockDoubted: boolean;
}

/** The observations of a plan (throws the errno), including trash items: a workdir may be known from there alone. */
export async function recordObservations(
  opened: BaseHandle,
  base: PlannedBase,
  now: number,
  context: RunContext,
): Promise<void> {
  const judged = [...base.entries.map((row) => row.judged), ...base.trash.flatMap((row) => row.judged ?? [])];
  await write(opened, { judged, subjects: subjectsOf(base), clockDoubted: base.clockDoubt !== null }, now, context);
}

/** The same for a few entries that were not planned, without any others. */
export async function recordObservationsOf(
  entries: readonly Entry[],
  opened: BaseHandle,
  settings: Settings,
  clockDoubted: boolean,
  context: RunContext,
): Promise<void> {
  const now = context.now();
  // No progress and no interruption: what was asked for is done, and this checks only a few places.
  const own = await judgeContextFor(opened.ref, opened.state, settings, now, context);
  const judgeContext = { ...own, signal: undefined, onProgress: () => undefined };
  const judged = await judgeAll(entries, judgeContext, { walk: "none" }, false);
  await write(opened, { judged, subjects: null, clockDoubted }, now, context);
}

/** A run that emptied the trash examined no entry, so earlier observations must not be dropped. */
function subjectsOf({ entries, trash }: PlannedBase): readonly (Subject | null)[] | null {
  if (entries.length === 0) return null;
  const left = trash.filter(({ item }) => !item.marked);
  // Debris has no workdir.
  const about = entries.filter(({ judged }) => judged.verdict !== "debris" || judged.subject !== null);
  return [...about.map((row) => row.judged.subject), ...left.map((row) => row.subject)];
}

async function write(
  { ref, state }: BaseHandle,
  looked: ObservedEntries,
  now: number,
  context: RunContext,
): Promise<void> {
  const mounts = readMounts(context.machine.platform);
  if (state === null || mounts === null) return;
  const yieldIfDue = createYielder();
  const workdirs = (kind: Judged["presence"]["kind"]): string[] =>
    looked.judged.flatMap(({ presence, subject }) => (presence.kind === kind ? (subject?.value ?? []) : []));
  const present = new Set(workdirs("present"));
  const remote = await askRemote([...present], ref.path, { mounts });
  const scene = { mounts, ancestors: newAncestors(remote === null ? [] : [remote]) };
  const alive = new Map<string, readonly Ancestor[]>();
  for (const path of present) {
    const way = ancestorsIn(path, ancestorsOf(path), scene);
    if (way !== null) alive.set(path, way);
    await yieldIfDue();
  }
  // With a clock that was set back a little, a workdir would seem to have been missing for long once the clock is right
  // again.
  const absent = looked.clockDoubted ? [] : workdirs("absent");
  const { subjects } = looked;
  const known = subjects === null ? null : new Set(subjects.flatMap((subject) => subject?.value ?? []));
  // An entry whose marker could not be read today may have any workdir.
  const unsure = subjects?.includes(null) ?? true;
  const { observer } = context.machine;
  await writeLedger(state, { observer, now, alive, absent, known, unsure });
}
