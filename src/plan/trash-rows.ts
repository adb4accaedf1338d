/** The ruling for everything in the trash of a base, considering borrowers. Pure. */
import type { Subject } from "../model/entry.ts";
import { originalPath, type PlannedTrash, type ReferencedBy } from "../model/trash.ts";
import { type PlanContext, isDoubted, isKept, trashKey } from "./plan-context.ts";
import type { Request } from "./request.ts";
import { hasSuccessor } from "./successor.ts";
import { interruptedSwap, type JudgedTrash, planTrash } from "./trash.ts";

/** What is left here of something that is half or all in its place says nothing about its directory; what is there does. */
function subjectOf({ item }: JudgedTrash, { surveyed }: PlanContext): Subject | null {
  return surveyed.judged.find(({ entry }) => entry.id === item.entryId && entry.store === item.store)?.subject ?? null;
}

export function trashRows(context: PlanContext, request: Request): PlannedTrash[] {
  const { surveyed, settings, borrowers } = context;
  const borrowersFor = (found: JudgedTrash): readonly string[] =>
    (borrowers.get(originalPath(found.item)) ?? []).filter((borrower) => borrower !== trashKey(found));
  const decided = (found: JudgedTrash, referencedBy: ReferencedBy | null): PlannedTrash =>
    planTrash(found.judged === null ? { ...found, subject: subjectOf(found, context) } : found, {
      settings,
      request,
      clockDoubted: isDoubted(surveyed.clockDoubted, request),
      borrowers: borrowersFor(found),
      referencedBy,
      kept: isKept(found.judged, context),
      cutShort: interruptedSwap(found, surveyed.trash),
      superseded: hasSuccessor(found, surveyed.trash),
      doubtedTimes: surveyed.doubtedTimes,
      baseGone: surveyed.baseGone === true,
    });
  const going = new Set(surveyed.trash.filter((one) => decided(one, null).action === "destroy").map(trashKey));
  const holderOf = (found: JudgedTrash): ReferencedBy | null => {
    const staying = borrowersFor(found).find((borrower) => !going.has(borrower));
    if (staying !== undefined) return { path: staying, unread: false };
    return context.unreadableBorrows === null ? null : { path: context.unreadableBorrows, unread: true };
  };
  // Each removal can only release others, so holds by borrowers that stay are resolved to a fixed point.
  for (let before = -1; before !== going.size;) {
    before = going.size;
    for (const found of surveyed.trash)
      if (going.has(trashKey(found)) && holderOf(found) !== null) going.delete(trashKey(found));
  }
  return surveyed.trash.map((found) => decided(found, going.has(trashKey(found)) ? null : holderOf(found)));
}
