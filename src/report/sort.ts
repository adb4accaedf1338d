/** The order of rows. Ties are broken by directory and id, so that two runs show the same order. */
import type { CompactionPlan } from "../model/compaction.ts";
import type { Judged } from "../model/judgement.ts";
import type { Plan } from "../model/plan.ts";
import { isCopyOfRestored, type PlannedTrash } from "../model/trash.ts";
import type { SortKey } from "../model/row-order.ts";
import { DAY } from "../model/time.ts";

/** What the order depends on. */
export interface Sortable extends Pick<Judged, "bytes" | "lastUsed" | "subject"> {
  readonly entry: Pick<Judged["entry"], "id">;
}

type Order = (a: Sortable, b: Sortable) => number;

/** Largest first, used the longest time ago first, by directory; what is unknown comes last. */
export function orderBy(key: SortKey): Order {
  switch (key) {
    case "size":
      return (a, b) => firstOf((b.bytes ?? -1) - (a.bytes ?? -1), byName(a, b));
    case "age":
      return (a, b) => firstOf(compare(a.lastUsed?.at ?? Infinity, b.lastUsed?.at ?? Infinity), byName(a, b));
    case "name":
      return byName;
  }
}

/** Items of the trash: by size, by when they were moved there, by directory. */
export function trashOrderBy(key: SortKey): (a: PlannedTrash, b: PlannedTrash) => number {
  const order = orderBy(key);
  return (a, b) => order(sortableOf(a), sortableOf(b));
}

/**
 * The rows of one base as `trash list` shows them, in every format: soonest to expire first, or by `key`, and then copies
 * of what was restored, which wait for nothing.
 */
export function trashInOrder(rows: readonly PlannedTrash[], key: SortKey | null): readonly PlannedTrash[] {
  const bySize = trashOrderBy("size");
  const byDay: typeof bySize = (a, b) => firstOf(compare(dayOf(a.until), dayOf(b.until)), bySize(a, b));
  const copies = rows.filter(isCopyOfRestored);
  const waiting = rows.filter((each) => !isCopyOfRestored(each));
  return [
    ...waiting.toSorted(key === null ? byDay : trashOrderBy(key)),
    ...copies.toSorted(key === null ? bySize : trashOrderBy(key)),
  ];
}

/** Dates are compared by day, which is what the list shows; items of one run differ by milliseconds. */
function dayOf(at: number): number {
  return Math.floor(at / DAY);
}

/** The trash of a plan in that order, to be shown. */
export function withTrashInOrder(plan: Plan, key: SortKey | null): Plan {
  const bases = plan.bases.map((base) => ({ ...base, trash: trashInOrder(base.trash, key) }));
  return { ...plan, bases };
}

/** An item of the trash, with the time at which it was moved there. */
export function sortableOf({ item, bytes, subject }: PlannedTrash): Sortable {
  return { bytes, subject, lastUsed: { at: item.since, from: "trash" }, entry: { id: item.id } };
}

function byName(a: Sortable, b: Sortable): number {
  const unnamed = Number(a.subject === null) - Number(b.subject === null);
  const named = compare(a.subject?.value ?? "", b.subject?.value ?? "");
  return firstOf(unnamed, named, compare(a.entry.id, b.entry.id));
}

/** The first difference. */
function firstOf(...differences: readonly number[]): number {
  return differences.find((each) => each !== 0) ?? 0;
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : Number(a > b);
}

/** What would be packed, the same. */
export function compactionInOrder(plan: CompactionPlan, key: SortKey | null): CompactionPlan {
  if (key === null) return plan;
  const order = orderBy(key);
  const bases = plan.bases.map((base) => ({
    ...base,
    rows: base.rows.toSorted((a, b) => order(a.judged, b.judged)),
  }));
  return { ...plan, bases };
}

/** A plan to be shown, with the rows of each base in this order; never one to be carried out. Null: as it is. */
export function inOrder(plan: Plan, key: SortKey | null): Plan {
  if (key === null) return plan;
  const order = orderBy(key);
  const bases = plan.bases.map((base) => ({
    ...base,
    entries: base.entries.toSorted((a, b) => order(a.judged, b.judged)),
    trash: base.trash.toSorted(trashOrderBy(key)),
  }));
  return { ...plan, bases };
}
