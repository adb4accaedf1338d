/** The result of a restore as the result of a run, which is what report/ renders. Pure. */
import type { Plan, PlannedBase } from "../model/plan.ts";
import {
  type BaseResult,
  type EntryResult,
  type Outcome,
  type RestoredRow,
  type RestoreResult,
  type RunResult,
  type TrashResult,
  worstOf,
} from "../model/result.ts";

const OUTCOMES: Readonly<Record<RestoredRow["outcome"], Outcome>> = {
  restored: "returned",
  conflict: "conflict",
  failed: "failed",
};

/** `plan` was made before the restore; an entry that was replaced with `swap` is in the trash now. */
export function restoredRun(
  plan: Plan,
  { rows, warnings = {}, skipped = [] }: RestoreResult,
  swap: boolean,
): RunResult {
  const bases = plan.bases.map((base): BaseResult => {
    const result = resultOf(base, rows, swap);
    const left = base.trash.filter(({ item }) =>
      skipped.some(({ base: of, id }) => of === item.base && id === item.id),
    );
    const trash = left.map((planned): TrashResult => ({ planned, outcome: "skipped", bytes: 0, error: null }));
    return {
      ...result,
      status: left.length === 0 ? "done" : "interrupted",
      trash: [...result.trash, ...trash],
      warnings: warnings[base.ref.path] ?? [],
    };
  });
  return { plan, status: worstOf(bases.map(({ status }) => status)), bases, durationMs: 0 };
}

function resultOf(base: PlannedBase, rows: readonly RestoredRow[], swap: boolean): BaseResult {
  const trash = rows.flatMap((row): readonly TrashResult[] => {
    const planned = base.trash.find(({ item }) => item.base === row.item.base && item.id === row.item.id);
    if (planned === undefined) return [];
    const { outcome, error, isCopied = false, isUnnoted = false } = row;
    return [{ planned, outcome: OUTCOMES[outcome], bytes: planned.bytes ?? 0, error, isCopied, isUnnoted }];
  });
  const places = new Set(swap ? rows.filter(({ outcome }) => outcome === "restored").map(({ path }) => path) : []);
  const entries = base.entries
    .filter(({ judged }) => places.has(judged.entry.members[0].path))
    .map((planned): EntryResult => {
      return { planned, outcome: "trashed", bytes: planned.judged.bytes ?? 0, trashId: null, error: null };
    });
  return { path: base.ref.path, status: "done", error: null, entries, trash };
}
