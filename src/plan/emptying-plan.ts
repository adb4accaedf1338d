/** The plan of `trash empty`. Pure. */
import { isCopyOfRestored, type Plan, type PlannedBase, type PlannedTrash } from "../model/plan.ts";

/**
 * The same plan with nothing in it but the whole trash, to be destroyed. A copy of what was put back is shown as one whose
 * history is in its place, and goes only if that still is so; what is shown as to be restored is restored; and what a repo
 * that stays borrows from stays as well.
 */
export function emptyingPlan(plan: Plan): Plan {
  const bases = plan.bases.map((base): PlannedBase => ({ ...base, entries: [], trash: emptied(base.trash) }));
  return { ...plan, bases };
}

function emptied(rows: readonly PlannedTrash[]): readonly PlannedTrash[] {
  let left = rows.map(emptiedRow);
  for (let before = -1, going = 0; before !== going;) {
    before = going;
    const paths = new Set(left.filter(isGoing).flatMap(({ item }) => item.members.map(({ path }) => path)));
    left = left.map((row) => {
      const staying = isGoing(row) ? row.after.find((borrower) => !paths.has(borrower)) : undefined;
      if (staying === undefined) return row;
      return { ...row, action: "keep", reason: "referenced", referencedBy: { path: staying, unread: false } };
    });
    going = left.filter(isGoing).length;
  }
  return left;
}

function isGoing({ action }: PlannedTrash): boolean {
  return action === "destroy";
}

function emptiedRow(row: PlannedTrash): PlannedTrash {
  if (isCopyOfRestored(row) || row.action === "return") return row;
  return { ...row, action: "destroy", reason: row.item.marked ? "unfinished" : "emptied" };
}
