/** Whether a plan found nothing to show. */
import type { Plan } from "../model/plan.ts";

/** No base exists, and there was no error either. */
export function isEmpty(plan: Plan): boolean {
  return plan.bases.every(({ exists, error, trash }) => !exists && error === null && trash.length === 0);
}

export function placesOf(plan: Plan): readonly string[] {
  return plan.bases.map(({ ref }) => ref.path);
}

/** No base could be looked at: zeros would say that there is nothing, which is not known. */
export function isAllSkipped({ bases }: Plan): boolean {
  return bases.length > 0 && bases.every(({ error }) => error !== null);
}
