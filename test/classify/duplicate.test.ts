// A copy of another repository: from when on it is removed, and when it is judged by itself.
import { expect, it } from "vitest";
import { needsWalk } from "../../src/classify/needs.ts";
import type { Duplicate } from "../../src/model/inspection.ts";
import type { Presence } from "../../src/model/presence.ts";
import { DAY, HOUR } from "../../src/model/time.ts";
import { ABSENT, CUTOFF, inspection, judge, NOW, PRESENT, settings, trouble, UNKNOWN, used } from "./build.ts";

/** Of a repository that was used at this time. */
function copyOf(at: number): Duplicate {
  return {
    repository: "/other/.git",
    objects: [],
    original: used(at),
    after: HOUR,
    reason: "duplicate",
    sentence: "it is",
  };
}

it.each<readonly [string, number, number, Presence, string, boolean]>([
  ["a moment longer ago than its time", NOW - HOUR - 1, NOW, PRESENT, "debris", true],
  ["exactly as long ago", NOW - HOUR, NOW, PRESENT, "debris", false],
  ["long ago, and its workdir may be there", NOW - DAY, NOW, UNKNOWN, "debris", true],
  ["long ago, and its workdir is gone", NOW - DAY, NOW, ABSENT, "orphan", false],
  ["before the retention, the other after it", CUTOFF - 1, CUTOFF, PRESENT, "debris", true],
  ["before the retention, and the other too", CUTOFF - 1, CUTOFF - 1, PRESENT, "stale", true],
  ["before the retention, as the other, and its workdir is gone", CUTOFF - 1, CUTOFF - 1, ABSENT, "orphan", true],
])("one that was used %s is judged rightly", (_, at, original, presence, verdict, old) => {
  const found = judge({
    inspection: inspection({ lastUse: used(at), duplicate: copyOf(original) }),
    presence,
    measurement: null,
  });
  expect([found.verdict, found.old]).toEqual([verdict, old]);
});

it("names its reason, with the sentence of its kind, and the other one", () => {
  const found = judge({
    inspection: inspection({ lastUse: used(NOW - DAY), duplicate: copyOf(NOW) }),
    presence: PRESENT,
  });
  expect([found.reason, found.sentence]).toEqual(["duplicate", "it is"]);
  expect(found.evidence["copied to"]).toBe("/other/.git");
  const orphan = judge({ inspection: inspection({ lastUse: used(NOW), duplicate: copyOf(NOW) }), presence: ABSENT });
  expect(orphan.evidence["copied to"]).toBeUndefined();
});

it("is not old where its last use is a lower bound, and keeps its verdict where something cannot be read", () => {
  const bound = judge({
    inspection: inspection({ touched: used(NOW - DAY), duplicate: copyOf(NOW) }),
    presence: PRESENT,
    measurement: null,
  });
  expect([bound.verdict, bound.old]).toEqual(["debris", false]);
  const unread = inspection({ lastUse: used(CUTOFF - 1), duplicate: copyOf(CUTOFF - 1), troubles: [trouble()] });
  expect(judge({ inspection: unread, presence: PRESENT }).verdict).toBe("live");
});

it("is measured in any case", () => {
  const question = { settings: settings(), now: NOW, everything: false, included: [] };
  expect(needsWalk(inspection({ touched: used(NOW), duplicate: copyOf(NOW) }), PRESENT, question)).toBe(true);
  expect(needsWalk(inspection({ touched: used(NOW) }), PRESENT, question)).toBe(false);
});
