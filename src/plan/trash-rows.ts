/** What becomes of everything in the trash of a base, each with a view to who borrows from it. Pure. */
import type { PlannedTrash } from "../model/plan.ts";
import { type Context, homeOf, isDoubted, isKept, trashKey } from "./circumstances.ts";
import type { Request } from "./request.ts";
import { isCutShort, type JudgedTrash, planTrash } from "./trash.ts";

export function trashRows(context: Context, request: Request): PlannedTrash[] {
  const { surveyed, settings, borrowers } = context;
  const borrowersFor = (found: JudgedTrash): readonly string[] =>
    (borrowers.get(homeOf(found)) ?? []).filter((borrower) => borrower !== trashKey(found));
  const decided = (found: JudgedTrash, referenced: boolean): PlannedTrash =>
    planTrash(found, {
      settings,
      request,
      clockDoubted: isDoubted(surveyed.clockDoubted, request),
      borrowers: borrowersFor(found),
      referenced,
      kept: isKept(found.judged, context),
      cutShort: isCutShort(found, surveyed.trash),
      doubtedTimes: surveyed.doubtedTimes,
    });
  const going = new Set(surveyed.trash.filter((one) => decided(one, false).action === "destroy").map(trashKey));
  const blind = request.mode === "automatic" && context.unreadableBorrows !== null;
  const isHeld = (found: JudgedTrash): boolean => blind || borrowersFor(found).some((borrower) => !going.has(borrower));
  // Letting one go can only set others free, so what is held for a borrower that stays is settled from below.
  for (let before = -1; before !== going.size;) {
    before = going.size;
    for (const found of surveyed.trash) if (going.has(trashKey(found)) && isHeld(found)) going.delete(trashKey(found));
  }
  return surveyed.trash.map((found) => decided(found, !going.has(trashKey(found)) && isHeld(found)));
}
