/** The same plan with its removals going elsewhere: the person chose at the question. Pure. */
import type { Disposal, Plan } from "../model/plan.ts";
import { stepsFor } from "./plan-base.ts";

export function withDisposal(plan: Plan, disposal: Disposal): Plan {
  const bases = plan.bases.map((base) => ({
    ...base,
    entries: base.entries.map((row) =>
      row.ruling.action === "remove" && row.ruling.rule !== null
        ? { ...row, steps: stepsFor(row.ruling.rule, disposal) }
        : row,
    ),
  }));
  return { ...plan, disposal, bases };
}
