/**
 * Whether removals are destroyed or trashed: the steps for each row of a plan, and the same plan with another disposal.
 * Pure.
 */
import type { Disposal, Plan, PlannedEntry, Step } from "../model/plan.ts";
import type { TrashRule } from "../model/trash.ts";
import type { Rule } from "../model/reasons.ts";

/** The plan that would have been made for another disposal, which the user chose at the question. */
export function withDisposal(plan: Plan, disposal: Disposal): Plan {
  return {
    ...plan,
    disposal,
    bases: plan.bases.map((base) => ({ ...base, entries: withSteps(base.entries, disposal) })),
  };
}

/**
 * Gives each removal its steps. Rows come in the order of removal: every borrower before what it borrows from.
 *
 * What was included by name, against the rule that would keep it, and what is removed for its size alone, is trashed
 * whatever the disposal; and so is whatever a trash item borrows from, since restoring that would be useless without
 * it.
 */
export function withSteps(rows: readonly PlannedEntry[], disposal: Disposal): readonly PlannedEntry[] {
  const restorable = new Set<string>();
  return rows.map((row) => {
    const { rule, action } = row.ruling;
    if (action !== "remove" || rule === null) return row;
    const stays = disposal === "trash" || isTrashOnly(rule) || row.after.some((borrower) => restorable.has(borrower));
    if (stays) restorable.add(row.judged.entry.members[0].path);
    return { ...row, steps: stepsFor(rule, stays) };
  });
}

function stepsFor(rule: Rule, stays: boolean): readonly Step[] {
  const isolate: Step = { kind: "isolate", rule };
  return stays ? [isolate] : [isolate, { kind: "destroy" }];
}

/** Rules whose entries are live, or of unknown state: these are never destroyed at once, not even manually. */
export function isTrashOnly(rule: TrashRule): boolean {
  return rule === "unreachable" || rule === "unidentified" || rule === "unreadable" || rule === "over-cap";
}
