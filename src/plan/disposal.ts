/** Where removals go: what is to be done to each row of a plan, and the same plan with its rows going elsewhere. Pure. */
import type { Disposal, Plan, PlannedEntry, Step } from "../model/plan.ts";
import type { Rule } from "../model/reasons.ts";

/** The plan that would have been made for another disposal: the person chose at the question. */
export function withDisposal(plan: Plan, disposal: Disposal): Plan {
  return {
    ...plan,
    disposal,
    bases: plan.bases.map((base) => ({ ...base, entries: withSteps(base.entries, disposal) })),
  };
}

/**
 * Gives each removal its steps. Rows come in the order in which they may go: whoever borrows before whom it borrows from.
 *
 * What a person included by name, against the rule that would keep it, goes to the trash whatever the disposal; and so
 * does whatever something in the trash borrows from, since putting that back would be of no use without it.
 */
export function withSteps(rows: readonly PlannedEntry[], disposal: Disposal): readonly PlannedEntry[] {
  const restorable = new Set<string>();
  return rows.map((row) => {
    const { rule, action } = row.ruling;
    if (action !== "remove" || rule === null) return row;
    const stays = disposal === "trash" || isGuess(rule) || row.after.some((borrower) => restorable.has(borrower));
    if (stays) restorable.add(row.judged.entry.members[0].path);
    return { ...row, steps: stepsFor(rule, stays) };
  });
}

function stepsFor(rule: Rule, stays: boolean): readonly Step[] {
  const isolate: Step = { kind: "isolate", rule };
  return stays ? [isolate] : [isolate, { kind: "destroy" }];
}

function isGuess(rule: Rule): boolean {
  return rule === "unreachable" || rule === "unidentified";
}
