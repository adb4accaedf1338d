import { describe, expect, it } from "vitest";
import { needsWalk, type Question } from "../../src/classify/needs.ts";
import type { Inspection } from "../../src/model/inspection.ts";
import type { Presence } from "../../src/model/presence.ts";
import type { Settings } from "../../src/model/settings.ts";
import { SECOND } from "../../src/model/time.ts";
import {
  ABSENT,
  CUTOFF,
  IDENTIFIED,
  inspection,
  NO_PRESENCE,
  NOW,
  PRESENT,
  REMAINS,
  settings,
  UNIDENTIFIED,
  UNKNOWN,
  used,
  WITNESSED,
} from "./build.ts";

const FRESH = inspection({ touched: used(CUTOFF) });
const LEFT = inspection({ reading: REMAINS, touched: used(CUTOFF) });
const UNNAMED = inspection({ reading: UNIDENTIFIED, touched: used(CUTOFF) });

function needs(
  look: Inspection,
  presence: Presence,
  set: Partial<Settings> = {},
  over: Partial<Question> = {},
): boolean {
  return needsWalk(look, presence, { settings: settings(set), now: NOW, everything: false, included: [], ...over });
}

describe("a fresh entry", () => {
  it.each<[string, Inspection, Presence, Partial<Settings>, Partial<Question>, boolean]>([
    ["whose workdir is there", FRESH, PRESENT, {}, {}, false],
    ["when everything is measured", FRESH, PRESENT, {}, { everything: true }, true],
    ["whose workdir is gone", FRESH, ABSENT, {}, {}, true],
    ["whose workdir is gone, as was witnessed", FRESH, WITNESSED, {}, {}, true],
    ["whose workdir is gone, orphans off", FRESH, ABSENT, { delete_orphans: false }, {}, false],
    ["that has only remains left, its workdir deleted", LEFT, ABSENT, {}, {}, false],
    ["that is not reachable", FRESH, UNKNOWN, {}, {}, false],
    ["that is not reachable, included", FRESH, UNKNOWN, {}, { included: ["unreachable"] }, true],
    ["that is not reachable, other rules included", FRESH, UNKNOWN, {}, { included: ["unidentified"] }, false],
    ["that is there, unreachable ones included", FRESH, PRESENT, {}, { included: ["unreachable"] }, false],
    ["out of reach, unreadable ones included", FRESH, UNKNOWN, {}, { included: ["unreadable"] }, true],
    ["without a workdir, unreadable ones included", UNNAMED, NO_PRESENCE, {}, { included: ["unreadable"] }, true],
    ["whose workdir is there, unreadable ones included", FRESH, PRESENT, {}, { included: ["unreadable"] }, false],
    ["that is unidentified", UNNAMED, NO_PRESENCE, {}, {}, false],
    ["that is unidentified, included", UNNAMED, NO_PRESENCE, {}, { included: ["unidentified"] }, true],
    ["that is unidentified, others included", UNNAMED, NO_PRESENCE, {}, { included: ["unreachable"] }, false],
    ["that is identified, unidentified ones included", FRESH, PRESENT, {}, { included: ["unidentified"] }, false],
  ])("%s", (_, look, presence, set, over, expected) => {
    expect(needs(look, presence, set, over)).toBe(expected);
  });
});

describe("the age that an inspection gives", () => {
  it.each<[string, Partial<Inspection>, boolean]>([
    ["touched a second before the cutoff", { touched: used(CUTOFF - SECOND) }, true],
    ["touched a millisecond before the cutoff", { touched: used(CUTOFF - 1) }, true],
    ["touched at the cutoff", { touched: used(CUTOFF) }, false],
    ["touched a millisecond after the cutoff", { touched: used(CUTOFF + 1) }, false],
    ["touched in the future", { touched: used(NOW + SECOND) }, false],
    ["touched in 1970", { touched: used(0) }, true],
    ["without a time", { touched: null }, true],
    ["recorded as old", { lastUse: used(CUTOFF - 1), touched: used(NOW) }, true],
    ["recorded as fresh", { lastUse: used(CUTOFF), touched: used(1) }, false],
    ["recorded as fresh, without a time", { lastUse: used(CUTOFF), touched: null }, false],
  ])("%s", (_, over, expected) => {
    for (const presence of [PRESENT, UNKNOWN, NO_PRESENCE]) {
      expect(needs(inspection({ reading: IDENTIFIED, ...over }), presence)).toBe(expected);
    }
  });

  it.each([0, -1])("is of no interest with a retention of %d", (retention_days) => {
    expect(needs(inspection({ touched: used(1) }), PRESENT, { retention_days })).toBe(false);
    expect(needs(inspection({ touched: null }), PRESENT, { retention_days })).toBe(false);
    expect(needs(inspection({ touched: used(1) }), ABSENT, { retention_days })).toBe(true);
  });
});

describe("what is left of an entry", () => {
  it.each([
    ["old", CUTOFF - 1, true],
    ["fresh", CUTOFF, false],
  ])("and is %s", (_, at, expected) => {
    expect(needs(inspection({ reading: REMAINS, touched: used(at) }), ABSENT)).toBe(expected);
  });
});

describe("an orphan that only an age rule may remove", () => {
  it.each([
    ["old", CUTOFF - 1, true],
    ["fresh", CUTOFF, false],
  ])("and is %s", (_, at, expected) => {
    expect(needs(inspection({ touched: used(at) }), ABSENT, { delete_orphans: false })).toBe(expected);
  });
});
