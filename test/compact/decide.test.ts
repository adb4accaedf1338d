import { describe, expect, it } from "vitest";
import { isUnchanged, isWorthPacking, requiredSpace, skipReason } from "../../src/compact/decide.ts";
import type { LooseTotals, PackingFacts } from "../../src/model/compaction.ts";
import { DAY, HOUR } from "../../src/model/time.ts";

const NOW = 1_795_000_000_000;
const MUCH: LooseTotals = { objects: 100, bytes: 409_600 };
const RESTING: PackingFacts = { newest: { at: NOW - HOUR, from: "mtime" }, locks: [], troubles: [] };

function used(at: number): PackingFacts {
  return { ...RESTING, newest: { at, from: "mtime" } };
}

function locked(at: number): PackingFacts {
  return { ...RESTING, locks: [{ path: "/r/index.lock", at }] };
}

describe("why a repo is skipped", () => {
  it.each<readonly [string, PackingFacts, LooseTotals | null, string | null]>([
    ["used an hour ago to the ms: packed", used(NOW - HOUR), MUCH, null],
    ["used a ms less than that ago", used(NOW - HOUR + 1), MUCH, "in-use"],
    ["used in the future", used(NOW + DAY), MUCH, "in-use"],
    ["a lock a ms younger than a day", locked(NOW - DAY + 1), MUCH, "busy"],
    ["a lock of a day: stale, packed", locked(NOW - DAY), MUCH, null],
    ["last use unknown", { ...RESTING, newest: null }, MUCH, "unreadable"],
    [
      "not completely readable",
      { ...RESTING, troubles: [{ code: "EACCES", message: "denied", path: "/r/objects" }] },
      MUCH,
      "unreadable",
    ],
    ["no objects directory", RESTING, null, "not-a-repo"],
    ["no loose objects", RESTING, { objects: 0, bytes: 0 }, "not-worth-it"],
    ["four blocks", RESTING, { objects: 4, bytes: 16_384 }, "not-worth-it"],
    ["a byte more", RESTING, { objects: 4, bytes: 16_385 }, null],
  ])("%s", (_, facts, loose, reason) => {
    expect(skipReason(facts, loose, NOW)).toBe(reason);
  });
});

it("does not pack a single object, however large", () => {
  expect(isWorthPacking({ objects: 1, bytes: 1 << 30 })).toBe(false);
  expect(isWorthPacking({ objects: 2, bytes: 1 << 30 })).toBe(true);
});

it("requires space for a copy of all objects and a reserve", () => {
  expect(requiredSpace([{ size: 1000 }, { size: 500 }])).toBe((1 << 20) + 1500 + 2 * 64);
});

describe("whether it was used meanwhile", () => {
  it.each<readonly [string, PackingFacts, boolean]>([
    ["no change", RESTING, true],
    ["times restored to the microsecond", used(NOW - HOUR + 0.001), true],
    ["a millisecond later", used(NOW - HOUR + 1), false],
    ["a lock that was not there", locked(NOW - DAY), false],
    ["no longer readable", { ...RESTING, troubles: [{ code: "EIO", message: "", path: "" }] }, false],
  ])("%s", (_, after, untouched) => {
    expect(isUnchanged(RESTING, after)).toBe(untouched);
  });
});
