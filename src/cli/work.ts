import type { Plan } from "../model/plan.ts";
import { entriesOf, isRemoval, trashOf } from "../report/totals.ts";

/** Whether carrying the plan out would do anything. */
export function hasWork(plan: Plan): boolean {
  return entriesOf(plan).some(isRemoval) || trashOf(plan).some(({ action }) => action !== "keep");
}
