import { expect, it } from "vitest";
import { nearestName } from "../../src/config/suggest.ts";

const names = ["retention_days", "trash_days", "keep", "status", "prune"];

it.each([
  ["retention_days", "retention_days"],
  ["retention-day", "retention_days"],
  ["RetentionDays", "retention_days"],
  ["trahs_days", "trash_days"],
  ["kep", "keep"],
  ["stauts", "status"],
  ["prun", "prune"],
  ["frobnicate", null],
  ["x", null],
  ["", null],
])("%s: %s", (typed, meant) => {
  expect(nearestName(typed, names)).toBe(meant);
});

it.each([
  ["the beginning of a single one", "ret", "retention_days"],
  ["not that of two", "st", null],
  ["not a very short one that differs in two letters", "tcsh", null],
])("suggests %s: %s", (_, typed, meant) => {
  expect(nearestName(typed, [...names, "stale", "bash"])).toBe(meant);
});

it("suggests the nearest, and of two equally near the first", () => {
  expect(nearestName("cats", ["cat", "bats", "cuts"])).toBe("cat");
  expect(nearestName("cats", ["dots", "cuts"])).toBe("cuts");
  expect(nearestName("anything", [])).toBeNull();
});
