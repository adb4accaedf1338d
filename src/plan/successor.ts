/** What took the place of an item of the trash later, and is in the trash too. Pure. */
import type { TrashItem } from "../model/trash.ts";
import { isOfRecords, type JudgedTrash } from "./trash.ts";

/**
 * Whether what was in the place of an item later was moved to the trash too, where it can be restored. What is left of a
 * record whose files are in their places by now was on its way back: then it is none that a later run has overtaken.
 */
export function hasSuccessor({ item }: JudgedTrash, all: readonly JudgedTrash[]): boolean {
  const isHalf = !item.complete && isOfRecords(item);
  const others = all.flatMap((one) => (isHalf && one.placeTaken ? [] : [one.item]));
  return successorOf(item, others) !== null;
}

/** The first such item, or null. */
export function successorOf(item: TrashItem, all: readonly TrashItem[]): TrashItem | null {
  const place = item.members[0]?.place;
  const found = all.find(
    (other) =>
      other.taken > item.taken && other.members[0]?.place === place && !other.marked && other.returned !== true,
  );
  return found ?? null;
}
