// `max_size`: what is removed next, in which order, to the byte; and what never is.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Judged } from "../../src/model/judgement.ts";
import type { Disposal } from "../../src/model/plan.ts";
import { DAY, HOUR } from "../../src/model/time.ts";
import type { Request } from "../../src/plan/request.ts";
import { foundBase, request, settings as anySettings, survey } from "./arbitrary.ts";
import {
  at,
  automatic,
  byHand,
  judged,
  NOW,
  plan,
  planAtOnce,
  removals,
  row,
  type Rows,
  trashed,
  trashRow,
} from "./build.ts";

/** Used two days ago and less: none is stale. */
function used(id: string, hours: number, bytes: number, over: Partial<Judged> = {}): Judged {
  return judged(id, "live", { lastUsed: { at: NOW - hours * HOUR, from: "mtime" }, bytes, ...over });
}

const THREE = [used("c", 50, 300), used("a", 70, 100), used("b", 60, 200)];

function capOf(rows: Rows): unknown {
  return "cap" in rows ? rows.cap : undefined;
}

function ids(maxSize: number, entries: readonly Judged[], asked: Request = byHand()): readonly string[] {
  return removals(plan({ judged: entries }, { max_size: maxSize }, asked));
}

describe("what is removed next, to the byte", () => {
  // 600 bytes: a is the least recently used.
  it.each([
    [0, []],
    [1, ["a", "b", "c"]],
    [299, ["a", "b", "c"]],
    [300, ["a", "b"]],
    [301, ["a", "b"]],
    [499, ["a", "b"]],
    [500, ["a"]],
    [501, ["a"]],
    [599, ["a"]],
    [600, []],
    [601, []],
  ])("with max_size %i: %j", (maxSize, gone) => {
    expect(ids(maxSize, THREE)).toEqual(gone);
    expect(ids(maxSize, THREE, automatic())).toEqual(gone);
    expect(ids(maxSize, THREE.toReversed())).toEqual(gone);
  });

  it("ties by id", () => {
    const twins = ["z", "m", "b"].map((id) => used(id, 48, 100));
    expect(ids(299, twins)).toEqual(["b"]);
    expect(ids(199, twins)).toEqual(["b", "m"]);
  });

  it("what the other rules remove comes first, and may be enough", () => {
    const stale = judged("old", "stale", { bytes: 400 });
    expect(ids(600, [...THREE, stale])).toEqual(["old"]);
    const rows = plan({ judged: [...THREE, stale] }, { max_size: 599 });
    expect(rows.entries.map(({ ruling }) => ruling.rule)).toEqual(["stale", "over-cap", null, null]);
  });

  it("keeps its verdict, and says which rule it was, in a manual run and in a sweep", () => {
    const first = row(plan({ judged: THREE }, { max_size: 599 }), "a");
    expect(first.judged.verdict).toBe("live");
    expect(first.ruling).toEqual({ rule: "over-cap", holds: [], action: "remove" });
    expect(first.sweep).toEqual(first.ruling);
    expect(first.steps).toEqual([{ kind: "isolate", rule: "over-cap" }]);
    const swept = row(plan({ judged: THREE }, { max_size: 599 }, automatic()), "a");
    expect(swept.steps).toEqual([{ kind: "isolate", rule: "over-cap" }]);
  });
});

describe("what it removes is moved to the trash", () => {
  const verdicts = ["live", "unreachable", "unidentified"] as const;
  const rowsFor = (disposal: Disposal | null): Rows =>
    plan(
      {
        judged: [
          ...verdicts.map((verdict) =>
            judged(verdict, verdict, { lastUsed: { at: NOW - 3 * DAY, from: "mtime" }, bytes: 9 }),
          ),
          judged("twin", "stale", { bytes: 9 }),
        ],
      },
      { max_size: 1 },
      byHand({ disposal }),
    );

  it.each([null, "destroy"] as const)(
    "manually too, where the answer is %s, and its stale twin does not",
    (disposal) => {
      for (const verdict of verdicts) {
        expect(row(rowsFor(disposal), verdict)).toMatchObject({
          ruling: { rule: "over-cap", action: "remove" },
          steps: [{ kind: "isolate", rule: "over-cap" }],
        });
      }
      expect(row(rowsFor(disposal), "twin").steps.map(({ kind }) => kind)).toEqual(["isolate", "destroy"]);
    },
  );

  // In a manual run the trash counts and is deleted first, but not what this rule moved there.
  it.each(["over-cap", "unreachable", "unidentified", "swapped"] as const)(
    "where it waits as long as anything does, and does not count any more: %s",
    (rule) => {
      const verdict = rule === "over-cap" || rule === "swapped" ? "live" : rule;
      const waiting = trashed("first", verdict, { rule, since: NOW - DAY }, { bytes: 500 });
      const twin = trashed("twin", "live", { rule: "stale", since: NOW - DAY }, { bytes: 50 });
      const rows = plan({ judged: THREE, trash: [waiting, twin] }, { max_size: 600 });
      expect(trashRow(rows, "first")).toMatchObject({ action: "keep", reason: "waiting" });
      expect(trashRow(rows, "twin")).toMatchObject({ action: "destroy", reason: "over-cap" });
      expect(removals(rows)).toEqual([]);
      expect(capOf(rows)).toEqual({ maxSize: 600, size: 650, shortfall: 0 });
    },
  );

  it.each([
    ["over-cap", 6, "keep"],
    ["over-cap", 8, "destroy"],
    ["unreachable", 6, "keep"],
    ["unidentified", 6, "keep"],
    ["stale", 0, "destroy"],
  ] as const)("also where the trash gives no time: %s after %i days: %s", (rule, age, action) => {
    const verdict = rule === "over-cap" || rule === "stale" ? "live" : rule;
    const item = trashed("x", verdict, { rule, since: NOW - age * DAY }, { bytes: 500 });
    expect(trashRow(plan({ trash: [item] }, { trash_days: 0 }), "x").action).toBe(action);
  });
});

describe("pieces inside an entry", () => {
  const outer = used("a", 70, 150);
  const [member] = outer.entry.members;
  const piece = (over: Partial<Judged>): Judged =>
    judged("piece", "debris", {
      entry: { ...outer.entry, id: "piece", members: [{ ...member, path: `${member.path}/objects/pack/tmp_pack_1` }] },
      lastUsed: { at: NOW - 3 * DAY, from: "mtime" },
      bytes: 50,
      ...over,
    });
  const sizeOf = (...entries: readonly Judged[]): unknown =>
    capOf(plan({ judged: entries }, { max_size: 1000 })) ?? null;

  it("count there, once", () => {
    expect(sizeOf(outer, piece({ old: false }))).toMatchObject({ size: 150 });
    expect(sizeOf(outer)).toMatchObject({ size: 150 });
    expect(sizeOf(outer, { ...piece({ old: false }), entry: used("elsewhere", 70, 0).entry })).toMatchObject({
      size: 200,
    });
  });

  it("no longer count when they are removed separately", () => {
    expect(sizeOf(outer, piece({ old: true }))).toMatchObject({ size: 100 });
    expect(sizeOf(outer, piece({ old: true, bytes: null }))).toMatchObject({ size: 150 });
    expect(sizeOf({ ...outer, bytes: null }, piece({ old: true }))).toMatchObject({ size: 0 });
  });
});

describe("what is never removed, beside a twin that is", () => {
  const big = (over: Partial<Judged>): Judged => used("kept", 90, 1000, over);
  it.each<readonly [string, Partial<Judged>]>([
    ["used a ms less than a day ago", { lastUsed: { at: NOW - DAY + 1, from: "mtime" } }],
    ["used in the future", { lastUsed: { at: NOW + DAY, from: "mtime" } }],
    ["used in 1970", { lastUsed: { at: 0, from: "mtime" } }],
    ["of unknown last use", { lastUsed: null }],
    ["used at least then", { lastUsedExact: false }],
    ["remains", { verdict: "debris", reason: "partial-remains", old: false }],
    ["not measured", { bytes: null }],
    ["nothing to gain", { bytes: 0 }],
    ["busy", { locks: [{ path: "index.lock", at: NOW - HOUR }] }],
    ["not read whole", { troubles: [{ code: "EACCES", message: "", path: "x" }] }],
    ["kept", { subject: { kind: "workdir", value: "/keep/me" } }],
  ])("%s", (_, over) => {
    const rows = plan({ judged: [big(over), used("twin", 80, 10)] }, { max_size: 5, keep: ["/keep"] });
    expect(removals(rows)).toEqual(["twin"]);
    expect(capOf(rows)).toMatchObject({ shortfall: Math.max(0, (big(over).bytes ?? 0) - 5) });
  });

  it("used a day ago to the ms is removed", () => {
    expect(ids(5, [used("a", 24, 10)])).toEqual(["a"]);
  });

  it("put back by a person, and held by another rule", () => {
    const orphan = judged("orphan", "orphan", {
      bytes: 1000,
      missingSince: NOW - HOUR,
      lastUsed: { at: NOW - 2 * DAY, from: "mtime" },
    });
    const rows = plan(
      { judged: [used("back", 90, 1000), orphan, used("twin", 80, 10)], restored: { [at("back")]: NOW - DAY } },
      { max_size: 5 },
      automatic(),
    );
    expect(removals(rows)).toEqual(["twin"]);
    expect(row(rows, "orphan").ruling).toMatchObject({ rule: "orphan", holds: [{ code: "grace" }] });
    expect(capOf(rows)).toEqual({ maxSize: 5, size: 2010, shortfall: 1995 });
  });

  it.each<readonly [string, Partial<Judged>]>([
    ["its grace is not over", { missingSince: NOW - HOUR }],
    ["its name proves nothing", { missingSince: NOW - 90 * DAY, verified: false }],
  ])("an orphan that the orphan rule would have to wait for, also where that rule is off: %s", (_, over) => {
    const lastUsed = { at: NOW - 3 * DAY, from: "mtime" } as const;
    const twin = judged("twin", "orphan", { bytes: 10, missingSince: NOW - 90 * DAY, lastUsed });
    const orphan = judged("orphan", "orphan", { bytes: 1000, lastUsed, ...over });
    const rows = plan({ judged: [orphan, twin] }, { max_size: 5, delete_orphans: false }, automatic());
    expect(removals(rows)).toEqual(["twin"]);
    expect(row(rows, "twin").ruling.rule).toBe("over-cap");
  });

  it("of a kind that the settings do not name", () => {
    const entry = { ...used("other", 90, 1000).entry, store: "hermes-store" };
    const rows = plan({ judged: [used("other", 90, 1000, { entry }), used("twin", 80, 10)] }, { max_size: 5 });
    expect(removals(rows)).toEqual(["twin"]);
  });

  it("borrowed from by one that stays; with the borrower removed, it may be removed", () => {
    const lender = used("lender", 90, 100);
    const borrower = used("borrower", 80, 100, { borrows: [`${at("lender")}/objects`] });
    const other = used("other", 70, 100);
    expect(ids(250, [lender, borrower, other])).toEqual(["borrower"]);
    expect(ids(150, [lender, borrower, other])).toEqual(["borrower", "lender"]);
    const busy = { ...borrower, locks: [{ path: "index.lock", at: NOW }] };
    expect(ids(5, [lender, busy, other])).toEqual(["other"]);
  });

  it("in a run that cannot tell who borrows: nothing; its twin that can removes all", () => {
    const blind = used("blind", 2, 10, { borrowsTrouble: { code: "EACCES", message: "", path: "alternates" } });
    expect(ids(5, [...THREE, blind], automatic())).toEqual([]);
    expect(ids(5, [...THREE, blind])).toEqual([]);
    expect(ids(5, [...THREE, { ...blind, borrowsTrouble: null }])).toEqual(expect.arrayContaining(["a", "b", "c"]));
  });
});

describe("a narrowed run removes of these what it selects, and no others instead", () => {
  it("by name", () => {
    const only = (id: string): Request => byHand({ selects: (one) => one.id === id });
    expect(ids(450, THREE, only("a"))).toEqual(["a"]);
    expect(ids(450, THREE, only("b"))).toEqual(["b"]);
    expect(ids(450, THREE, only("c"))).toEqual([]);
  });

  it("by rule", () => {
    const stale = judged("old", "stale", { bytes: 1 });
    expect(ids(5, [...THREE, stale], byHand({ only: "stale" }))).toEqual(["old"]);
  });

  it("and keeps a lender whose borrower was not asked for", () => {
    const lender = used("lender", 90, 100);
    const borrower = used("borrower", 80, 100, { borrows: [`${at("lender")}/objects`] });
    const rows = plan(
      { judged: [lender, borrower] },
      { max_size: 5 },
      byHand({ selects: ({ id }) => id === "lender" }),
    );
    expect(removals(rows)).toEqual([]);
    expect(row(rows, "lender").ruling).toMatchObject({ rule: "over-cap", holds: [{ code: "referenced" }] });
  });
});

describe("the trash", () => {
  const DATES = { old: NOW - 3 * DAY, young: NOW - DAY };
  const inTrash = [
    trashed("young", "live", { rule: "stale", since: DATES.young, id: "young.1" }, { bytes: 200 }),
    trashed("old", "live", { rule: "stale", since: DATES.old, id: "old.1" }, { bytes: 100 }),
  ];

  // 300 in the trash, 600 outside.
  it.each([
    [900, [], []],
    [899, ["old"], []],
    [800, ["old"], []],
    [799, ["old", "young"], []],
    [600, ["old", "young"], []],
    [599, ["old", "young"], ["a"]],
  ])("counts in a manual run, and is deleted first, the oldest first: max_size %i", (maxSize, emptied, gone) => {
    const rows = plan({ judged: THREE, trash: inTrash }, { max_size: maxSize });
    const early = rows.trash.filter(({ action }) => action === "destroy");
    expect(early.map(({ item }) => item.entryId).toSorted()).toEqual(emptied);
    expect(early.every(({ reason }) => reason === "over-cap")).toBe(true);
    expect(removals(rows)).toEqual(gone);
  });

  it("does not count in a sweep, and is left its time", () => {
    const rows = plan({ judged: THREE, trash: inTrash }, { max_size: 600 }, automatic());
    expect(rows.trash.map(({ action }) => action)).toEqual(["keep", "keep"]);
    expect(removals(rows)).toEqual([]);
    const tight = plan({ judged: THREE, trash: inTrash }, { max_size: 599 }, automatic());
    expect(tight.trash.map(({ action }) => action)).toEqual(["keep", "keep"]);
    expect(removals(tight)).toEqual(["a"]);
  });

  it("what is returned to its place counts in both", () => {
    const back = [
      trashed(
        "back",
        "orphan",
        { rule: "orphan", since: NOW - DAY },
        { bytes: 100, presence: { kind: "present", evidence: {} } },
      ),
    ];
    for (const asked of [byHand(), automatic()]) {
      const rows = plan({ judged: THREE, trash: back }, { max_size: 699 }, asked);
      expect(trashRow(rows, "back").action).toBe("return");
      expect(removals(rows)).toEqual(["a"]);
    }
  });

  it.each<readonly [string, Parameters<typeof trashed>]>([
    [
      "`keep` names it by now",
      ["x", "live", { rule: "stale", since: DATES.old }, { subject: { kind: "workdir", value: "/keep/x" } }],
    ],
    ["it cannot be proved now that it is an orphan", ["x", "unreachable", { rule: "orphan", since: DATES.old }, {}]],
    ["it has nothing to be judged by", ["x", null, { rule: "orphan", since: DATES.old }]],
    ["its date is in the future", ["x", "live", { rule: "stale", since: NOW + DAY }, {}]],
  ])("stays where %s", (_, made) => {
    const rows = plan({ trash: [trashed(...made)] }, { max_size: 1, keep: ["/keep"] });
    expect(trashRow(rows, "x").action).toBe("keep");
    expect(capOf(rows)).toMatchObject({ shortfall: expect.any(Number) as number });
  });

  it("an orphan whose absence is proved is removed, and so is one whose size only the note gives", () => {
    const rows = plan(
      {
        trash: [
          trashed("x", "orphan", { since: DATES.old }),
          trashed("y", null, { rule: "stale", since: DATES.old, bytes: 5 }),
        ],
      },
      { max_size: 1 },
    );
    expect(rows.trash.map(({ action }) => action)).toEqual(["destroy", "destroy"]);
  });

  it("stays while an entry that stays borrows from it, and keeps its own lender", () => {
    const lending = trashed("lending", "live", { rule: "stale", since: DATES.old, id: "l.1" }, { bytes: 100 });
    const borrower = used("b", 2, 10, { borrows: [`${at("lending")}/objects`] });
    expect(trashRow(plan({ judged: [borrower], trash: [lending] }, { max_size: 1 }), "lending").action).toBe("keep");
    const borrowing = trashed(
      "borrowing",
      "live",
      { rule: "stale", since: DATES.old, id: "b.1" },
      { bytes: 1, borrows: [`${at("a")}/objects`] },
    );
    expect(removals(plan({ judged: [used("a", 90, 100)], trash: [borrowing] }, { max_size: 50 }, automatic()))).toEqual(
      [],
    );
    expect(removals(plan({ judged: [used("a", 90, 100)], trash: [borrowing] }, { max_size: 50 }))).toEqual(["a"]);
  });

  it("is narrowed as well", () => {
    const rows = plan({ trash: inTrash }, { max_size: 1 }, byHand({ selects: ({ id }) => id === "young" }));
    expect(trashRow(rows, "young").action).toBe("destroy");
    expect(trashRow(rows, "old")).toMatchObject({ action: "keep", reason: "not-selected" });
  });

  it("of unknown size counts for nothing", () => {
    const unknown = trashed("u", null, { rule: "stale", since: DATES.old, bytes: null });
    expect(capOf(plan({ trash: [unknown] }, { max_size: 1 }))).toEqual({ maxSize: 1, size: 0, shortfall: 0 });
  });
});

it("is off by default, and then there is nothing to tell", () => {
  expect(capOf(plan({ judged: [used("a", 90, 1e12)] }))).toBeNull();
});

describe("laws", () => {
  const RUNS = { numRuns: 300 };
  const cap = fc.integer({ min: 1, max: 400_000 });

  it("fits, or nothing is left that may be removed; and never removes more than it has to", () => {
    fc.assert(
      fc.property(foundBase, anySettings, request, cap, (found, set, asked, maxSize) => {
        const capped = { ...set, max_size: maxSize };
        const rows = planAtOnce(survey(found, capped), capped, asked);
        const told = rows.cap ?? { size: 0, shortfall: 0, maxSize };
        const taken = rows.entries.filter(({ ruling }) => ruling.rule === "over-cap" && ruling.action === "remove");
        for (const { judged: one, ruling } of taken) {
          expect(ruling.holds).toEqual([]);
          expect(one.troubles).toEqual([]);
          expect(one.lastUsed?.at).toBeLessThanOrEqual(NOW - DAY);
          expect(one.lastUsed?.at).toBeGreaterThan(0);
        }
        if (asked.mode === "automatic") expect(rows.trash.some(({ reason }) => reason === "over-cap")).toBe(false);
        if (asked.selects !== null || asked.only !== null) return;
        const freed =
          sum(taken.map(({ judged: one }) => one.bytes)) +
          sum(rows.trash.filter(({ reason }) => reason === "over-cap").map(({ bytes }) => bytes));
        expect(told.size - freed <= maxSize).toBe(told.shortfall === 0);
        if (taken.length > 0)
          expect(told.size - freed + Math.max(...taken.map(({ judged: one }) => one.bytes ?? 0))).toBeGreaterThan(
            maxSize,
          );
      }),
      RUNS,
    );
  });

  it("a larger cap never removes what a smaller one leaves, and order does not matter", () => {
    fc.assert(
      fc.property(foundBase, anySettings, request, cap, fc.nat(400_000), (found, set, asked, maxSize, more) => {
        const of = (max: number, turned = false): ReadonlySet<string> => {
          const capped = { ...set, max_size: max };
          const all = survey(found, capped);
          const seen = turned ? { ...all, judged: all.judged.toReversed(), trash: all.trash.toReversed() } : all;
          return new Set(removals(planAtOnce(seen, capped, asked)));
        };
        const tight = of(maxSize);
        expect([...of(maxSize + more)].filter((id) => !tight.has(id))).toEqual([]);
        expect([...of(maxSize, true)].toSorted()).toEqual([...tight].toSorted());
      }),
      RUNS,
    );
  });
});

function sum(sizes: readonly (number | null)[]): number {
  return sizes.reduce<number>((total, bytes) => total + (bytes ?? 0), 0);
}
