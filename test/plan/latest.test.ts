// The newest of a group stay, however old they are: `keep_latest` of the kind, or the kind's own number.
import { describe, expect, it } from "vitest";
import type { Expiry } from "../../src/model/inspection.ts";
import type { Judged } from "../../src/model/judgement.ts";
import { DAY } from "../../src/model/time.ts";
import { at, automatic, byHand, judged, NOW, plan, removals, row, settings } from "./build.ts";

const GROUP: Expiry = { rule: "expired", group: "one" };

function session(id: string, days: number | null, over: Partial<Judged> = {}): Judged {
  const lastUsed = days === null ? null : { at: NOW - days * DAY, from: "last_used" };
  const old = days !== null && days > 7;
  return judged(id, old ? "stale" : "live", { expiry: GROUP, lastUsed, old, subject: null, ...over });
}

const keeping = (keep_latest: number, over = {}) => settings({ keep_latest, ...over });

describe("keep_latest", () => {
  const sessions = [session("d", 60), session("a", 1), session("c", 40), session("b", 30)];

  it.each([
    [0, ["d", "c", "b"]],
    [1, ["d", "c", "b"]],
    [2, ["d", "c"]],
    [3, ["d"]],
    [4, []],
    [1_000_000, []],
  ])("%i: of the others those that are old go", (count, gone) => {
    for (const request of [byHand(), automatic()]) {
      expect(removals(plan({ judged: sessions }, keeping(count), request)).toSorted()).toEqual(gone.toSorted());
    }
  });

  it("is a hold with its number, and the rule is keep-latest", () => {
    const rows = plan({ judged: sessions }, keeping(2));
    expect(row(rows, "b").ruling).toEqual({
      rule: "keep-latest",
      holds: [{ code: "latest", by: null, until: null, count: 2 }],
      action: "keep",
    });
    expect(row(rows, "c").ruling).toEqual({ rule: "keep-latest", holds: [], action: "remove" });
    expect(row(rows, "a").ruling).toEqual({ rule: null, holds: [], action: "keep" });
  });

  it("alone takes none: what is not old stays, however many are newer", () => {
    const young = [session("a", 1), session("b", 2), session("c", 3)];
    expect(removals(plan({ judged: young }, keeping(1)))).toEqual([]);
  });

  it("keeps both of two with the same time", () => {
    const twins = [session("a", 30), session("b", 30), session("c", 31)];
    expect(removals(plan({ judged: twins }, keeping(1)))).toEqual(["c"]);
  });

  it("counts each group by itself, and each kind", () => {
    const other = { entry: { ...session("e", 90).entry, store: "hermes-store" } };
    const all = [
      session("a", 30),
      session("b", 31),
      session("c", 50, { expiry: { ...GROUP, group: "two" } }),
      session("d", 51, { expiry: { ...GROUP, group: "two" } }),
      session("e", 90, other),
    ];
    const rows = plan({ judged: all }, keeping(1, { collect: ["hermes-shadow", "hermes-store"] }));
    expect(removals(rows).toSorted()).toEqual(["b", "d"]);
  });

  it("is that of the kind where it has one of its own", () => {
    const rows = plan({ judged: sessions }, keeping(0, { kinds: { "hermes-shadow": { keep_latest: 3 } } }));
    expect(removals(rows)).toEqual(["d"]);
  });

  it("does not count what has no known last use", () => {
    const all = [session("a", null), session("b", 30), session("c", 40)];
    expect(removals(plan({ judged: all }, keeping(1)))).toEqual(["c"]);
  });

  it("counts what is held for another reason", () => {
    const inUse = { code: "active", by: null } as const;
    const all = [session("a", 30, { inUse }), session("b", 40), session("c", 50)];
    expect(removals(plan({ judged: all }, keeping(2)))).toEqual(["c"]);
  });

  it("says nothing of entries without a group", () => {
    const all = [session("a", 30, { expiry: { rule: "expired" } }), session("b", 40, { expiry: { rule: "expired" } })];
    const rows = plan({ judged: all }, keeping(5));
    expect(removals(rows).toSorted()).toEqual(["a", "b"]);
    expect(row(rows, "a").ruling.rule).toBe("expired");
  });

  it("counts among all entries, whatever was selected", () => {
    const selects = ({ path }: { readonly path: string }): boolean => path === at("c") || path === at("d");
    expect(removals(plan({ judged: sessions }, keeping(3), byHand({ selects })))).toEqual(["d"]);
  });
});

describe("what newer ones replace", () => {
  const replaced = { rule: "superseded", group: "pulse", latest: 2 } as const;
  it("stays as long as it is one of the newest, by the number of its kind", () => {
    const all = [30, 31, 32, 33].map((days) => session(`d${days}`, days, { expiry: replaced }));
    const rows = plan({ judged: all }, keeping(100));
    expect(removals(rows).toSorted()).toEqual(["d32", "d33"]);
    expect(row(rows, "d33").ruling.rule).toBe("superseded");
    expect(row(rows, "d31").ruling.holds).toEqual([{ code: "latest", by: null, until: null, count: 2 }]);
  });
});
