/** The result of a run in numbers, for the history and for the summary line. Pure. */
import { DAY } from "../model/time.ts";
import type { PlannedBase } from "../model/plan.ts";
import type { Rule } from "../model/reasons.ts";
import { type EntryResult, isStill, type Outcome, type TrashResult } from "../model/result.ts";
import type { ManualCommand, SweepRecord } from "../model/state.ts";

export interface SweepFrame {
  /** ms since the epoch. */
  readonly at: number;
  readonly endedAt?: number;
  readonly by: string;
  readonly durationMs: number;
  /** Absent: an automatic sweep. */
  readonly command?: ManualCommand;
}

export function sweepRecordOf(
  planned: PlannedBase,
  done: { readonly entries: readonly EntryResult[]; readonly trash: readonly TrashResult[] },
  frame: SweepFrame,
): SweepRecord {
  const { entries, trash } = done;
  const all = [...entries, ...trash];
  const many = (outcome: Outcome): number => all.filter((one) => one.outcome === outcome).length;
  const trashed = entries.filter((one) => one.outcome === "trashed");
  const items = trashed.flatMap(({ trashId }) => trashId ?? []);
  return {
    ...frame,
    ...(items.length === 0 ? {} : { items }),
    scanned: planned.entries.length,
    kept: planned.entries.length - entries.filter(({ outcome }) => !isStill(outcome)).length,
    trashed: trashed.length,
    removed: many("removed"),
    restored: many("returned"),
    failed: many("failed"),
    bytesTrashed: sum(trashed),
    bytesReclaimed: sum(all.filter((one) => one.outcome === "removed")),
    byRule: byRule(entries),
    undoUntil: trashed.length === 0 ? null : frame.at + planned.settings.trash_days * DAY,
    error: null,
  };
}

/** A sweep that removed nothing. */
export function emptySweep(frame: SweepFrame): SweepRecord {
  const counts = {
    scanned: 0,
    kept: 0,
    trashed: 0,
    removed: 0,
    restored: 0,
    failed: 0,
    bytesTrashed: 0,
    bytesReclaimed: 0,
  };
  return { ...frame, ...counts, byRule: {}, undoUntil: null, error: null };
}

function isRemoved(outcome: Outcome): boolean {
  return outcome === "removed" || outcome === "trashed";
}

function byRule(entries: readonly EntryResult[]): Partial<Record<Rule, number>> {
  const counts: Partial<Record<Rule, number>> = {};
  for (const { planned, outcome } of entries) {
    const { rule } = planned.ruling;
    if (rule !== null && isRemoved(outcome)) counts[rule] = (counts[rule] ?? 0) + 1;
  }
  return counts;
}

function sum(rows: readonly { readonly bytes: number }[]): number {
  return rows.reduce((total, { bytes }) => total + bytes, 0);
}
