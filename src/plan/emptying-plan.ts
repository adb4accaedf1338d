/** The plan of `trash empty`. Pure. */
import type { Plan, PlannedBase } from "../model/plan.ts";
import { isCopyOfRestored, type PlannedTrash, waitingOf } from "../model/trash.ts";
import { removableTogether } from "../model/removable-together.ts";

/**
 * The same plan with nothing in it but the whole trash, to be destroyed. A copy of what was put back is shown as one whose
 * history is in its place, and goes only if that still is so; what is shown as to be restored is restored; and what a repo
 * that stays borrows from stays as well.
 */
export function emptyingPlan(plan: Plan): Plan {
  const bases = plan.bases.map((base): PlannedBase => ({
    ...base,
    entries: [],
    uncollectable: [],
    trash: emptied(base.trash),
  }));
  return { ...plan, bases };
}

function emptied(rows: readonly PlannedTrash[]): readonly PlannedTrash[] {
  const wanted = rows.map(emptiedRow);
  const going = new Set(removableTogether(wanted.filter(isGoing), waitingOf));
  const paths = new Set([...going].flatMap((row) => waitingOf(row).paths));
  return wanted.map((row) => {
    const staying = isGoing(row) && !going.has(row) ? row.after.find((borrower) => !paths.has(borrower)) : undefined;
    if (staying === undefined) return row;
    return { ...row, action: "keep", reason: "referenced", referencedBy: { path: staying, unread: false } };
  });
}

function isGoing({ action }: PlannedTrash): boolean {
  return action === "destroy";
}

function emptiedRow(row: PlannedTrash): PlannedTrash {
  if (isCopyOfRestored(row) || row.action === "return") return row;
  return { ...row, action: "destroy", reason: row.item.marked ? "unfinished" : "emptied" };
}
