// Which rule removes what, before any hold: the verdict table of the design, in both modes.
import { describe, expect, it } from "vitest";
import type { Judged } from "../../src/model/judgement.ts";
import type { Rule, Verdict } from "../../src/model/reasons.ts";
import { DAY } from "../../src/model/time.ts";
import type { Settings } from "../../src/model/settings.ts";
import { POLICIES, rule } from "../../src/plan/policies.ts";
import type { Request } from "../../src/plan/request.ts";
import { automatic, byHand, FREE, judged, NOW, settings } from "./build.ts";

const BOTH = ["unreachable", "unidentified"] as const;

const EXPIRED = { rule: "expired" } as const;

interface Case {
  readonly name: string;
  readonly verdict: Verdict;
  readonly judged?: Partial<Judged>;
  readonly settings?: Partial<Settings>;
  readonly request?: Partial<Request>;
  readonly byHand: Rule | null;
  readonly automatic: Rule | null;
}

const CASES: readonly Case[] = [
  { name: "live", verdict: "live", byHand: null, automatic: null },
  { name: "live, everything included", verdict: "live", request: { include: BOTH }, byHand: null, automatic: null },
  { name: "an orphan", verdict: "orphan", byHand: "orphan", automatic: "orphan" },
  {
    name: "an orphan, orphans off",
    verdict: "orphan",
    settings: { delete_orphans: false },
    byHand: null,
    automatic: null,
  },
  { name: "an old orphan", verdict: "orphan", judged: { old: true }, byHand: "orphan", automatic: "orphan" },
  {
    name: "an old orphan, orphans off",
    verdict: "orphan",
    judged: { old: true },
    settings: { delete_orphans: false },
    byHand: "stale",
    automatic: "stale",
  },
  { name: "stale", verdict: "stale", byHand: "stale", automatic: "stale" },
  {
    name: "stale, orphans off",
    verdict: "stale",
    settings: { delete_orphans: false },
    byHand: "stale",
    automatic: "stale",
  },
  { name: "old debris", verdict: "debris", byHand: "debris", automatic: "debris" },
  {
    name: "old debris, orphans off",
    verdict: "debris",
    settings: { delete_orphans: false },
    byHand: "debris",
    automatic: "debris",
  },
  { name: "old debris, only stale", verdict: "debris", request: { only: "stale" }, byHand: null, automatic: null },
  {
    name: "an old empty file",
    verdict: "debris",
    judged: { reason: "empty" },
    byHand: "empty",
    automatic: "empty",
  },
  {
    name: "a fresh empty file",
    verdict: "debris",
    judged: { reason: "empty", old: false },
    byHand: null,
    automatic: null,
  },
  { name: "an old session", verdict: "stale", judged: { expiry: EXPIRED }, byHand: "expired", automatic: "expired" },
  { name: "a fresh session", verdict: "live", judged: { expiry: EXPIRED }, byHand: null, automatic: null },
  {
    name: "an old session, only stale",
    verdict: "stale",
    judged: { expiry: EXPIRED },
    request: { only: "stale" },
    byHand: "expired",
    automatic: "expired",
  },
  {
    name: "an old session, only orphans",
    verdict: "stale",
    judged: { expiry: EXPIRED },
    request: { only: "orphan" },
    byHand: null,
    automatic: null,
  },
  {
    name: "an old session of a group, and none is kept for being new",
    verdict: "stale",
    judged: { expiry: { ...EXPIRED, group: "one" } },
    byHand: "expired",
    automatic: "expired",
  },
  {
    name: "an old session of a group that keeps the newest",
    verdict: "stale",
    judged: { expiry: { ...EXPIRED, group: "one" } },
    settings: { keep_latest: 3 },
    byHand: "keep-latest",
    automatic: "keep-latest",
  },
  {
    name: "an old session without a group, where groups keep the newest",
    verdict: "stale",
    judged: { expiry: EXPIRED },
    settings: { keep_latest: 3 },
    byHand: "expired",
    automatic: "expired",
  },
  {
    name: "an old session that a newer one replaces",
    verdict: "stale",
    judged: { expiry: { rule: "superseded", group: "one", latest: 2 } },
    byHand: "superseded",
    automatic: "superseded",
  },
  {
    name: "a fresh session that a newer one replaces",
    verdict: "live",
    judged: { expiry: { rule: "superseded", group: "one", latest: 2 } },
    byHand: null,
    automatic: null,
  },
  { name: "fresh debris", verdict: "debris", judged: { old: false }, byHand: null, automatic: null },
  {
    name: "fresh debris, everything included",
    verdict: "debris",
    judged: { old: false },
    request: { include: BOTH },
    byHand: null,
    automatic: null,
  },
  { name: "unreachable", verdict: "unreachable", byHand: null, automatic: null },
  {
    name: "unreachable, included",
    verdict: "unreachable",
    request: { include: ["unreachable"] },
    byHand: "unreachable",
    automatic: null,
  },
  {
    name: "unreachable, the other included",
    verdict: "unreachable",
    request: { include: ["unidentified"] },
    byHand: null,
    automatic: null,
  },
  { name: "unidentified", verdict: "unidentified", byHand: null, automatic: null },
  {
    name: "unidentified, included",
    verdict: "unidentified",
    request: { include: ["unidentified"] },
    byHand: "unidentified",
    automatic: null,
  },
  {
    name: "unidentified, the other included",
    verdict: "unidentified",
    request: { include: ["unreachable"] },
    byHand: null,
    automatic: null,
  },
  {
    name: "an orphan, only orphans",
    verdict: "orphan",
    request: { only: "orphan" },
    byHand: "orphan",
    automatic: "orphan",
  },
  { name: "an orphan, only stale", verdict: "orphan", request: { only: "stale" }, byHand: null, automatic: null },
  {
    name: "an old orphan, only stale",
    verdict: "orphan",
    judged: { old: true },
    request: { only: "stale" },
    byHand: "stale",
    automatic: "stale",
  },
  { name: "stale, only orphans", verdict: "stale", request: { only: "orphan" }, byHand: null, automatic: null },
  {
    name: "unreachable, included, only orphans",
    verdict: "unreachable",
    request: { include: BOTH, only: "orphan" },
    byHand: null,
    automatic: null,
  },
];

describe("the policies", () => {
  it("are asked in the order in which they are shown", () => {
    expect(POLICIES.map((policy) => policy.rule)).toEqual([
      "orphan",
      "debris",
      "empty",
      "stale",
      "superseded",
      "keep-latest",
      "expired",
      "unreachable",
      "unidentified",
      "unreadable",
    ]);
  });

  it.each(CASES)("manual: $name", (one) => {
    const ruling = rule(judged("a", one.verdict, one.judged), FREE, settings(one.settings), byHand(one.request));
    expect(ruling).toEqual({ rule: one.byHand, holds: [], action: one.byHand === null ? "keep" : "remove" });
  });

  it.each(CASES)("automatic: $name", (one) => {
    const ruling = rule(judged("a", one.verdict, one.judged), FREE, settings(one.settings), automatic(one.request));
    expect(ruling).toEqual({ rule: one.automatic, holds: [], action: one.automatic === null ? "keep" : "remove" });
  });
});

describe("an old orphan that the orphan rule may not remove yet", () => {
  const missing = { old: true, missingSince: NOW };

  it("is removed by the stale rule", () => {
    expect(rule(judged("a", "orphan", missing), FREE, settings(), automatic())).toMatchObject({
      rule: "stale",
      holds: [],
      action: "remove",
    });
    expect(rule(judged("a", "orphan", { old: true, verified: false }), FREE, settings(), automatic()).rule).toBe(
      "stale",
    );
  });

  it("waits where it is not old, and where only orphans may be removed", () => {
    const fresh = rule(judged("a", "orphan", { missingSince: NOW }), FREE, settings(), automatic());
    expect(fresh).toMatchObject({ rule: "orphan", action: "keep", holds: [{ code: "grace" }] });
    const narrowed = rule(judged("a", "orphan", missing), FREE, settings(), automatic({ only: "orphan" }));
    expect(narrowed).toMatchObject({ rule: "orphan", action: "keep", holds: [{ code: "grace" }] });
  });

  it("names the first rule that wants it where both are held", () => {
    const ruling = rule(judged("a", "orphan", missing), { ...FREE, keptBy: "~/work" }, settings(), automatic());
    expect(ruling.rule).toBe("orphan");
    expect(ruling.holds.map(({ code }) => code)).toEqual(["kept", "grace"]);
  });
});

describe("an entry that is old but could not be fully read", () => {
  it.each([
    ["live", []],
    ["unreachable", []],
    ["unreachable", ["unreachable"]],
    ["unidentified", ["unidentified"]],
  ] as const)("is held (%s, included %j)", (verdict, include) => {
    const troubles = [{ code: "EACCES", message: "permission denied", path: "/r/objects" }];
    const ruling = rule(judged("a", verdict, { old: true, troubles }), FREE, settings(), byHand({ include }));
    expect(ruling).toEqual({
      rule: "stale",
      action: "keep",
      holds: [{ code: "unreadable", by: "/r/objects", until: null, errno: "EACCES" }],
    });
  });
});

describe("an entry that could not be fully read, where a person includes the unreadable ones", () => {
  const troubles = [{ code: "EACCES", message: "permission denied", path: "/r/objects" }];
  const request = byHand({ include: ["unreadable"] });

  it.each([
    ["live", { old: true }, "remove"],
    ["live", { old: false, lastUsed: null }, "remove"],
    ["live", { old: false }, "keep"],
    ["orphan", { old: false }, "remove"],
    ["unreachable", { old: false }, "remove"],
    ["unidentified", { old: false }, "remove"],
  ] as const)("%s, %j: %s", (verdict, more, action) => {
    const ruling = rule(judged("a", verdict, { ...more, troubles }), FREE, settings(), request);
    expect(ruling.action).toBe(action);
    if (action === "remove") expect(ruling.rule).toBe("unreadable");
  });

  it("is held by what holds all the others, and never removed by an automatic run", () => {
    const unread = judged("a", "orphan", { troubles });
    const kept = rule(unread, { ...FREE, keptBy: "/x" }, settings(), request);
    expect(kept.action).toBe("keep");
    expect(rule(unread, FREE, settings(), automatic({ include: ["unreadable"] })).action).toBe("keep");
  });

  it("removes nothing that was fully read", () => {
    expect(rule(judged("a", "unidentified"), FREE, settings(), request).action).toBe("keep");
  });
});

describe("a selection", () => {
  const MEASURED = { lastUsed: NOW - 30 * DAY, bytes: 26_163 };

  it("removes nothing that it does not name, and holds nothing either", () => {
    const locked = judged("a", "orphan", { locks: [{ path: "/r/index.lock", at: NOW }] });
    expect(rule(locked, FREE, settings(), byHand({ selects: () => false }))).toEqual({
      rule: null,
      holds: [],
      action: "keep",
    });
    expect(rule(locked, FREE, settings(), byHand({ selects: () => true })).rule).toBe("orphan");
  });

  it("is asked for the id, the path, the workdir or null, the last use and the size", () => {
    const asked: unknown[] = [];
    const selects = (row: unknown): boolean => asked.push(row) > 0;
    rule(judged("a", "orphan"), FREE, settings(), byHand({ selects }));
    rule(judged("b", "unidentified"), FREE, settings(), byHand({ selects }));
    expect(asked).toEqual([
      { ...MEASURED, id: "a", path: "/home/ann/.hermes/checkpoints/a", subject: "/home/ann/work/a" },
      { ...MEASURED, id: "b", path: "/home/ann/.hermes/checkpoints/b", subject: null },
    ]);
  });

  it("of everything does not remove what no rule applies to", () => {
    expect(rule(judged("a", "live"), FREE, settings(), byHand({ selects: () => true })).action).toBe("keep");
  });
});
