/** Carries out exactly the plan that the user confirmed. */
import { errnoOf, GcError } from "../errors.ts";
import { yieldToEventLoop } from "../fs/cooperative.ts";
import { updateClockMemory } from "../gate/clock.ts";
import type { NamedPattern } from "../model/patterns.ts";
import type { Mode, Plan, PlannedBase, PlannedTrash } from "../model/plan.ts";
import { type BaseResult, type EntryResult, type RunResult, worstOf } from "../model/result.ts";
import { DAY } from "../model/time.ts";
import type { PruneOptions } from "../options.ts";
import { isToChange } from "../plan/trash.ts";
import { findState } from "../state/place.ts";
import type { Saver } from "../reclaim/save-elsewhere.ts";
import { writeNote } from "../state/notes.ts";
import { noteRestored, readRestored } from "../state/restored.ts";
import { existingTrashDirectories } from "../state/trash-directory.ts";
import { type CarriedOut, carryOut, type ExecutionContext } from "../sweep.ts";
import { removedHeartbeats } from "./heartbeats.ts";
import { recordObservations } from "./update-ledger.ts";
import { judgeContextFor, type RunContext, contextOf, refuseForeignHome } from "./context.ts";
import { settingsFor } from "./settings.ts";
import { openSaveTarget } from "./save-target.ts";
import { isRemembered, keepsFor, rememberKeeps } from "./patterns.ts";
import { pendingCollections } from "./pending-collections.ts";
import {
  destinationsOf,
  openBase,
  type BaseHandle,
  recordLater,
  recordNow,
  saveRecord,
  cleanUpState,
} from "./open-base.ts";

/**
 * Carries out `plan` and returns the outcome of each row. A failure of one entry never stops the next. An aborted
 * signal ends it between two entries, with status `interrupted`. Throws `plan-invalid`, `plan-outdated`, `settings-*`, `locked`,
 * `state-*`, `foreign-owner`, `usage` where copies cannot be written to `saveTo`, before anything was done.
 */
export async function prune(plan: Plan, options: PruneOptions = {}): Promise<RunResult> {
  const started = performance.now();
  const context = await contextOf(options);
  // Its schemas are made where a plan is carried out, and cost a command that only shows nothing.
  const { checkPlan } = await import("./check-plan.ts");
  await checkPlan(plan, context);
  // Settings that broke since the plan was made may keep what it removes.
  for (const base of plan.bases) if (hasWork(base)) await settingsFor(base.ref, context);
  const saveTo = plan.bases.some(hasWork) ? await openSaveTarget(plan, context) : null;
  const bases: BaseResult[] = [];
  let begun = false;
  for (const base of plan.bases) {
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
      bases.push(await pruneBase(base, plan, options.waitForLock ?? 0, context, saver));
      begun = true;
    } catch (error) {
      // What was done to earlier bases must still be reported.
      if (!begun) throw error;
      bases.push(stopped(base, error));
    }
  }
  return { plan, status: worstOf(bases.map((base) => base.status)), bases, durationMs: performance.now() - started };
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

function rememberIn(opened: BaseHandle, keeps: readonly NamedPattern[], context: RunContext): void {
  const { state } = opened;
  if (state === null) return;
  recordNow(opened, "what the keep patterns lead to is not remembered", () =>
    rememberKeeps(state, keeps, context.flags),
  );
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

async function pruneBase(
  base: PlannedBase,
  plan: Plan,
  wait: number,
  context: RunContext,
  saver: Saver | null,
): Promise<BaseResult> {
  const opened = await openBase(base.ref, wait, context);
  try {
    const begun = context.now();
    const done = await carryOutIn(opened, base, plan.mode, context, saver);
    const now = context.now();
    saveRecord(opened, { ...opened.record, ...updateClockMemory(opened.record, now, begun) });
    await recordLater(opened, LEDGER_COST, () => recordObservations(opened, base, now, context));
    await cleanUpState(opened, base.settings, now);
    const status = context.signal?.aborted === true ? "interrupted" : "done";
    return { path: base.ref.path, status, error: null, ...done, warnings: opened.warnings };
  } finally {
    opened.close();
  }
}

/** The consequence of a ledger that was not written. */
export const LEDGER_COST =
  "which directories are there is not written down, so those deleted later may be kept for good";

/** Carries out the plan of one opened base, with progress, and writes notes beside what is moved to the trash. */
export async function carryOutIn(
  opened: BaseHandle,
  base: PlannedBase,
  mode: Mode,
  context: RunContext,
  saver: Saver | null = null,
): Promise<CarriedOut> {
  const judgeContext = await judgeContextFor(base.ref, opened.state, base.settings, context.now(), context);
  // Before any removal: the record must cover everything that this run kept.
  rememberIn(opened, judgeContext.keeps, context);
  await yieldToEventLoop();
  const arrears = pendingCollections(opened, base, mode);
  const heartbeats = removedHeartbeats(opened, context);
  const own = executionContextFor(opened, base, mode, context);
  const onEntry = (result: EntryResult): void => {
    own.onEntry(result);
    heartbeats.add(result);
  };
  const execution = { ...own, onEntry, uncollected: arrears.repositories, saver };
  try {
    const done = await carryOut(base, mode, judgeContext, execution);
    arrears.settle(done);
    return done;
  } finally {
    heartbeats.note();
  }
}

function executionContextFor(
  opened: BaseHandle,
  base: PlannedBase,
  mode: Mode,
  context: RunContext,
): Omit<ExecutionContext, "uncollected" | "saver"> {
  const total = base.entries.filter((row) => row.ruling.action === "remove").length;
  let done = 0;
  let bytes = 0;
  return {
    state: opened.state,
    clock: context.now,
    destinations: destinationsOf(opened, mode === "manual"),
    restored: opened.state === null ? {} : readRestored(opened.state, base.ref.path),
    onEntry: (result) => {
      done += 1;
      bytes += result.bytes;
      context.onProgress({ stage: "remove", done, total, bytes });
      const { judged, ruling } = result.planned;
      const ageDays = judged.lastUsed === null ? null : Math.floor((context.now() - judged.lastUsed.at) / DAY);
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
      // Its directory is back: it gets the same grace period as after a restore. The note is written first: without the
      // move it has no effect, and a move without it would be undone by the next sweep.
      if (row.reason === "workdir-back") noteRestore(opened, row.item, context.now());
    },
    onTrash: (result) => {
      context.onProgress({ stage: "trash", done: 1, total: null, bytes: result.bytes });
    },
    onTrashed: (trashId, size) => {
      if (opened.state === null) return;
      const [directory] = existingTrashDirectories(opened.state);
      // What was isolated beside the entries, where there is no trash, has no place for a note.
      if (directory === undefined) return;
      recordNow(opened, `the size of ${trashId} in the trash is not noted`, () => writeNote(directory, trashId, size));
    },
  };
}

/** A restore counts as a use: without its note the next sweep may remove the same entry again. */
export function noteRestore(opened: BaseHandle, { id, members }: PlannedTrash["item"], now: number): void {
  const { state } = opened;
  if (state === null) return;
  recordNow(opened, `that ${id} was put back is not noted, so the next sweep may remove it again`, () => {
    for (const { place } of members) noteRestored(state, place, now);
  });
}

/** The error that ended the run of one base, as a value. A bug is thrown. */
export function failureOf(error: unknown): { code: string; message: string; hint: string | null } {
  if (error instanceof GcError) return { code: error.code, message: error.message, hint: error.hint };
  const code = errnoOf(error);
  return { code: code ?? "internal", message: error instanceof Error ? error.message : String(error), hint: null };
}
