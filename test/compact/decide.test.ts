import { describe, expect, it } from "vitest";
import { isUntouched, isWorth, roomFor, whyLeft } from "../../src/compact/decide.ts";
import type { LooseSum, PackingFacts } from "../../src/model/compaction.ts";
import { DAY, HOUR } from "../../src/model/time.ts";

const NOW = 1_795_000_000_000;
const MUCH: LooseSum = { objects: 100, bytes: 409_600 };
const RESTING: PackingFacts = { newest: { at: NOW - HOUR, from: "mtime" }, locks: [], troubles: [] };

function used(at: number): PackingFacts {
  return { ...RESTING, newest: { at, from: "mtime" } };
}

function locked(at: number): PackingFacts {
  return { ...RESTING, locks: [{ path: "/r/index.lock", at }] };
}

describe("why a repo is left alone", () => {
  it.each<readonly [string, PackingFacts, LooseSum | null, string | null]>([
    ["used an hour ago to the ms: packed", used(NOW - HOUR), MUCH, null],
    ["used a ms less than that ago", used(NOW - HOUR + 1), MUCH, "in-use"],
    ["used in the future", used(NOW + DAY), MUCH, "in-use"],
    ["a lock a ms younger than a day", locked(NOW - DAY + 1), MUCH, "busy"],
    ["a lock of a day: a dead process's", locked(NOW - DAY), MUCH, null],
    ["nothing is known of its use", { ...RESTING, newest: null }, MUCH, "unreadable"],
    [
      "not read whole",
      { ...RESTING, troubles: [{ code: "EACCES", message: "denied", path: "/r/objects" }] },
      MUCH,
      "unreadable",
    ],
    ["no objects where they should be", RESTING, null, "no-repo"],
    ["nothing loose", RESTING, { objects: 0, bytes: 0 }, "little"],
    ["four blocks", RESTING, { objects: 4, bytes: 16_384 }, "little"],
    ["a byte more", RESTING, { objects: 4, bytes: 16_385 }, null],
  ])("%s", (_, facts, loose, reason) => {
    expect(whyLeft(facts, loose, NOW)).toBe(reason);
  });
});

it("a single object is not worth a pack, however large", () => {
  expect(isWorth({ objects: 1, bytes: 1 << 30 })).toBe(false);
  expect(isWorth({ objects: 2, bytes: 1 << 30 })).toBe(true);
});

it("wants room for all of it once more, and something to spare", () => {
  expect(roomFor([{ size: 1000 }, { size: 500 }])).toBe((1 << 20) + 1500 + 2 * 64);
});

describe("used in the meantime", () => {
  it.each<readonly [string, PackingFacts, boolean]>([
    ["nothing moved", RESTING, true],
    ["dated back to the microsecond", used(NOW - HOUR + 0.001), true],
    ["a millisecond later", used(NOW - HOUR + 1), false],
    ["a lock that was not there", locked(NOW - DAY), false],
    ["no longer readable", { ...RESTING, troubles: [{ code: "EIO", message: "", path: "" }] }, false],
  ])("%s", (_, after, untouched) => {
    expect(isUntouched(RESTING, after)).toBe(untouched);
  });
});
