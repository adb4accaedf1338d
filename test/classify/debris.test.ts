// Pieces that no program uses again: from when on they are old, and that nothing else about them counts.
import { describe, expect, it } from "vitest";
import { needsWalk } from "../../src/classify/needs.ts";
import { DAY, HOUR } from "../../src/model/time.ts";
import { CUTOFF, inspection, judge, NO_PRESENCE, NOW, PIECES, settings, used, walked } from "./build.ts";

const AFTER = { ...PIECES, after: DAY };
const BY_RETENTION = { ...PIECES, reason: "orphaned-ref", after: null } as const;

describe("pieces", () => {
  it.each([
    ["a millisecond older than their time", AFTER, NOW - DAY - 1, true],
    ["exactly as old", AFTER, NOW - DAY, false],
    ["younger", AFTER, NOW - HOUR, false],
    ["dated in the future", AFTER, NOW + DAY, false],
    ["dated 1970", AFTER, 0, false],
    ["older than the retention", BY_RETENTION, CUTOFF - 1, true],
    ["younger than the retention", BY_RETENTION, CUTOFF, false],
    ["older than their time, whatever the retention", AFTER, NOW - 2 * DAY, true],
  ])("that are %s", (_name, reading, at, old) => {
    const found = judge({ inspection: inspection({ reading, lastUse: used(at) }), presence: NO_PRESENCE });
    expect([found.verdict, found.reason, found.old]).toEqual(["debris", reading.reason, old]);
  });

  it("whose time is unknown are not old", () => {
    const none = judge({
      inspection: inspection({ reading: AFTER }),
      presence: NO_PRESENCE,
      measurement: walked(null),
    });
    expect([none.old, none.lastUsed]).toEqual([false, null]);
    expect(judge({ inspection: inspection({ reading: AFTER }), presence: NO_PRESENCE, measurement: null }).old).toBe(
      false,
    );
  });

  it("without a retention stay where they are removed by the retention", () => {
    const off = { retention_days: 0 };
    const judged = (reading: typeof AFTER | typeof BY_RETENTION): boolean =>
      judge({ inspection: inspection({ reading, lastUse: used(1) }), presence: NO_PRESENCE }, off).old;
    expect([judged(AFTER), judged(BY_RETENTION)]).toEqual([true, false]);
  });

  it("with a time of their own are measured in any case, others where they look old", () => {
    const question = { settings: settings(), now: NOW, everything: false, included: [] };
    const fresh = used(NOW);
    expect(needsWalk(inspection({ reading: AFTER, lastUse: fresh }), NO_PRESENCE, question)).toBe(true);
    expect(needsWalk(inspection({ reading: BY_RETENTION, lastUse: fresh }), NO_PRESENCE, question)).toBe(false);
    expect(needsWalk(inspection({ reading: BY_RETENTION }), NO_PRESENCE, question)).toBe(true);
  });

  it("may tell what they share", () => {
    const own = { inspection: inspection({ reading: AFTER }), presence: NO_PRESENCE };
    expect(judge({ ...own, measurement: walked(null, { shared: 5 }) }).shared).toBe(5);
    expect(judge({ ...own, measurement: walked(null) }).shared).toBe(null);
    const snapshots = { count: 2, last: NOW };
    expect(judge({ ...own, measurement: walked(null, { snapshots }) }).snapshots).toBe(snapshots);
    expect(judge({ ...own, inspection: inspection({ unsupported: "no HEAD" }) }).unsupported).toBe("no HEAD");
  });
});
