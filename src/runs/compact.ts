/** Carries out a plan of packing: exactly its rows, each checked again, under the run lock of its base. */
import { compactEntry, ROLL_BACK_MS } from "../compact/compact-entry.ts";
import { recover } from "../compact/recover.ts";
import { GcError } from "../errors.ts";
import { yieldToEventLoop } from "../fs/cooperative.ts";
import type {
  CompactBase,
  CompactBaseResult,
  CompactionPlan,
  CompactionResult,
  CompactRow,
  CompactRowResult,
} from "../model/compaction.ts";
import { worstOf } from "../model/result.ts";
import { MINUTE } from "../model/time.ts";
import type { CarryOutCompactOptions } from "../options.ts";
import { kindNamed } from "../stores/kind.ts";
import { checkCompaction } from "./check-plan.ts";
import { type RunContext, contextOf } from "./context.ts";
import { failureOf } from "./prune.ts";
import { openBase } from "./open-base.ts";
import { wholeProgress } from "./whole-progress.ts";

/** A gigabyte of loose objects takes git about two minutes on a slow disk. */
const TIME_LIMIT: number = 10 * MINUTE;

/**
 * A failure in one repo never stops the next. An aborted signal ends it between two repos, or rolls back the one that
 * is being packed. Throws `plan-*`, `locked`, `state-*`, `foreign-owner` and `git-missing` before anything was done.
 */
export async function compact(plan: CompactionPlan, options: CarryOutCompactOptions = {}): Promise<CompactionResult> {
  const started = performance.now();
  const context = await contextOf(options);
  await checkCompaction(plan, context);
  const bases: CompactBaseResult[] = [];
  const weights = plan.bases.map((base) => rowsToPack(base).length);
  const progressOf = wholeProgress(context.onProgress, weights, { exact: true });
  let begun = false;
  for (const [at, base] of plan.bases.entries()) {
    try {
      const work = rowsToPack(base).length > 0 || base.unfinished > 0;
      bases.push(
        work ? await compactBase(base, options, { ...context, onProgress: progressOf(at) }) : resultOf(base, []),
      );
      begun ||= work;
    } catch (error) {
      // What was done to earlier bases must still be reported.
      if (!begun) throw error;
      const failure = failureOf(error);
      const status = failure.code === "locked" || failure.code === "interrupted" ? failure.code : "error";
      bases.push({ ...resultOf(base, []), status, error: failure });
    }
  }
  return { plan, status: worstOf(bases.map(({ status }) => status)), bases, durationMs: performance.now() - started };
}

function rowsToPack({ rows }: CompactBase): readonly CompactRow[] {
  return rows.filter(({ skipReason }) => skipReason === null);
}

function resultOf({ ref }: CompactBase, rows: readonly CompactRowResult[]): CompactBaseResult {
  return { path: ref.path, status: "done", error: null, rows };
}

async function compactBase(
  base: CompactBase,
  options: CarryOutCompactOptions,
  context: RunContext,
): Promise<CompactBaseResult> {
  const opened = await openBase(base.ref, options.waitForLock ?? 0, context);
  try {
    if (opened.state === null)
      throw new GcError("state-unusable", `there is no state directory for ${base.ref.path}, and packing needs one`);
    // A rename decides which process removes an entry, but two that pack one repo would undo each other's work, so the
    // lock is required.
    if (!opened.locked)
      throw new GcError("state-unusable", `${base.ref.path} cannot be locked, and packing needs that`, {
        hint: "A lock needs flock(1) or perl in PATH, and a file system that has locks. Nothing was changed.",
      });
    for (const problem of await recover(opened.state, {
      deadline: performance.now() + ROLL_BACK_MS,
      signal: undefined,
    }))
      context.logger.warn({ event: "recover", base: base.ref.path, ...problem }, problem.message);
    const rows = await packAll(base, opened.state, options.timeLimit ?? TIME_LIMIT, context);
    return { ...resultOf(base, rows), status: context.signal?.aborted === true ? "interrupted" : "done" };
  } finally {
    opened.close();
  }
}

async function packAll(
  base: CompactBase,
  state: string,
  timeLimit: number,
  context: RunContext,
): Promise<readonly CompactRowResult[]> {
  const rows = rowsToPack(base);
  const results: CompactRowResult[] = [];
  let saved = 0;
  for (const row of rows) {
    await yieldToEventLoop();
    if (context.signal?.aborted === true) break;
    const lockNames = kindNamed(context.kinds, row.judged.entry.store)?.lockNames ?? null;
    const now = context.now();
    const done = await compactEntry(row, { state, now, timeLimit, lockNames, signal: context.signal });
    results.push(done);
    saved += (done.bytesBefore ?? 0) - (done.bytesAfter ?? 0);
    context.onProgress({ stage: "pack", done: results.length, total: rows.length, bytes: saved });
    const { outcome, error } = done;
    context.logger.debug({ event: "compact", id: row.judged.entry.id, outcome, ...(error === null ? {} : { error }) });
  }
  return results;
}
