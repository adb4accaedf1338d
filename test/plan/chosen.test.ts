// A plan of which some removals are chosen.

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan, PlannedEntry } from "../../src/model/plan.ts";
import { keyOf, onlyChosen } from "../../src/plan/chosen.ts";
import { BASE } from "./build.ts";
import { plannedBase, plannedEntry, plannedTrash, planOf } from "../report/build.ts";

const at = (id: string): string => `${BASE}/${id}`;

function row(id: string, after: readonly string[] = [], action: "remove" | "keep" = "remove"): PlannedEntry {
  const made = plannedEntry({ id });
  const ruling = { rule: "orphan" as const, holds: [], action };
  return { ...made, ruling, steps: action === "remove" ? made.steps : [], after: after.map(at) };
}

const removed = ({ bases }: Plan): string[] =>
  bases.flatMap(({ entries }) =>
    entries.filter(({ ruling }) => ruling.action === "remove").map(({ judged }) => judged.entry.id),
  );

const of = (...entries: readonly PlannedEntry[]): Plan => planOf([plannedBase({ entries })]);
const choose = (plan: Plan, ...ids: readonly string[]): string[] => removed(onlyChosen(plan, new Set(ids.map(at))));

describe("a plan of what was chosen", () => {
  it("removes what was chosen, and keeps the rest as not selected, without a step", () => {
    const plan = onlyChosen(of(row("a"), row("b")), new Set([at("a")]));
    expect(removed(plan)).toEqual(["a"]);
    const rest = plan.bases[0]?.entries.find(({ judged }) => judged.entry.id === "b");
    expect(rest).toMatchObject({ isUnselected: true, steps: [], after: [], ruling: { rule: null, action: "keep" } });
    expect(plan.bases[0]?.entries[0]).toEqual(row("a"));
  });

  it("says of which repositories objects will stay only where something of them was chosen", () => {
    const [store, other] = [at("store"), at("other")].map((path) => ({ path, why: "x borrows objects from it" }));
    const entries = [row("store/refs/a"), row("other/refs/b")];
    const plan = planOf([plannedBase({ entries, uncollectable: [store!, other!] })]);
    expect(onlyChosen(plan, new Set([at("store/refs/a")])).bases[0]?.uncollectable).toEqual([store]);
  });

  it("never removes what the plan keeps", () => {
    expect(choose(of(row("a", [], "keep"), row("b")), "a", "b", "c")).toEqual(["b"]);
  });

  it("keeps what another one borrows from that was not chosen, and what that borrows from", () => {
    const plan = of(row("c"), row("b", ["c"]), row("a", ["b"]));
    expect(choose(plan, "a", "b")).toEqual([]);
    expect(choose(plan, "a", "b", "c")).toEqual(["c", "b", "a"]);
    expect(choose(plan, "c")).toEqual(["c"]);
  });

  it("keeps what something in the trash borrows from: that stays there", () => {
    const trash = plannedTrash({ action: "destroy" });
    const path = trash.item.members[0]?.path ?? "";
    const entries = [{ ...row("a"), after: [path] }, row("b")];
    const plan = onlyChosen(planOf([plannedBase({ entries, trash: [trash] })]), new Set([at("a"), at("b")]));
    expect(removed(plan)).toEqual(["b"]);
    expect(plan.bases[0]?.trash[0]).toMatchObject({ action: "keep", reason: "not-selected" });
  });

  it("is a part of the plan, and nothing stays that borrows from what goes, in any made-up plan", () => {
    const ids = ["a", "b", "c", "d", "e", "f"];
    const rows = fc.array(
      fc.record({
        id: fc.constantFrom(...ids),
        after: fc.subarray(ids),
        action: fc.constantFrom("remove" as const, "remove" as const, "keep" as const),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(rows, fc.subarray(ids), (made, chosen) => {
        const unique = made.filter(({ id }, n) => made.findIndex((each) => each.id === id) === n);
        const plan = of(
          ...unique.map(({ id, after, action }) =>
            row(
              id,
              after.filter((each) => each !== id),
              action,
            ),
          ),
        );
        const left = onlyChosen(plan, new Set(chosen.map(at)));
        const gone = new Set(removed(left).map(at));
        for (const id of removed(left)) {
          expect(chosen).toContain(id);
          expect(removed(plan)).toContain(id);
        }
        const stays = plan.bases.flatMap(({ entries }) => entries).filter((each) => !gone.has(keyOf(each)));
        const removable = new Set(removed(plan).map(at));
        const staying = new Set(stays.map(keyOf).filter((key) => removable.has(key)));
        for (const entry of left.bases.flatMap(({ entries }) => entries))
          if (gone.has(keyOf(entry))) for (const path of entry.after) expect(staying.has(path)).toBe(false);
      }),
    );
  });
});
