// An agent that keeps no more than a number of entries: those that it would remove, as far as nothing holds them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AgentLimits } from "../../src/model/inspection.ts";
import type { Judged } from "../../src/model/judgement.ts";
import type { EntryLimit } from "../../src/model/plan.ts";
import { DAY, HOUR } from "../../src/model/time.ts";
import { mayBeBeyond, overCapRuling } from "../../src/plan/entry-limit.ts";
import { automatic, byHand, FREE, judged, NOW, plan, removals, row, type Rows, settings } from "./build.ts";

const MONTH: Pick<AgentLimits, "keeps" | "sentence"> = { keeps: 30 * DAY, sentence: "its agent keeps it" };

/** A session that was used so many days ago; `ahead`: of how many others that is true for less. */
function session(id: string, days: number, ahead: number | null, over: Partial<Judged> = {}, most = 2): Judged {
  const count = { most, from: most + 1, total: 5, ahead };
  return judged(id, "live", {
    expiry: { rule: "expired" },
    lastUsed: { at: NOW - days * DAY, from: "updatedAt" },
    limits: { ...MONTH, count },
    subject: null,
    ...over,
  });
}

const FIVE = [session("c", 4, 2), session("a", 2, 0), session("e", 6, 4), session("b", 3, 1), session("d", 5, 3)];

function limitIn({ entryLimits }: Rows): EntryLimit | undefined {
  return entryLimits?.[0];
}

/** Those that go, with others in the place of some. */
function gone(over: Readonly<Record<string, Partial<Judged>>>, set = {}): readonly string[] {
  const all = FIVE.map((one) => ({ ...one, ...over[one.entry.id] }));
  return removals(plan({ judged: all }, set));
}

describe("more entries than the agent keeps", () => {
  it.each([
    [1, ["e", "d", "c", "b"]],
    [2, ["e", "d", "c"]],
    [4, ["e"]],
    [5, []],
  ])("of five, where it keeps %i: %j go, the oldest first", (most, expected) => {
    const all = FIVE.map((one) => session(one.entry.id, 2, one.limits?.count?.ahead ?? null, {}, most));
    for (const request of [byHand(), automatic()])
      expect(removals(plan({ judged: all }, {}, request))).toEqual(expected);
    const left = Math.max(most, 5 - expected.length);
    expect(limitIn(plan({ judged: all }))).toEqual({ kind: "hermes-shadow", most, count: 5, shortfall: left - most });
  });

  it("go to the trash, manually too", () => {
    const rows = plan({ judged: FIVE });
    expect(row(rows, "e").ruling).toEqual({ rule: "over-cap", holds: [], action: "remove" });
    expect(row(rows, "e").steps).toEqual([{ kind: "isolate", rule: "over-cap" }]);
    expect(row(rows, "a").ruling).toEqual({ rule: null, holds: [], action: "keep" });
  });

  it("have no limit where the agent tells none", () => {
    const all = FIVE.map((one) => ({ ...one, limits: MONTH }));
    expect(plan({ judged: all })).not.toHaveProperty("entryLimits");
    expect(removals(plan({ judged: all }))).toEqual([]);
  });

  it("are counted for their own kind", () => {
    const other = session("z", 9, 4, { limits: MONTH });
    const all = [...FIVE, { ...other, entry: { ...other.entry, store: "other" } }, judged("s", "live")];
    expect(removals(plan({ judged: all }))).toEqual(["e", "d", "c"]);
  });

  it("stay before there are so many that the agent removes any", () => {
    const all = FIVE.map((one) => ({
      ...one,
      limits: { ...MONTH, count: { most: 2, from: 6, total: 5, ahead: one.limits?.count?.ahead ?? null } },
    }));
    expect([removals(plan({ judged: all })), limitIn(plan({ judged: all }))?.shortfall]).toEqual([[], 0]);
  });

  it("ties by id", () => {
    const all = [session("y", 5, 3), session("x", 5, 3), session("a", 1, 0), session("b", 1, 1), session("c", 1, 2)];
    expect(removals(plan({ judged: all }))).toEqual(["y", "x", "c"]);
  });
});

describe("one of them that stays, and no other one in its place", () => {
  const active = { code: "active", by: null } as const;
  it.each([
    ["in use", { inUse: active }],
    ["busy", { locks: [{ path: "/x.lock", at: NOW }] }],
    ["used within a day", { lastUsed: { at: NOW - DAY + HOUR, from: "mtime" } }],
    ["of a time that is none", { lastUsed: { at: 0, from: "mtime" } }],
    ["of no known time", { lastUsed: null }],
    ["of a time that is not exact", { lastUsedExact: false }],
    ["not identified", { verdict: "unidentified" }],
    ["no session", { expiry: undefined }],
    ["held by another rule", { old: true, verdict: "stale", inUse: active }],
  ] as const)("is %s", (_, over) => {
    const { expiry, ...rest } = { ...FIVE.find(({ entry }) => entry.id === "d"), ...over } as Judged;
    const one: Judged = expiry === undefined ? rest : { ...rest, expiry };
    const rows = plan({ judged: [...FIVE.filter(({ entry }) => entry.id !== "d"), one] });
    expect(removals(rows)).toEqual(["e", "c"]);
    expect(limitIn(rows)).toEqual({ kind: "hermes-shadow", most: 2, count: 5, shortfall: 1 });
  });

  it("is one that the agent removes for no number", () => {
    const all = [session("a", 2, null), session("b", 90, null), session("c", 3, 2), session("d", 4, 3)];
    expect(removals(plan({ judged: all }))).toEqual(["d", "c"]);
  });

  it("is of a kind that is not collected", () => {
    const rows = plan({ judged: FIVE }, { collect: [] });
    expect([removals(rows), row(rows, "e").ruling]).toEqual([[], { rule: null, holds: [], action: "keep" }]);
  });
});

describe("what other rules remove", () => {
  it("counts no more, and is ahead of nothing", () => {
    const old = { old: true, verdict: "stale", lastUsed: { at: NOW - 40 * DAY, from: "mtime" } } as const;
    expect(gone({ a: old })).toEqual(["a", "e", "d"]);
    expect(gone({ e: old })).toEqual(["e", "d", "c"]);
    expect(gone({ a: old, b: old, c: old })).toEqual(expect.arrayContaining(["a", "b", "c"]) as string[]);
    expect(gone({ a: old, b: old, c: old })).toHaveLength(3);
  });

  it("is the size of the base, where that is limited too: what is left of it is counted once", () => {
    const snapshot = judged("s", "live", { bytes: 1000, lastUsed: { at: NOW - 3 * DAY, from: "mtime" } });
    const all = [...FIVE.map((one) => ({ ...one, bytes: 100 })), snapshot];
    expect(removals(plan({ judged: all }, { max_size: 1200 }))).toEqual(["e", "d", "c"]);
    expect(removals(plan({ judged: all }, { max_size: 1199 }))).toEqual(["e", "d", "c", "s"]);
  });

  it("is nothing of this, where the run is for one rule alone", () => {
    expect(removals(plan({ judged: FIVE }, {}, byHand({ only: "orphan" })))).toEqual([]);
  });

  it("takes of what was selected", () => {
    const selects = ({ id }: { readonly id: string }): boolean => id === "a" || id === "d";
    expect(removals(plan({ judged: FIVE }, {}, byHand({ selects })))).toEqual(["d"]);
  });
});

describe("at the moment of the move", () => {
  const ruled = (one: Judged): string => overCapRuling(one, FREE, settings(), byHand()).action;

  it("it goes while the agent would still remove it", () => {
    expect(ruled(session("d", 5, 3))).toBe("remove");
    expect(ruled(session("d", 5, 2))).toBe("remove");
  });

  it("it stays where it moved up, was protected, or has no limit any more", () => {
    expect(ruled(session("d", 5, 1))).toBe("keep");
    expect(ruled(session("d", 5, null))).toBe("keep");
    expect(ruled(session("d", 5, 3, { limits: MONTH }))).toBe("keep");
    const { limits: _, ...without } = session("d", 5, 3);
    expect(ruled(without)).toBe("keep");
  });
});

describe("what is read whole before the plan", () => {
  it.each([
    ["one beyond", session("d", 5, 3), true],
    ["one that stays", session("b", 5, 1), false],
    ["one that is old", session("d", 5, 3, { old: true, verdict: "stale" }), false],
    ["one without a limit", session("d", 5, 3, { limits: MONTH }), false],
    [
      "one of a few too many",
      session("d", 5, 3, { limits: { ...MONTH, count: { most: 2, from: 6, total: 5, ahead: 3 } } }),
      false,
    ],
  ])("%s", (_, one, expected) => {
    expect(mayBeBeyond(one)).toBe(expected);
  });
});

describe("an agent that keeps entries for longer than the retention", () => {
  const old = (id: string, days: number, expiry: Judged["expiry"]): Judged =>
    session(id, days, null, { old: true, verdict: "stale", ...(expiry === undefined ? {} : { expiry }) });
  const held = [{ code: "active", by: null, until: null, sentence: "its agent keeps it" }];

  it.each([
    ["expired", { rule: "expired" }, {}],
    ["keep-latest", { rule: "expired", group: "g", latest: 1 }, {}],
  ] as const)("holds them against the rule %s", (rule, expiry, set) => {
    const all = [old("new", 1, expiry), old("a", 29, expiry), old("b", 31, expiry)];
    const rows = plan({ judged: all }, set);
    expect(row(rows, "a").ruling).toEqual({ rule, holds: held, action: "keep" });
    expect(removals(rows)).toEqual(["b"]);
  });

  it("does not hold a heartbeat that a newer one replaces", () => {
    const beat = { rule: "superseded", group: "g", latest: 1, after: 7 * DAY } as const;
    expect(removals(plan({ judged: [old("new", 1, beat), old("a", 29, beat)] }))).toEqual(["a"]);
  });

  it("holds one of no known time", () => {
    const one = session("a", 0, null, { old: true, verdict: "stale", lastUsed: null });
    expect(row(plan({ judged: [one] }), "a").ruling.holds).toEqual(held);
  });
});

it("takes only what the agent would, leaves what it keeps, and finds nothing more afterwards", () => {
  const entry = fc.record({
    days: fc.integer({ min: 0, max: 60 }),
    isExempt: fc.boolean(),
    isHeld: fc.boolean(),
    isOld: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (all, most) => {
      const named = all.map((one, nth) => ({
        ...one,
        id: `e${String(nth).padStart(2, "0")}`,
        isOld: one.isOld && one.days > 0,
      }));
      /** As the agent counts them. */
      const counted = (some: typeof named): readonly Judged[] =>
        some.map(({ id, days, isExempt, isHeld, isOld }) => {
          const newer = some.filter((one) => !one.isExempt && one.days < days).length;
          const kept = some.filter((one) => one.isExempt).length;
          const count = { most, from: most + 1, total: some.length, ahead: isExempt ? null : kept + newer };
          return session(id, days, null, {
            limits: { ...MONTH, keeps: 0, count },
            ...(isHeld ? { inUse: { code: "active", by: null } as const } : {}),
            ...(isOld ? { old: true, verdict: "stale" as const } : {}),
          });
        });
      const going = new Set(removals(plan({ judged: counted(named) })));
      const left = named.filter(({ id }) => !going.has(id));
      expect(removals(plan({ judged: counted(left) }))).toEqual([]);
      const stay = named.filter(({ isOld, isHeld }) => !isOld || isHeld);
      // The agent itself: what it always keeps, and of the others the newest.
      const room = Math.max(0, most - stay.filter(({ isExempt }) => isExempt).length);
      const others = stay.filter(({ isExempt }) => !isExempt).toSorted((a, b) => a.days - b.days);
      const last = others[room - 1]?.days ?? (room === 0 ? -1 : Infinity);
      for (const { id, days, isExempt, isHeld } of stay) {
        if (isExempt || isHeld || days <= last) expect(going.has(id)).toBe(false);
        else expect(going.has(id)).toBe(stay.length > most && days > 0);
      }
    }),
    { numRuns: 500 },
  );
});
