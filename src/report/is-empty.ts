/** Whether a plan found nothing to show. */
import type { Plan } from "../model/plan.ts";

/** No base exists, and there was no error either. */
export function isEmpty(plan: Plan): boolean {
  return plan.bases.every(({ exists, error, trash }) => !exists && error === null && trash.length === 0);
}

export function placesOf(plan: Plan): readonly string[] {
  return plan.bases.map(({ ref }) => ref.path);
}
