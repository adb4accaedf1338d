/** What a restore did, as the result of a run, which is what report/ knows. Pure. */
import type { Plan, PlannedBase } from "../model/plan.ts";
import type {
  BaseResult,
  EntryResult,
  Outcome,
  RestoredRow,
  RestoreResult,
  RunResult,
  TrashResult,
} from "../model/result.ts";

const OUTCOMES: Readonly<Record<RestoredRow["outcome"], Outcome>> = {
  restored: "returned",
  conflict: "conflict",
  failed: "failed",
};

/** `plan` is from before the restore; what stood in a place then and was put back to with `swap` is in the trash now. */
export function restoredRun(plan: Plan, { rows }: RestoreResult, swap: boolean): RunResult {
  return { plan, status: "done", bases: plan.bases.map((base) => resultOf(base, rows, swap)), durationMs: 0 };
}

function resultOf(base: PlannedBase, rows: readonly RestoredRow[], swap: boolean): BaseResult {
  const trash = rows.flatMap((row): readonly TrashResult[] => {
    const planned = base.trash.find(({ item }) => item.base === row.item.base && item.id === row.item.id);
    if (planned === undefined) return [];
    return [{ planned, outcome: OUTCOMES[row.outcome], bytes: planned.bytes ?? 0, error: row.error }];
  });
  const places = new Set(swap ? rows.filter(({ outcome }) => outcome === "restored").map(({ path }) => path) : []);
  const entries = base.entries
    .filter(({ judged }) => places.has(judged.entry.members[0].path))
    .map((planned): EntryResult => {
      return { planned, outcome: "trashed", bytes: planned.judged.bytes ?? 0, trashId: null, error: null };
    });
  return { path: base.ref.path, status: "done", error: null, entries, trash };
}
