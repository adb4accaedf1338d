/** The one place that counts for `compact`, as totals.ts does for everything that removes. */
import type {
  CompactionPlan,
  CompactionResult,
  CompactOutcome,
  CompactRow,
  CompactRowResult,
  LeaveReason,
} from "../model/compaction.ts";

export interface CompactTotals {
  readonly scanned: number;
  readonly toPack: number;
  readonly packed: number;
  readonly left: number;
  readonly failed: number;
  readonly looseObjects: number;
  readonly looseBytes: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly bytesSaved: number;
  readonly snapshots: number;
}

export function rowsOf(plan: CompactionPlan): readonly CompactRow[] {
  return plan.bases.flatMap(({ rows }) => rows);
}

export function isToPack({ leave }: CompactRow): boolean {
  return leave === null;
}

export function resultsOf(result: CompactionResult | null): readonly CompactRowResult[] {
  return result?.bases.flatMap(({ rows }) => rows) ?? [];
}

export function withOutcome(
  results: readonly CompactRowResult[],
  ...outcomes: readonly CompactOutcome[]
): readonly CompactRowResult[] {
  return results.filter(({ outcome }) => outcomes.includes(outcome));
}

export function compactTotals(plan: CompactionPlan, result: CompactionResult | null): CompactTotals {
  const toPack = rowsOf(plan).filter(isToPack);
  const results = resultsOf(result);
  const packed = withOutcome(results, "packed");
  const bytesBefore = sum(packed, ({ bytesBefore }) => bytesBefore ?? 0);
  const bytesAfter = sum(packed, ({ bytesAfter }) => bytesAfter ?? 0);
  return {
    scanned: rowsOf(plan).length,
    toPack: toPack.length,
    packed: packed.length,
    left: withOutcome(results, "left", "changed").length,
    failed: withOutcome(results, "failed").length,
    looseObjects: sum(toPack, ({ loose }) => loose?.objects ?? 0),
    looseBytes: sum(toPack, ({ loose }) => loose?.bytes ?? 0),
    bytesBefore,
    bytesAfter,
    // A pack is only ever put in place where it is smaller; a directory that grew meanwhile is not its fault.
    bytesSaved: Math.max(0, bytesBefore - bytesAfter),
    snapshots: sum(packed, ({ snapshots }) => snapshots ?? 0),
  };
}

/** How many are left alone for each reason, the most frequent first. */
export function leftByReason(plan: CompactionPlan): readonly (readonly [LeaveReason, number])[] {
  const counts = new Map<LeaveReason, number>();
  for (const { leave } of rowsOf(plan)) if (leave !== null) counts.set(leave, (counts.get(leave) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a);
}

export function sum<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}
