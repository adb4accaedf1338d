/** Of each recorded run: how much of what it moved to the trash is in its place again, and since when. Pure. */
import type { TrashItem } from "../model/trash.ts";
import type { RestoredRow, TrashResult } from "../model/result.ts";
import type { SweepRecord } from "../model/state.ts";
import type { StateRecord } from "../state/record.ts";
import { hasMoved } from "./group-runs.ts";

/** `items`: what was put back at `now` (ms). A copy of what had been put back before counts no second time. */
export function withPutBack(record: StateRecord, items: readonly TrashItem[], now: number): StateRecord {
  const back = items.filter(({ returned }) => returned !== true);
  if (back.length === 0) return record;
  const noted = (run: SweepRecord): SweepRecord => {
    const many = back.filter((item) => hasMoved(run, item)).length;
    return many === 0 ? run : { ...run, putBack: { count: (run.putBack?.count ?? 0) + many, at: now } };
  };
  return { ...record, sweeps: record.sweeps.map(noted), manual: record.manual.map(noted) };
}

/** What a restore to their places put back. */
export function restoredItems(rows: readonly RestoredRow[]): readonly TrashItem[] {
  return rows.flatMap(({ item, outcome }) => (outcome === "restored" ? [item] : []));
}

/** What a run put back by itself, since its directory is there again. */
export function returnedItems(trash: readonly TrashResult[]): readonly TrashItem[] {
  return trash.flatMap(({ planned, outcome }) => (outcome === "returned" ? [planned.item] : []));
}
