/** Earlier runs, each as one thing over all the bases that it changed. */
import type { BaseRef } from "./home.ts";
import type { TrashItem } from "./trash.ts";
import type { ManualCommand, SweepRecord } from "./state.ts";

/** What is in the trash, and of which base. */
export interface SelectedItem {
  readonly ref: BaseRef;
  readonly item: TrashItem;
}

export interface RunPart {
  readonly ref: BaseRef;
  readonly record: SweepRecord;
}

/** `unrecorded`: only the names in the trash tell of it. */
export type RunKind = "automatic" | "manual" | "unrecorded";

export interface HistoryRun {
  /** Counted from 1, the newest. */
  readonly number: number;
  readonly kind: RunKind;
  readonly command: ManualCommand | null;
  /** When it began, ms since the epoch. */
  readonly at: number;
  readonly by: string;
  /** One for each base that it changed or swept; none of what is unrecorded. */
  readonly parts: readonly RunPart[];
  /** What it moved to the trash, and can be put back. */
  readonly items: readonly SelectedItem[];
}

/** How many entries it moved to the trash. */
export function trashedBy({ parts, items, kind }: HistoryRun): number {
  return kind === "unrecorded" ? items.length : parts.reduce((sum, { record }) => sum + record.trashed, 0);
}

/** How many of these are in their places again, and when the last was put back (ms); null: none, as far as is known. */
export function putBackOf({
  parts,
}: Pick<HistoryRun, "parts">): { readonly count: number; readonly at: number } | null {
  const all = parts.flatMap(({ record }) => record.putBack ?? []);
  if (all.length === 0) return null;
  return { count: all.reduce((sum, { count }) => sum + count, 0), at: Math.max(...all.map(({ at }) => at)) };
}

/** How many it deleted permanently, from their places or from the trash. */
export function destroyedBy({ parts }: HistoryRun): number {
  return parts.reduce((sum, { record }) => sum + record.removed, 0);
}
