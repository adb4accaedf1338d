/** Carries out a plan of packing: exactly its rows, each looked at again, under the run lock of its base. */
import { compactEntry, UNDO_MS } from "../compact/compact-entry.ts";
import { heal } from "../compact/heal.ts";
import { GcError } from "../errors.ts";
import { turn } from "../fs/breathe.ts";
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
import { adapterOf } from "../stores/index.ts";
import { type Context, contextOf } from "./context.ts";
import { failureOf } from "./prune.ts";
import { openBase } from "./writing.ts";

/** A gigabyte of loose objects takes git about two minutes on a slow disk. */
const TIME_LIMIT: number = 10 * MINUTE;

/**
 * One repo's failure never stops the next. An aborted signal ends it between two repos, or puts back the one that is
 * being packed. Throws `locked`, `state-*`, `foreign-owner` and `git-missing` before anything was done.
 */
export async function compact(plan: CompactionPlan, options: CarryOutCompactOptions = {}): Promise<CompactionResult> {
  const started = performance.now();
  const context = await contextOf(options);
  const bases: CompactBaseResult[] = [];
  let begun = false;
  for (const base of plan.bases) {
    try {
      const work = rowsToPack(base).length > 0 || base.unfinished > 0;
      bases.push(work ? await compactBase(base, options, context) : resultOf(base, []));
      begun ||= work;
    } catch (error) {
      // What was done to the bases before must still be told.
      if (!begun) throw error;
      const failure = failureOf(error);
      const status = failure.code === "locked" || failure.code === "interrupted" ? failure.code : "error";
      bases.push({ ...resultOf(base, []), status, error: failure });
    }
  }
  return { plan, status: worstOf(bases.map(({ status }) => status)), bases, durationMs: performance.now() - started };
}

function rowsToPack({ rows }: CompactBase): readonly CompactRow[] {
  return rows.filter(({ leave }) => leave === null);
}

function resultOf({ ref }: CompactBase, rows: readonly CompactRowResult[]): CompactBaseResult {
  return { path: ref.path, status: "done", error: null, rows };
}

async function compactBase(
  base: CompactBase,
  options: CarryOutCompactOptions,
  context: Context,
): Promise<CompactBaseResult> {
  const opened = await openBase(base.ref, options.waitForLock ?? 0, context);
  try {
    if (opened.state === null)
      throw new GcError("state-unusable", `there is no room beside ${base.ref.path} to work in`);
    // A rename decides who removes an entry, but two that pack one repo would undo each other's work.
    if (!opened.locked)
      throw new GcError("state-unusable", `${base.ref.path} cannot be locked, and packing needs that`);
    for (const problem of await heal(opened.state, { deadline: performance.now() + UNDO_MS, signal: undefined }))
      context.logger.warn({ event: "heal", base: base.ref.path, ...problem }, problem.message);
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
  context: Context,
): Promise<readonly CompactRowResult[]> {
  const rows = rowsToPack(base);
  const results: CompactRowResult[] = [];
  let saved = 0;
  for (const row of rows) {
    await turn();
    if (context.signal?.aborted === true) break;
    const lockNames = adapterOf(context.stores, row.judged.entry.store)?.lockNames ?? null;
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
