/** Whether there was anything to look at. */
import type { Plan } from "../model/plan.ts";

/** Nothing is there, and nothing went wrong either. */
export function isNowhere(plan: Plan): boolean {
  return plan.bases.every(({ exists, error, trash }) => !exists && error === null && trash.length === 0);
}

export function placesOf(plan: Plan): readonly string[] {
  return plan.bases.map(({ ref }) => ref.path);
}
