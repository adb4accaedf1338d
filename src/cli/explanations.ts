/** The rows of a plan that an argument names, with the trash items of the same entry. Pure. */
import type { Plan, PlannedBase } from "../model/plan.ts";
import { selectableOf } from "../plan/request.ts";
import type { Explanation } from "../report/findings.ts";
import { type ResolvedWord, selectionOf, trashSelectionOf } from "../runs/candidates.ts";

export function explanationsOf(plan: Plan, word: ResolvedWord): readonly Explanation[] {
  const [isNamed, isNamedInTrash] = [selectionOf([word]), trashSelectionOf([word])];
  return plan.bases
    .flatMap(explanationsIn)
    .filter(
      ({ planned, trash }) =>
        (planned !== null && isNamed(selectableOf(planned.judged))) || trash.some(({ item }) => isNamedInTrash(item)),
    );
}

/** Every entry, and every trashed one that no longer exists in the base. */
function explanationsIn(base: PlannedBase): readonly Explanation[] {
  const trashOf = (id: string): PlannedBase["trash"] => base.trash.filter(({ item }) => item.entryId === id);
  const ids = new Set(base.entries.map(({ judged }) => judged.entry.id));
  const gone = base.trash.filter(({ item }) => !ids.has(item.entryId));
  return [
    ...base.entries.map((planned) => ({ base, planned, trash: trashOf(planned.judged.entry.id) })),
    ...[...new Set(gone.map(({ item }) => item.entryId))].map((id) => ({ base, planned: null, trash: trashOf(id) })),
  ];
}
