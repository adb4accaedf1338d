// When a plan was carried out without a failure the next one at the same clock is empty: with a pure model of carrying
// it out. test/laws.test.ts does it for real.
import fc from "fast-check";
import { expect, it } from "vitest";
import { AGE_RULES } from "../../src/model/reasons.ts";
import type { Examined } from "../../src/model/inspection.ts";
import type { Settings } from "../../src/model/settings.ts";
import type { Request } from "../../src/plan/request.ts";
import { type Found, foundBase, request, settings, survey, wholeRequest } from "./arbitrary.ts";
import { at, planAtOnce, type Rows } from "./build.ts";
import { carryOut } from "./carry-out.ts";

function planned(found: Found, set: Settings, asked: Request): Rows {
  return planAtOnce(survey(found, set), set, asked);
}

function law(check: (found: Found, set: Settings, asked: Request) => void, asked = request): void {
  fc.assert(fc.property(foundBase, settings, asked, check), { numRuns: 300 });
}

function removed(rows: Rows): readonly string[] {
  const going = rows.entries.filter(({ ruling }) => ruling.action === "remove");
  return going.map(({ judged }) => judged.entry.members[0].path);
}

function destroyed(rows: Rows): readonly string[] {
  return rows.trash.filter(({ action }) => action === "destroy").map(({ item }) => item.id);
}

function heldAsLatest(rows: Rows, id: string): boolean {
  const row = rows.entries.find(({ judged }) => judged.entry.id === id);
  return row?.ruling.holds.some(({ code }) => code === "latest") ?? false;
}

function next(found: Found, set: Settings, asked: Request): readonly [before: Rows, after: Rows] {
  const before = planned(found, set, asked);
  return [before, planned(carryOut(found, before), set, asked)];
}

it("the next one at the same clock is empty, where the trash is empty", () => {
  law((found, set, asked) => {
    const [, after] = next({ ...found, trash: [] }, set, asked);
    expect([...removed(after), ...destroyed(after)]).toEqual([]);
    expect(after.trash.filter(({ action }) => action !== "keep")).toEqual([]);
  }, wholeRequest);
});

// Three things follow from a trash: what was returned is an entry again, which the stale rule removes where it is old,
// and any rule where it was not judged before; it takes the place of another among the newest of their group; and what
// could not be returned to an occupied place can, when that is free.
it("the next one at the same clock has nothing in it that was not freed by the first, where nothing is borrowed", () => {
  law((found, set, asked) => {
    const [before, after] = next(alone(found), set, asked);
    expect(destroyed(after)).toEqual([]);
    for (const { judged, ruling } of after.entries.filter(({ ruling }) => ruling.action === "remove")) {
      const back = before.trash.find(({ item }) => item.entryId === judged.entry.id);
      if (back === undefined && heldAsLatest(before, judged.entry.id)) {
        expect(before.trash.map(({ action }) => action)).toContain("return");
        continue;
      }
      expect(back?.action).toBe("return");
      if (back?.reason !== "half-isolated") expect(["stale", "debris", ...AGE_RULES]).toContain(ruling.rule);
    }
    for (const { item } of after.trash.filter(({ action }) => action === "return")) {
      const blocked = before.trash.find(({ item: { id } }) => id === item.id)?.reason === "place-taken";
      expect(blocked || item.rule === "swapped").toBe(true);
      expect(removed(before)).toContain(at(item.entryId));
    }
  }, wholeRequest);
});

// Where things in the trash and in the base borrow from one another they can only be removed one after the other.
it("those that follow come to an end", () => {
  law((found, set, asked) => {
    let left = found;
    for (let turn = 0; turn < 2 * found.trash.length + 3; turn++) left = carryOut(left, planned(left, set, asked));
    const last = planned(left, set, asked);
    expect([...removed(last), ...destroyed(last)]).toEqual([]);
    expect(last.trash.filter(({ action }) => action === "return")).toEqual([]);
  });
});

function alone(found: Found): Found {
  const strip = (one: Examined): Examined => ({ ...one, inspection: { ...one.inspection, borrows: [] } });
  const trash = found.trash.map((one) => ({ ...one, examined: one.examined === null ? null : strip(one.examined) }));
  return { ...found, entries: found.entries.map(strip), trash };
}
