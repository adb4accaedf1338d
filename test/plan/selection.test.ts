// The limits of a selection: old enough, large enough, and what is not known.

import { describe, expect, it } from "vitest";
import type { SelectableRow } from "../../src/plan/request.ts";
import { selectionWithin } from "../../src/plan/selection.ts";

const NOW = 1_000_000;
const ROW: SelectableRow = { id: "a", path: "/b/a", subject: "/w/a", lastUsed: NOW - 1000, bytes: 500 };

describe("a selection with limits", () => {
  it.each([
    ["used exactly that long ago", {}, true],
    ["used a millisecond later", { lastUsed: NOW - 999 }, false],
    ["used at an unknown time", { lastUsed: null }, false],
    ["used in the future", { lastUsed: NOW + 1 }, false],
  ])("by age, %s", (_, over, is) => {
    expect(selectionWithin(null, { olderThan: 1000 }, NOW)?.({ ...ROW, ...over })).toBe(is);
  });

  it.each([
    ["exactly as large", {}, true],
    ["a byte smaller", { bytes: 499 }, false],
    ["not measured", { bytes: null }, false],
  ])("by size, %s", (_, over, is) => {
    expect(selectionWithin(null, { largerThan: 500 }, NOW)?.({ ...ROW, ...over })).toBe(is);
  });

  it("selects what is within all of them and named", () => {
    const limits = { olderThan: 1000, largerThan: 500 };
    const selects = selectionWithin(({ id }) => id === "a", limits, NOW);
    expect(selects?.(ROW)).toBe(true);
    expect(selects?.({ ...ROW, id: "b" })).toBe(false);
    expect(selects?.({ ...ROW, bytes: 1 })).toBe(false);
    expect(selects?.({ ...ROW, lastUsed: NOW })).toBe(false);
  });

  it("without limits is what is named, and everything where nothing is", () => {
    const named = (): boolean => true;
    expect(selectionWithin(named, {}, NOW)).toBe(named);
    expect(selectionWithin(null, {}, NOW)).toBeNull();
  });
});
