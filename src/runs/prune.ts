/** Carries out exactly the plan that the user confirmed. */
import { errnoOf, GcError } from "../errors.ts";
import { updateClockMemory } from "../gate/clock.ts";
import type { Plan, PlannedBase } from "../model/plan.ts";
import { type BaseResult, type RunResult, worstOf } from "../model/result.ts";
import type { ManualCommand, SweepRecord } from "../model/state.ts";
import type { PruneOptions } from "../options.ts";
import { isToChange } from "../plan/trash.ts";
import { findState } from "../state/place.ts";
import type { Saver } from "../reclaim/save-elsewhere.ts";
import { recordObservations } from "./update-ledger.ts";
import { carryOutIn, LEDGER_COST, rememberIn } from "./carry-out.ts";
import { type RunContext, contextOf, refuseForeignHome } from "./context.ts";
import { settingsFor } from "./settings.ts";
import { sweepRecordOf } from "./sweep-record.ts";
import { returnedItems, withPutBack } from "./note-put-back.ts";
import { openSaveTarget } from "./save-target.ts";
import { isRemembered, keepsFor } from "./patterns.ts";
import { openBase, processLabel, recordLater, saveRecord, cleanUpState } from "./open-base.ts";
import { wholeProgress } from "./whole-progress.ts";

/**
 * Carries out `plan` and returns the outcome of each row. A failure of one entry never stops the next. An aborted
 * signal ends it between two entries, with status `interrupted`. Throws `plan-invalid`, `plan-outdated`, `settings-*`, `locked`,
 * `state-*`, `foreign-owner`, `usage` where copies cannot be written to `saveTo`, before anything was done.
 */
export async function prune(plan: Plan, options: PruneOptions = {}): Promise<RunResult> {
  return carryOutAs(options.sessions === true ? "sessions prune" : "prune", plan, options);
}

/** The same, and `command` is what the history calls it. */
export async function carryOutAs(command: ManualCommand, plan: Plan, options: PruneOptions): Promise<RunResult> {
  const started = performance.now();
  const context = await contextOf(options);
  const run = { command, at: context.now() };
  // Its schemas are made where a plan is carried out, and cost a command that only shows nothing.
  const { checkPlan } = await import("./check-plan.ts");
  await checkPlan(plan, context);
  // Settings that broke since the plan was made may keep what it removes.
  for (const base of plan.bases) if (hasWork(base)) await settingsFor(base.ref, context);
  const saveTo = plan.bases.some(hasWork) ? await openSaveTarget(plan, context) : null;
  const bases: BaseResult[] = [];
  const progressOf = wholeProgress(context.onProgress, plan.bases.map(removalsIn), { exact: true });
  let begun = false;
  for (const [at, base] of plan.bases.entries()) {
    try {
      refuseForeign(base, context);
      if (!hasWork(base)) {
        await rememberIdle(base, context);
        bases.push(untouched(base));
        continue;
      }
      // One for each: it removes in the end what it wrote and was not needed.
      const saver =
        saveTo === null ? null : (await import("../reclaim/save-elsewhere.ts")).saverInto(saveTo, context.signal);
      bases.push(
        await pruneBase(base, plan, run, options.waitForLock ?? 0, { ...context, onProgress: progressOf(at) }, saver),
      );
      begun = true;
    } catch (error) {
      // What was done to earlier bases must still be reported.
      if (!begun) throw error;
      bases.push(stopped(base, error));
    }
  }
  return { plan, status: worstOf(bases.map((base) => base.status)), bases, durationMs: performance.now() - started };
}

function removalsIn({ entries }: PlannedBase): number {
  return entries.filter(({ ruling }) => ruling.action === "remove").length;
}

/** Another user's home that root may not change is not "nothing to do": the advice is to run it as that user. */
export function refuseForeign({ ref, entries }: PlannedBase, context: Parameters<typeof refuseForeignHome>[1]): void {
  const isHeld = entries.some(({ ruling }) => ruling.holds.some(({ code }) => code === "no-permission"));
  if (isHeld) refuseForeignHome(ref, context);
}

/** Rows with an action, including trash items whose retention begins again. */
function hasWork(base: PlannedBase): boolean {
  const entries = base.entries.some((row) => row.ruling.action === "remove");
  const trash = base.trash.some(isToChange);
  return entries || trash;
}

/** A run that finds nothing to remove records the targets of `keep` too: the links may be gone at the next one. */
async function rememberIdle(base: PlannedBase, context: RunContext): Promise<void> {
  if (!base.exists || base.error !== null || base.settings.keep.length === 0) return;
  const state = findState(base.ref.path);
  const keeps = await keepsFor(base.ref, state, base.settings, context);
  if (isRemembered(state, keeps, context.flags)) return;
  try {
    const opened = await openBase(base.ref, 0, context);
    try {
      rememberIn(opened, keeps, context);
    } finally {
      opened.close();
    }
  } catch (error) {
    // Another process recovers it, or the owner's own run does.
    if (!(error instanceof GcError) || (error.code !== "locked" && error.code !== "foreign-owner")) throw error;
  }
}

function untouched(base: PlannedBase): BaseResult {
  const { error } = base;
  return { path: base.ref.path, status: error === null ? "done" : "error", error, entries: [], trash: [] };
}

function stopped(base: PlannedBase, error: unknown): BaseResult {
  const failure = failureOf(error);
  const status = failure.code === "locked" || failure.code === "interrupted" ? failure.code : "error";
  return { ...untouched(base), status, error: failure };
}

/** When it began (ms), which identifies all that it did to several bases. */
interface ManualRun {
  readonly command: ManualCommand;
  readonly at: number;
}

async function pruneBase(
  base: PlannedBase,
  plan: Plan,
  run: ManualRun,
  wait: number,
  context: RunContext,
  saver: Saver | null,
): Promise<BaseResult> {
  const started = performance.now();
  const opened = await openBase(base.ref, wait, context);
  try {
    const begun = context.now();
    const done = await carryOutIn(opened, base, plan.mode, context, saver);
    const now = context.now();
    const durationMs = Math.round(performance.now() - started);
    const record = sweepRecordOf(base, done, { ...run, endedAt: now, by: processLabel(), durationMs });
    const before = withPutBack(opened.record, returnedItems(done.trash), now);
    saveRecord(opened, {
      ...before,
      ...updateClockMemory(before, now, begun),
      manual: [...(hasRemoved(record) ? [endedEarly(record, context)] : []), ...before.manual],
    });
    await recordLater(opened, LEDGER_COST, () => recordObservations(opened, base, now, context));
    await cleanUpState(opened, base.settings, now);
    const status = context.signal?.aborted === true ? "interrupted" : "done";
    return { path: base.ref.path, status, error: null, ...done, warnings: opened.warnings };
  } finally {
    opened.close();
  }
}

function hasRemoved({ trashed, removed, failed }: SweepRecord): boolean {
  return trashed + removed + failed > 0;
}

function endedEarly(record: SweepRecord, { signal }: RunContext): SweepRecord {
  const error = { code: "interrupted", message: "it was interrupted" };
  return signal?.aborted === true ? { ...record, error } : record;
}

/** The error that ended the run of one base, as a value. A bug is thrown. */
export function failureOf(error: unknown): { code: string; message: string; hint: string | null } {
  if (error instanceof GcError) return { code: error.code, message: error.message, hint: error.hint };
  const code = errnoOf(error);
  return { code: code ?? "internal", message: error instanceof Error ? error.message : String(error), hint: null };
}
