// A whole base: what both modes make of it, in which order entries are removed, and how.
import { describe, expect, it } from "vitest";
import type { Judged } from "../../src/model/judgement.ts";
import type { Step } from "../../src/model/plan.ts";
import type { Rule, Verdict } from "../../src/model/reasons.ts";
import { DAY } from "../../src/model/time.ts";
import { at, automatic, byHand, judged, NOW, plan, removals, row } from "./build.ts";

/** What makes an entry borrow from others. */
function from(...ids: readonly string[]): { readonly borrows: readonly string[] } {
  return { borrows: ids.map((id) => `${at(id)}/objects`) };
}

describe("an empty base", () => {
  it("has an empty plan", () => {
    expect(plan({})).toEqual({ entries: [], trash: [], unreadableBorrows: [], cap: null });
  });
});

describe("a row", () => {
  it("has the ruling of this run and that of a sweep", () => {
    const rows = plan({ judged: [judged("a", "orphan", { verified: false })] });
    expect(row(rows, "a").ruling).toEqual({ rule: "orphan", holds: [], action: "remove" });
    expect(row(rows, "a").sweep).toEqual({
      rule: "orphan",
      holds: [{ code: "unverified", by: null, until: null }],
      action: "keep",
    });
  });

  it("has in automatic runs one ruling for both", () => {
    const found = row(plan({ judged: [judged("a", "orphan", { verified: false })] }, {}, automatic()), "a");
    expect(found.ruling.action).toBe("keep");
    expect(found.sweep).toEqual(found.ruling);
  });

  it("says what a sweep would do, whatever a manual run selects or includes", () => {
    const all = [judged("a", "orphan"), judged("b", "stale"), judged("c", "unreachable"), judged("d", "unidentified")];
    const request = byHand({ selects: (one) => one.id === "c", include: ["unreachable", "unidentified"] });
    const rows = plan({ judged: all }, {}, request);
    expect(removals(rows)).toEqual(["c"]);
    expect(all.map(({ entry }) => row(rows, entry.id).sweep.rule)).toEqual(["orphan", "stale", null, null]);
    const only = plan({ judged: all }, {}, byHand({ only: "orphan" }));
    expect(all.map(({ entry }) => row(only, entry.id).sweep.rule)).toEqual(["orphan", "stale", null, null]);
  });

  it("is judged by the keep patterns, where it has a subject", () => {
    const all = [judged("a", "stale"), judged("b", "stale"), judged("c", "unidentified", { old: true })];
    const rows = plan({ judged: all }, { keep: ["/srv", "~/work/a"] });
    expect(row(rows, "a").ruling).toEqual({
      rule: "stale",
      holds: [{ code: "kept", by: "~/work/a", until: null }],
      action: "keep",
    });
    expect(removals(rows)).toEqual(["b", "c"]);
  });

  it("is held by a restore of its own path, and not of another", () => {
    const rows = plan({ judged: [judged("a", "stale"), judged("b", "stale")], restored: { [at("a")]: NOW - DAY } });
    expect(row(rows, "a").ruling.holds).toEqual([{ code: "restored", by: null, until: NOW + 6 * DAY }]);
    expect(removals(rows)).toEqual(["b"]);
  });
});

describe("the order of the rows", () => {
  it("is removals first, borrowers before lenders, then the rest as it came", () => {
    const all = [
      judged("k1", "live"),
      judged("a", "stale"),
      judged("k2", "unreachable"),
      judged("b", "orphan", from("a")),
      judged("c", "stale"),
      judged("k3", "live"),
    ];
    const ids = plan({ judged: all }).entries.map(({ judged }) => judged.entry.id);
    expect(ids).toEqual(["b", "c", "a", "k1", "k2", "k3"]);
  });
});

describe("the steps", () => {
  const ISOLATE = (rule: Rule): Step => ({ kind: "isolate", rule });
  const DESTROY: Step = { kind: "destroy" };

  it.each<[Exclude<Verdict, "live">, "destroy" | "trash", readonly Step[]]>([
    ["orphan", "destroy", [ISOLATE("orphan"), DESTROY]],
    ["orphan", "trash", [ISOLATE("orphan")]],
    ["stale", "destroy", [ISOLATE("stale"), DESTROY]],
    ["stale", "trash", [ISOLATE("stale")]],
    ["debris", "destroy", [ISOLATE("debris"), DESTROY]],
    ["debris", "trash", [ISOLATE("debris")]],
    // What a person included against the rules is always moved to the trash first.
    ["unreachable", "destroy", [ISOLATE("unreachable")]],
    ["unreachable", "trash", [ISOLATE("unreachable")]],
    ["unidentified", "destroy", [ISOLATE("unidentified")]],
    ["unidentified", "trash", [ISOLATE("unidentified")]],
  ] as const)("for %s, to %s", (rule, disposal, steps) => {
    const rows = plan(
      { judged: [judged("a", rule)] },
      {},
      byHand({ include: ["unreachable", "unidentified"], disposal }),
    );
    expect(row(rows, "a").steps).toEqual(steps);
  });

  it.each([
    ["manual", 7, null, "destroy"],
    ["manual", 0, null, "destroy"],
    ["manual", 7, "trash", "trash"],
    ["manual", 0, "trash", "trash"],
    ["automatic", 7, null, "trash"],
    ["automatic", 0.001, null, "trash"],
    ["automatic", 0, null, "destroy"],
    ["automatic", 7, "destroy", "destroy"],
  ] as const)("go %s, with %d days of trash and %j asked for, to %s", (mode, trash_days, disposal, expected) => {
    const rows = plan({ judged: [judged("a", "stale")] }, { trash_days }, byHand({ mode, disposal }));
    expect(row(rows, "a").steps).toEqual(expected === "trash" ? [ISOLATE("stale")] : [ISOLATE("stale"), DESTROY]);
  });

  it("are none for what is kept", () => {
    const locks = [{ path: "/r/index.lock", at: NOW }];
    const rows = plan({ judged: [judged("a", "live"), judged("b", "stale", { locks })] });
    expect(rows.entries.map(({ steps }) => steps)).toEqual([[], []]);
  });

  it("destroy nothing in an automatic run whose clock is in doubt, though nothing was to stay in the trash", () => {
    const given = { judged: [judged("a", "stale")], clockDoubted: true };
    expect(row(plan(given, { trash_days: 0 }, automatic()), "a").steps).toEqual([ISOLATE("stale")]);
    const asked = automatic({ disposal: "destroy" });
    expect(row(plan(given, {}, asked), "a").steps).toEqual([ISOLATE("stale")]);
    // The twins: a clock that is trusted, and a person who is there.
    expect(row(plan(given, { trash_days: 0 }), "a").steps).toEqual([ISOLATE("stale"), DESTROY]);
    const trusted = { ...given, clockDoubted: false };
    expect(row(plan(trusted, { trash_days: 0 }, automatic()), "a").steps).toEqual([ISOLATE("stale"), DESTROY]);
  });

  it("do not destroy the lender of something that is only moved to the trash", () => {
    const all = [judged("a", "orphan"), judged("b", "orphan", from("a")), judged("c", "unreachable", from("b"))];
    const rows = plan({ judged: all }, {}, byHand({ include: ["unreachable"] }));
    expect(removals(rows)).toEqual(["c", "b", "a"]);
    expect(row(rows, "c").steps).toEqual([ISOLATE("unreachable")]);
    expect(row(rows, "b").steps).toEqual([ISOLATE("orphan")]);
    expect(row(rows, "a").steps).toEqual([ISOLATE("orphan")]);
  });
});

describe("a piece of an entry", () => {
  const piece = (of: string): Judged => {
    const one = judged(`temporary-${of}`, "debris");
    const place = `${of}/objects/pack/tmp_pack_x`;
    const [first] = one.entry.members;
    return { ...one, entry: { ...one.entry, members: [{ ...first, place, path: at(place) }] } };
  };

  it("is removed with its entry, and separately from one that stays", () => {
    const rows = plan({ judged: [judged("a", "stale"), piece("a"), judged("b", "live"), piece("b")] });
    expect(removals(rows).toSorted()).toEqual(["a", "temporary-b"]);
    expect(row(rows, "temporary-a").ruling).toEqual({
      rule: "debris",
      holds: [{ code: "within", by: at("a"), until: null }],
      action: "keep",
    });
  });

  it("is removed separately where the entry is held", () => {
    const held = judged("a", "stale", { locks: [{ path: at("a/index.lock"), at: NOW }] });
    expect(removals(plan({ judged: [held, piece("a")] }))).toEqual(["temporary-a"]);
  });
});
