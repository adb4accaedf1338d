/** A plan of which only some removals are wanted. Pure. */
import type { Plan, PlannedEntry, Uncollectable } from "../model/plan.ts";
import { removableTogether } from "../model/removable-together.ts";

/** The path that names a row in the whole plan. */
export function keyOf({ judged }: Pick<PlannedEntry, "judged">): string {
  return judged.entry.members[0].path;
}

/**
 * The same plan with these removals alone. An entry whose borrowers are removed with it in `plan` stays where one of
 * them was not chosen. Nothing that `plan` keeps is removed, and the trash stays as it is.
 */
export function onlyChosen(plan: Plan, chosen: ReadonlySet<string>): Plan {
  const removed = closedUnderBorrowing(plan, chosen);
  const loses = ({ path }: Uncollectable): boolean => [...removed].some((key) => key.startsWith(`${path}/`));
  return {
    ...plan,
    bases: plan.bases.map((base) => ({
      ...base,
      ...(base.uncollectable === undefined ? {} : { uncollectable: base.uncollectable.filter(loses) }),
      entries: base.entries.map((row) => (removed.has(keyOf(row)) ? row : unselected(row))),
      trash: base.trash.map((row) => ({ ...row, action: "keep" as const, reason: "not-selected" as const })),
    })),
  };
}

function unselected(row: PlannedEntry): PlannedEntry {
  return {
    ...row,
    ruling: { rule: null, holds: [], action: "keep" },
    isUnselected: true,
    steps: [],
    after: [],
  };
}

/** Those of `chosen` that `plan` removes, without any that is borrowed from by one that stays. */
function closedUnderBorrowing(plan: Plan, chosen: ReadonlySet<string>): ReadonlySet<string> {
  const rows = plan.bases.flatMap(({ entries }) => entries).filter(({ ruling }) => ruling.action === "remove");
  // What is in the trash stays there, and so does what it borrows from.
  const going = removableTogether(
    rows.filter((row) => chosen.has(keyOf(row))),
    (row) => ({ paths: [keyOf(row)], after: row.after }),
  );
  return new Set(going.map(keyOf));
}
