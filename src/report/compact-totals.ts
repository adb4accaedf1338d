/** The only place that counts for `compact`, as totals.ts does for removals. */
import type {
  CompactionPlan,
  CompactionResult,
  CompactOutcome,
  CompactRow,
  CompactRowResult,
  SkipReason,
} from "../model/compaction.ts";
import type { CompactTotalsDocument } from "./schema/compact.ts";

type CompactByteField = "looseBytes" | "bytesBefore" | "bytesAfter" | "bytesSaved";

/** `totals` of the JSON contract, as numbers. */
export type CompactTotals = Omit<CompactTotalsDocument, CompactByteField> & Readonly<Record<CompactByteField, number>>;

export function rowsOf(plan: CompactionPlan): readonly CompactRow[] {
  return plan.bases.flatMap(({ rows }) => rows);
}

export function isToPack({ skipReason }: CompactRow): boolean {
  return skipReason === null;
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
    // A pack is only installed where it is smaller; a directory that grew meanwhile does not count against it.
    bytesSaved: Math.max(0, bytesBefore - bytesAfter),
    snapshots: sum(packed, ({ snapshots }) => snapshots ?? 0),
  };
}

/** How many were skipped for each reason, the most frequent first. */
export function leftByReason(plan: CompactionPlan): readonly (readonly [SkipReason, number])[] {
  const counts = new Map<SkipReason, number>();
  for (const { skipReason } of rowsOf(plan))
    if (skipReason !== null) counts.set(skipReason, (counts.get(skipReason) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a);
}

export function sum<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}
