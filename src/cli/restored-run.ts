/** What a restore did, as the result of a run, which is what report/ knows. Pure. */
import type { Plan, PlannedBase } from "../model/plan.ts";
import type { BaseResult, Outcome, RestoredRow, RestoreResult, RunResult, TrashResult } from "../model/result.ts";

const OUTCOMES: Readonly<Record<RestoredRow["outcome"], Outcome>> = {
  restored: "returned",
  conflict: "conflict",
  failed: "failed",
};

export function restoredRun(plan: Plan, { rows }: RestoreResult): RunResult {
  return { plan, status: "done", bases: plan.bases.map((base) => resultOf(base, rows)), durationMs: 0 };
}

function resultOf(base: PlannedBase, rows: readonly RestoredRow[]): BaseResult {
  const trash = rows.flatMap((row): readonly TrashResult[] => {
    const planned = base.trash.find(({ item }) => item.base === row.item.base && item.id === row.item.id);
    if (planned === undefined) return [];
    return [{ planned, outcome: OUTCOMES[row.outcome], bytes: planned.bytes ?? 0, error: row.error }];
  });
  return { path: base.ref.path, status: "done", error: null, entries: [], trash };
}
