// The order of the verdicts: of everything that fits an entry, the first row of the table counts.
import { describe, expect, it } from "vitest";
import type { Examined, SubjectReading } from "../../src/model/inspection.ts";
import type { Presence } from "../../src/model/presence.ts";
import type { ReasonCode, Verdict } from "../../src/model/reasons.ts";
import { SECOND } from "../../src/model/time.ts";
import {
  ABSENT,
  CUTOFF,
  IDENTIFIED,
  inspection,
  judge,
  NAMELESS_REMAINS,
  NO_PRESENCE,
  NO_SUBJECT,
  NOW,
  PRESENT,
  REMAINS,
  trouble,
  UNIDENTIFIED,
  UNKNOWN,
  UNVERIFIED,
  used,
  walked,
  WITNESSED,
} from "./build.ts";

type Row = readonly [string, Presence, SubjectReading, "old" | "fresh", Verdict, ReasonCode];

const ROWS: readonly Row[] = [
  ["present and fresh", PRESENT, IDENTIFIED, "fresh", "live", "workdir-present"],
  ["present and old", PRESENT, IDENTIFIED, "old", "stale", "unused"],
  ["present and fresh, its name not confirmed", PRESENT, UNVERIFIED, "fresh", "live", "workdir-present"],
  ["absent and fresh", ABSENT, IDENTIFIED, "fresh", "orphan", "absent-observed"],
  ["absent and old: orphan wins", ABSENT, IDENTIFIED, "old", "orphan", "absent-observed"],
  ["absent, its name not confirmed", ABSENT, UNVERIFIED, "fresh", "orphan", "absent-observed"],
  ["absent as an earlier run witnessed", WITNESSED, IDENTIFIED, "fresh", "orphan", "absent-witnessed"],
  ["witnessed and old", WITNESSED, IDENTIFIED, "old", "orphan", "absent-witnessed"],
  ["unknown and fresh", UNKNOWN, IDENTIFIED, "fresh", "unreachable", "parent-missing"],
  ["unknown and old", UNKNOWN, IDENTIFIED, "old", "stale", "unused"],
  ["unidentified and fresh", NO_PRESENCE, UNIDENTIFIED, "fresh", "unidentified", "marker-empty"],
  ["unidentified and old", NO_PRESENCE, UNIDENTIFIED, "old", "stale", "unused"],
  ["about nothing and fresh", NO_PRESENCE, NO_SUBJECT, "fresh", "live", "not-applicable"],
  ["about nothing and old", NO_PRESENCE, NO_SUBJECT, "old", "stale", "unused"],
  ["what is left of one, absent and old: debris wins", ABSENT, REMAINS, "old", "debris", "partially-removed"],
  ["what is left of one, absent and fresh", ABSENT, REMAINS, "fresh", "debris", "partial-remains"],
  ["what is left of one without a name, old", NO_PRESENCE, NAMELESS_REMAINS, "old", "debris", "partially-removed"],
  ["what is left of one without a name, fresh", NO_PRESENCE, NAMELESS_REMAINS, "fresh", "debris", "partial-remains"],
];

const AGE = { old: CUTOFF - SECOND, fresh: CUTOFF } as const;

describe("an entry", () => {
  it.each(ROWS)("that is %s", (_, presence, reading, age, verdict, reason) => {
    const judged = judge({ presence, inspection: inspection({ reading }), measurement: walked(AGE[age]) });
    expect(judged).toMatchObject({ verdict, reason, old: age === "old" });
  });

  it.each(ROWS)("that is %s, with the stale rule off", (_, presence, reading, age, verdict) => {
    const subject = { presence, inspection: inspection({ reading }), measurement: walked(AGE[age]) };
    const judged = judge(subject, { retention_days: 0 });
    expect(judged.verdict).not.toBe("stale");
    expect(judged.old).toBe(false);
    if (verdict !== "stale") expect(judged.verdict).toBe(verdict);
  });

  // The remains may still be wanted as long as the workdir is there.
  it.each([PRESENT, UNKNOWN])("of which only remains are left is not old while its workdir is $kind", (presence) => {
    for (const at of Object.values(AGE)) {
      const judged = judge({ presence, inspection: inspection({ reading: REMAINS }), measurement: walked(at) });
      expect(judged).toMatchObject({ verdict: "debris", reason: "partial-remains", old: false });
    }
  });

  it("of which only unreadable remains are left is held, not shown as old", () => {
    const measurement = walked(AGE.old, { troubles: [trouble()] });
    const judged = judge({ presence: ABSENT, inspection: inspection({ reading: REMAINS }), measurement });
    expect(judged).toMatchObject({ verdict: "debris", reason: "partial-remains", old: true, troubles: [trouble()] });
  });
});

describe("the age of an entry", () => {
  it.each([
    ["a second before the cutoff", CUTOFF - SECOND, "stale"],
    ["a millisecond before the cutoff", CUTOFF - 1, "stale"],
    ["at the cutoff", CUTOFF, "live"],
    ["a millisecond after the cutoff", CUTOFF + 1, "live"],
    ["a second after the cutoff", CUTOFF + SECOND, "live"],
    ["in 1970", 0, "live"],
    ["before 1970", -SECOND, "live"],
    ["in the future", NOW + SECOND, "live"],
  ])("last used %s", (_, at, verdict) => {
    expect(judge({ measurement: walked(at) }).verdict).toBe(verdict);
  });

  it.each([0, -1, -0.5])("counts for nothing with a retention of %d", (retention_days) => {
    expect(judge({ measurement: walked(1) }, { retention_days })).toMatchObject({ verdict: "live", old: false });
  });

  it("counts in fractions of days", () => {
    const twelve = { measurement: walked(NOW - 12 * 3600 * SECOND - 1) };
    expect(judge(twelve, { retention_days: 0.5 }).verdict).toBe("stale");
    expect(judge(twelve, { retention_days: 0.6 }).verdict).toBe("live");
  });
});

describe("an entry that could not be fully read", () => {
  const OLD = CUTOFF - SECOND;
  const unread: readonly [string, Partial<Examined>][] = [
    ["by the look", { inspection: inspection({ troubles: [trouble()] }), measurement: walked(OLD) }],
    ["by the walk", { measurement: walked(OLD, { troubles: [trouble()] }) }],
    [
      "by either",
      {
        inspection: inspection({ troubles: [trouble("/a")] }),
        measurement: walked(OLD, { troubles: [trouble("/b")] }),
      },
    ],
  ];

  it.each(unread)("(%s) is never stale, but known to be old", (_, over) => {
    expect(judge(over)).toMatchObject({ verdict: "live", reason: "workdir-present", old: true });
    expect(judge({ ...over, presence: UNKNOWN })).toMatchObject({ verdict: "unreachable", old: true });
  });

  it.each(unread)("(%s) is still an orphan where its workdir was deleted", (_, over) => {
    expect(judge({ ...over, presence: ABSENT })).toMatchObject({ verdict: "orphan", old: true });
  });

  it("differs from one of which only the alternates could not be read", () => {
    const over = { inspection: inspection({ borrowsTrouble: trouble() }), measurement: walked(OLD) };
    expect(judge(over)).toMatchObject({ verdict: "stale", borrowsTrouble: trouble(), troubles: [] });
  });
});

describe("a last use that the store records", () => {
  it.each([
    ["old, nothing walked", CUTOFF - 1, null, "stale"],
    ["old, and files below are newer", CUTOFF - 1, NOW, "stale"],
    ["fresh, and files below are old", CUTOFF, CUTOFF - 1, "live"],
  ])("decides alone: %s", (_, at, walkedAt, verdict) => {
    const lastUse = used(at, "last_touch");
    const measurement = walkedAt === null ? null : walked(walkedAt);
    const judged = judge({ inspection: inspection({ lastUse, touched: used(NOW) }), measurement });
    expect(judged).toMatchObject({ verdict, lastUsed: lastUse, lastUsedExact: true });
  });
});
