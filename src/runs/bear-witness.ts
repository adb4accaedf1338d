/**
 * Writes down what a run saw: which workdirs are there and by which way, and which are proved absent. What is written
 * is looked at afresh, so that the ledger never says more than somebody saw just now.
 */
import { pace } from "../fs/breathe.ts";
import type { Waypoint } from "../model/ledger.ts";
import type { PlannedBase } from "../model/plan.ts";
import { newAncestors } from "../resolve/ancestors.ts";
import { readMounts } from "../resolve/machine.ts";
import { ancestorsOf } from "../resolve/presence.ts";
import { askRemote } from "../resolve/remote.ts";
import { wayOf } from "../resolve/witness.ts";
import { writeLedger } from "../state/ledger.ts";
import type { Context } from "./context.ts";
import { type Opened, withoutRoom } from "./writing.ts";

export async function bearWitness({ state }: Opened, base: PlannedBase, now: number, context: Context): Promise<void> {
  const mounts = readMounts(context.machine.platform);
  if (state === null || mounts === null) return;
  const breathe = pace();
  const present = base.entries.flatMap(({ judged }) =>
    judged.presence.kind === "present" ? (judged.subject?.value ?? []) : [],
  );
  const remote = await askRemote(present, base.ref.path, { ...context.machine, mounts });
  const scene = { mounts, ancestors: newAncestors(remote === null ? [] : [remote]) };
  const alive = new Map<string, readonly Waypoint[]>();
  // By a clock that was set back a little something would have been missing for long when it is right again.
  const absent =
    base.clockDoubt !== null
      ? []
      : base.entries.flatMap(({ judged }) => (judged.presence.kind === "absent" ? (judged.subject?.value ?? []) : []));
  for (const path of present) {
    const way = wayOf(path, ancestorsOf(path), scene);
    if (way !== null) alive.set(path, way);
    await breathe();
  }
  const subjects = [...base.entries.map((row) => row.judged.subject), ...base.trash.map((row) => row.subject)];
  const known = new Set(subjects.flatMap((subject) => (subject === null ? [] : [subject.value])));
  withoutRoom(() => writeLedger(state, { observer: context.machine.observer, now, alive, absent, known }));
}
