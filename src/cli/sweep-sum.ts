/** The records of a sweep in all bases, summed up as one; null where there is nothing to report. Pure. */
import type { SweepRecord } from "../model/state.ts";
import { isStill, type RunResult } from "../model/result.ts";
import { ruleSums, totalsOf } from "../report/totals.ts";
import { DAY } from "../model/time.ts";

export function sweepSum(result: RunResult): SweepRecord | null {
  const { plan, bases, durationMs } = result;
  const totals = totalsOf(plan, result);
  const entries = bases.flatMap((base) => base.entries);
  const taken = entries.filter(({ outcome }) => outcome === "removed" || outcome === "trashed");
  const destroyed = bases.flatMap(({ trash }) => trash).filter(({ outcome }) => outcome === "removed").length;
  if (taken.length + destroyed + totals.restored + totals.failed === 0) return null;
  const rules = [...ruleSums(taken)].map(([rule, { count }]) => [rule, count] as const);
  return {
    at: plan.now,
    durationMs,
    by: "",
    scanned: totals.scanned,
    kept: totals.scanned - entries.filter(({ outcome }) => !isStill(outcome)).length,
    trashed: totals.trashed,
    removed: totals.removed + destroyed,
    restored: totals.restored,
    failed: totals.failed,
    bytesTrashed: totals.bytesTrashed,
    bytesReclaimed: totals.bytesReclaimed,
    byRule: Object.fromEntries(rules),
    undoUntil: undoUntil(result),
    error: null,
  };
}

/** The earliest end among the bases that trashed something: until then all of it can be restored. */
function undoUntil({ plan, bases }: RunResult): number | null {
  const ends = plan.bases.flatMap(({ ref, settings }) => {
    const entries = bases.find(({ path }) => path === ref.path)?.entries ?? [];
    return entries.some(({ outcome }) => outcome === "trashed") ? [plan.now + settings.trash_days * DAY] : [];
  });
  return ends.length === 0 ? null : Math.min(...ends);
}
