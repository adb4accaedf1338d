import { describe, expect, it } from "vitest";
import { cutoff, isOld, latestCutoff } from "../../src/classify/age.ts";
import { DAY, HOUR, SECOND } from "../../src/model/time.ts";
import { CUTOFF, NOW, settings, used } from "./build.ts";

describe("the cutoff", () => {
  it.each([
    [7, NOW - 7 * DAY],
    [1, NOW - DAY],
    [0.5, NOW - 12 * HOUR],
    [1 / 24, NOW - HOUR],
    [36_500, NOW - 36_500 * DAY],
    [0, null],
    [-0, null],
    [-1, null],
    [-0.001, null],
    [-Infinity, null],
    [Number.NaN, null],
  ])("of a retention of %d days is %j", (retention_days, expected) => {
    expect(cutoff(settings({ retention_days }), NOW)).toBe(expected);
  });
});

describe("the latest cutoff of all kinds", () => {
  it.each([
    [7, [], NOW - 7 * DAY],
    [7, [3], NOW - 3 * DAY],
    [3, [7], NOW - 3 * DAY],
    [0, [7, 3, 9], NOW - 3 * DAY],
    [7, [0, 9], NOW - 7 * DAY],
    [0, [0], null],
  ])("of %d days, and for kinds %j, is %j", (retention_days, own, expected) => {
    const kinds = Object.fromEntries(own.map((days, at) => [`kind-${at}`, { retention_days: days }]));
    expect(latestCutoff(settings({ retention_days, kinds: { ...kinds, other: {} } }), NOW)).toBe(expected);
  });
});

describe("a last use", () => {
  it.each([
    ["a second before the cutoff", CUTOFF - SECOND, true],
    ["a millisecond before the cutoff", CUTOFF - 1, true],
    ["at the cutoff", CUTOFF, false],
    ["a millisecond after the cutoff", CUTOFF + 1, false],
    ["a second after the cutoff", CUTOFF + SECOND, false],
    ["a fraction of a millisecond before the cutoff", CUTOFF - 0.25, true],
    ["now", NOW, false],
    ["a second ahead", NOW + SECOND, false],
    ["a century ahead", NOW + 36_500 * DAY, false],
    ["the first millisecond of 1970", 1, true],
    ["1970", 0, false],
    ["a millisecond before 1970", -1, false],
    ["1901, as 32 bits have it", -(2 ** 31) * SECOND, false],
  ])("%s is judged rightly", (_, at, expected) => {
    expect(isOld(used(at), settings(), NOW)).toBe(expected);
  });

  it("that is unknown is not old", () => {
    expect(isOld(null, settings(), NOW)).toBe(false);
  });

  it.each([0, -1, -0.5])("however long ago is not old with a retention of %d", (retention_days) => {
    expect(isOld(used(1), settings({ retention_days }), NOW)).toBe(false);
  });

  it.each([
    [0.5, 12 * HOUR + 1, true],
    [0.5, 12 * HOUR, false],
    [0.000_01, 865, true],
    [0.000_01, 863, false],
    // Longer ago than the clock has been counting: nothing can be older.
    [36_500, NOW - 1, false],
  ])("with a retention of %d days, %d ms ago, is judged rightly", (retention_days, ago, expected) => {
    expect(isOld(used(NOW - ago), settings({ retention_days }), NOW)).toBe(expected);
  });
});
