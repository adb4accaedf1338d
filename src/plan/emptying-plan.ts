/** The plan of `trash empty`. Pure. */
import { isCopyOfRestored, type Plan, type PlannedBase, type PlannedTrash } from "../model/plan.ts";

/**
 * The same plan with nothing in it but the whole trash, to be destroyed. A copy of what was put back is shown as one whose
 * history is in its place, and goes only if that still is so; what is shown as to be restored is restored.
 */
export function emptyingPlan(plan: Plan): Plan {
  const bases = plan.bases.map((base): PlannedBase => ({ ...base, entries: [], trash: base.trash.map(emptied) }));
  return { ...plan, bases };
}

function emptied(row: PlannedTrash): PlannedTrash {
  if (isCopyOfRestored(row) || row.action === "return") return row;
  return { ...row, action: "destroy", reason: row.item.marked ? "unfinished" : "emptied" };
}
