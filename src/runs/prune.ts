/** Carries out a plan that a person said yes to: exactly that plan. */
import { errnoOf, GcError } from "../errors.ts";
import { turn } from "../fs/breathe.ts";
import { remembered } from "../gate/clock.ts";
import type { Plan, PlannedBase, PlannedTrash } from "../model/plan.ts";
import { type BaseResult, type RunResult, worstOf } from "../model/result.ts";
import { DAY } from "../model/time.ts";
import type { PruneOptions } from "../options.ts";
import { TRASH_NAME } from "../scan/trash-places.ts";
import { writeNote } from "../state/notes.ts";
import { noteRestored, readRestored } from "../state/restored.ts";
import { type CarriedOut, carryOut, type Hands } from "../sweep.ts";
import { bearWitness } from "./bear-witness.ts";
import { benchFor, type Context, contextOf } from "./context.ts";
import { arrearsOf } from "./uncollected.ts";
import { destinationsOf, openBase, type Opened, saveRecord, tidy, withoutRoom } from "./writing.ts";

/**
 * Does what `plan` says, and tells what became of each row. One entry's failure never stops the next. An aborted signal
 * ends it between two entries, with status `interrupted`. Throws `locked`, `state-*`, `foreign-owner`, before anything
 * was done.
 */
export async function prune(plan: Plan, options: PruneOptions = {}): Promise<RunResult> {
  const started = performance.now();
  const context = await contextOf(options);
  const bases: BaseResult[] = [];
  let begun = false;
  for (const base of plan.bases) {
    if (!hasWork(base)) {
      bases.push(untouched(base));
      continue;
    }
    try {
      bases.push(await pruneBase(base, plan, options.waitForLock ?? 0, context));
      begun = true;
    } catch (error) {
      // What was done to the bases before must still be told.
      if (!begun) throw error;
      bases.push(stopped(base, error));
    }
  }
  return { plan, status: worstOf(bases.map((base) => base.status)), bases, durationMs: performance.now() - started };
}

/** Rows that something is to become of, the period of a trash item beginning again among them. */
function hasWork(base: PlannedBase): boolean {
  const entries = base.entries.some((row) => row.ruling.action === "remove");
  const trash = base.trash.some(
    (row) => row.action !== "keep" || row.reason === "place-taken" || row.reason === "future-date",
  );
  return base.exists && (entries || trash);
}

function untouched(base: PlannedBase): BaseResult {
  return { path: base.ref.path, status: "done", error: null, entries: [], trash: [] };
}

function stopped(base: PlannedBase, error: unknown): BaseResult {
  const failure = failureOf(error);
  const status = failure.code === "locked" || failure.code === "interrupted" ? failure.code : "error";
  return { ...untouched(base), status, error: failure };
}

async function pruneBase(base: PlannedBase, plan: Plan, wait: number, context: Context): Promise<BaseResult> {
  const opened = await openBase(base.ref, wait, context);
  try {
    const done = await carryOutIn(opened, base, plan, context);
    saveRecord(opened, { ...opened.record, ...remembered(opened.record, plan.now) });
    await bearWitness(opened, base, plan.now, context);
    await tidy(opened, base.settings, plan.now);
    const status = context.signal?.aborted === true ? "interrupted" : "done";
    return { path: base.ref.path, status, error: null, ...done };
  } finally {
    opened.close();
  }
}

/** The plan of one opened base, with progress, and notes beside what comes to lie in the trash. */
export async function carryOutIn(opened: Opened, base: PlannedBase, plan: Plan, context: Context): Promise<CarriedOut> {
  const bench = await benchFor(base.ref, opened.state, base.settings, plan.now, context);
  await turn();
  const arrears = arrearsOf(opened, base, plan.mode);
  const hands = { ...handsFor(opened, base, plan, context), uncollected: arrears.repositories };
  const done = await carryOut(base, plan.mode, bench, hands);
  arrears.settle(done);
  return done;
}

function handsFor(opened: Opened, base: PlannedBase, plan: Plan, context: Context): Omit<Hands, "uncollected"> {
  const total = base.entries.filter((row) => row.ruling.action === "remove").length;
  let done = 0;
  let bytes = 0;
  return {
    destinations: destinationsOf(opened, plan.mode === "by-hand"),
    restored: opened.state === null ? {} : readRestored(opened.state, base.ref.path),
    onEntry: (result) => {
      done += 1;
      bytes += result.bytes;
      context.onProgress({ stage: "remove", done, total, bytes });
      const { judged, ruling } = result.planned;
      const ageDays = judged.lastUsed === null ? null : Math.floor((plan.now - judged.lastUsed.at) / DAY);
      context.logger.debug({
        event: "entry",
        id: judged.entry.id,
        rule: ruling.rule,
        ageDays,
        bytes: result.bytes,
        outcome: result.outcome,
      });
    },
    onReturning: (row) => {
      // Its directory is back: it gets as long as after a restore before a rule may take it again. The note comes first:
      // without the move it means nothing, and a move without it would be undone by the next sweep.
      if (row.reason === "workdir-back") noteReturning(opened, row, plan.now);
    },
    onTrash: (result) => {
      context.onProgress({ stage: "trash", done: 1, total: null, bytes: result.bytes });
    },
    onTrashed: (trashId, size) => {
      if (opened.state !== null) writeNote(`${opened.state}/${TRASH_NAME}`, trashId, size);
    },
  };
}

function noteReturning({ state }: Opened, { item }: PlannedTrash, now: number): void {
  if (state === null) return;
  withoutRoom(() => {
    for (const { place } of item.members) noteRestored(state, place, now);
  });
}

/** What ended a run of one base, as a value. A fault of ours is none: it is thrown on. */
export function failureOf(error: unknown): { code: string; message: string; hint: string | null } {
  if (error instanceof GcError) return { code: error.code, message: error.message, hint: error.hint };
  const code = errnoOf(error);
  return { code: code ?? "internal", message: error instanceof Error ? error.message : String(error), hint: null };
}
