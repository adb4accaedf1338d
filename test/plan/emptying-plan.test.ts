// The plan of `trash empty`: what of the trash it destroys, and what it leaves to be restored.
import { expect, it } from "vitest";
import type { Plan, PlannedBase } from "../../src/model/plan.ts";
import type { PlannedTrash, TrashReason } from "../../src/model/trash.ts";
import { emptyingPlan } from "../../src/plan/emptying-plan.ts";
import { item } from "./build.ts";

type Row = Pick<PlannedTrash, "item" | "action" | "reason">;

function allEmptied(...rows: readonly (Row & { readonly after?: readonly string[] })[]): readonly PlannedTrash[] {
  const base = { entries: [], trash: rows.map((row) => ({ after: [], ...row })) } as unknown as PlannedBase;
  return emptyingPlan({ bases: [base] } as unknown as Plan).bases.flatMap(({ trash }) => trash);
}

it("keeps what a repo outside of it borrows from, and what that borrows from; the others go with their borrowers", () => {
  const waiting = (id: string, ...after: readonly string[]) => ({
    item: item(id),
    action: "keep" as const,
    reason: "waiting" as const,
    after,
  });
  const pathOf = (id: string): string => item(id).members[0]?.path ?? "";
  const rows = allEmptied(
    waiting("far", pathOf("lender")),
    waiting("lender", "/b/live"),
    waiting("other", pathOf("free")),
    waiting("free"),
  );
  expect(rows.map(({ reason, referencedBy }) => referencedBy?.path ?? reason)).toEqual([
    pathOf("lender"),
    "/b/live",
    "emptied",
    "emptied",
  ]);
});

function emptied(row: Row): Row {
  const base = { entries: [{}], trash: [{ after: [], ...row }] } as unknown as PlannedBase;
  const [changed] = emptyingPlan({ bases: [base] } as unknown as Plan).bases;
  expect(changed?.entries).toEqual([]);
  const [first] = changed?.trash ?? [];
  if (first === undefined) throw new Error("the row is gone");
  return first;
}

it.each<[PlannedTrash["action"], TrashReason, boolean, PlannedTrash["action"], TrashReason]>([
  ["keep", "waiting", false, "destroy", "emptied"],
  ["destroy", "expired", false, "destroy", "emptied"],
  ["keep", "not-selected", true, "destroy", "unfinished"],
  ["return", "workdir-back", false, "return", "workdir-back"],
  ["return", "half-isolated", false, "return", "half-isolated"],
  ["keep", "restored", false, "keep", "restored"],
  ["destroy", "restored", false, "destroy", "restored"],
])("%s for %s (marked: %s) -> %s for %s", (action, reason, marked, then, why) => {
  expect(emptied({ item: item("a", { marked }), action, reason })).toMatchObject({ action: then, reason: why });
});
