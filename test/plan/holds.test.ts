// Every hold, each beside its near twin that does not hold.
import { describe, expect, it } from "vitest";
import type { Judged } from "../../src/model/judgement.ts";
import type { Mode } from "../../src/model/plan.ts";
import type { Hold, Rule } from "../../src/model/reasons.ts";
import type { Settings } from "../../src/model/settings.ts";
import { DAY, HOUR, SECOND } from "../../src/model/time.ts";
import { holdsOf, type HoldInput } from "../../src/plan/holds.ts";
import { FREE, judged, NOW, settings } from "./build.ts";

const RULES: readonly Rule[] = ["orphan", "stale", "debris", "unreachable", "unidentified"];
const MODES: readonly Mode[] = ["manual", "automatic"];
const EVERY = MODES.flatMap((mode) => RULES.map((rule) => [mode, rule] as const));

interface Given {
  readonly mode?: Mode;
  readonly rule?: Rule;
  readonly judged?: Partial<Judged>;
  readonly standing?: Partial<HoldInput>;
  readonly settings?: Partial<Settings>;
  readonly alsoCollects?: readonly string[];
}

function holds(given: Given): readonly Hold[] {
  const one = judged("a", "orphan", given.judged);
  const standing = { ...FREE, ...given.standing };
  return holdsOf(one, given.rule ?? "orphan", standing, settings(given.settings), {
    mode: given.mode ?? "automatic",
    now: NOW,
    alsoCollects: given.alsoCollects ?? [],
  });
}

describe.each(EVERY)("%s, the rule %s", (mode, rule) => {
  it("removes what has no hold", () => {
    expect(holds({ mode, rule })).toEqual([]);
  });

  it.each([
    ["just made", NOW, true],
    ["made in the future", NOW + 30 * DAY, true],
    ["24 hours and a second old", NOW - 24 * HOUR - SECOND, false],
    ["24 hours and a millisecond old", NOW - 24 * HOUR - 1, false],
    ["exactly 24 hours old", NOW - 24 * HOUR, false],
    ["a millisecond less than 24 hours old", NOW - 24 * HOUR + 1, true],
    ["a second less than 24 hours old", NOW - 24 * HOUR + SECOND, true],
    ["from 1970", 0, false],
  ])("busy: a lock that is %s", (_, at, held) => {
    const locks = [{ path: "/r/index.lock", at }];
    expect(holds({ mode, rule, judged: { locks } })).toEqual(
      held ? [{ code: "busy", by: "/r/index.lock", until: null }] : [],
    );
  });

  it("unsupported: by what of the format is not supported", () => {
    const by = "extensions.refstorage = reftable";
    expect(holds({ mode, rule, judged: { unsupported: by } })).toEqual([{ code: "unsupported", by, until: null }]);
    expect(holds({ mode, rule, judged: { unsupported: null } })).toEqual([]);
  });

  it("busy: the young lock of several is named", () => {
    const locks = [
      { path: "/r/index.lock", at: NOW - 2 * DAY },
      { path: "/r/gc.pid", at: NOW - HOUR },
    ];
    expect(holds({ mode, rule, judged: { locks } })).toEqual([{ code: "busy", by: "/r/gc.pid", until: null }]);
  });

  it("checked-out: by the worktree that lives on it", () => {
    expect(holds({ mode, rule, judged: { checkout: "/home/ann/rescue/.git" } })).toEqual([
      { code: "checked-out", by: "/home/ann/rescue/.git", until: null },
    ]);
    expect(holds({ mode, rule, judged: { checkout: null } })).toEqual([]);
  });

  it("kept: by the pattern that is named", () => {
    expect(holds({ mode, rule, standing: { keptBy: "~/work" } })).toEqual([
      { code: "kept", by: "~/work", until: null },
    ]);
  });

  it("referenced: by the one that stays", () => {
    const standing = { referencedBy: "/b/other" };
    expect(holds({ mode, rule, standing })).toEqual([{ code: "referenced", by: "/b/other", until: null }]);
  });

  it("referenced: perhaps, by a file that could not be read, unless the unreadable ones are asked for", () => {
    const standing = { unreadableBorrows: "/b/other/objects/info/alternates" };
    const expected = [{ code: "referenced", by: "/b/other/objects/info/alternates", until: null }];
    expect(holds({ mode, rule, standing })).toEqual(expected);
    const asked = holds({ mode, rule: "unreadable", standing });
    expect(asked).toEqual(mode === "automatic" ? expected : []);
  });

  it("referenced: once, with the known borrower, where both apply", () => {
    const standing = { referencedBy: "/b/other", unreadableBorrows: "/b/third/objects/info/alternates" };
    expect(holds({ mode, rule, standing })).toEqual([{ code: "referenced", by: "/b/other", until: null }]);
  });

  it("unreadable: by the first path that could not be read", () => {
    const troubles = ["/r/objects", "/r/refs"].map((path) => ({ code: "EACCES", message: "permission denied", path }));
    expect(holds({ mode, rule, judged: { troubles } })).toEqual([
      { code: "unreadable", by: "/r/objects", until: null, errno: "EACCES" },
    ]);
  });

  it("no-permission: by the entry or by the directory that refuses, with its owner", () => {
    const obstacle = { code: "no-permission", path: "/r", owner: "ann", isEntry: true } as const;
    const held = { code: "no-permission", by: "/r", until: null, owner: "ann", around: false };
    expect(holds({ mode, rule, standing: { obstacle } })).toEqual([held]);
    expect(holds({ mode, rule, standing: { obstacle: { ...obstacle, path: "/b", isEntry: false } } })).toEqual([
      { ...held, by: "/b", around: true, base: "/home/ann/.hermes/checkpoints" },
    ]);
  });

  it.each([
    ["whose time is over and that this run drops", { copyUntil: NOW - 1, copyStays: false }, []],
    ["whose time is over and that this run keeps", { copyUntil: NOW - 1, copyStays: true }, [null]],
    ["whose time is not over", { copyUntil: NOW + 1, copyStays: true }, [NOW + 1]],
  ] as const)("restored: by a copy of it %s", (_, standing, until) => {
    const held = until.map((end) => ({ code: "restored", by: null, until: end }));
    expect(holds({ mode, rule, standing })).toEqual(held);
  });

  it("lower-layer: by the entry", () => {
    const obstacle = { code: "lower-layer", path: "/b/r", owner: null, isEntry: true } as const;
    expect(holds({ mode, rule, standing: { obstacle } })).toEqual([{ code: "lower-layer", by: "/b/r", until: null }]);
  });

  it("read-only: by what is on that file system", () => {
    const obstacle = { code: "read-only", path: "/b", owner: null, isEntry: false } as const;
    expect(holds({ mode, rule, standing: { obstacle } })).toEqual([{ code: "read-only", by: "/b", until: null }]);
  });

  it.each([
    ["now", NOW, true],
    ["in the future", NOW + HOUR, true],
    ["seven days and a second ago", NOW - 7 * DAY - SECOND, false],
    ["seven days and a millisecond ago", NOW - 7 * DAY - 1, false],
    ["exactly seven days ago", NOW - 7 * DAY, false],
    ["a millisecond less than seven days ago", NOW - 7 * DAY + 1, true],
    ["a second less than seven days ago", NOW - 7 * DAY + SECOND, true],
  ])("restored: put back %s", (_, restoredAt, held) => {
    const until = restoredAt + 7 * DAY;
    expect(holds({ mode, rule, standing: { restoredAt } })).toEqual(
      held ? [{ code: "restored", by: null, until }] : [],
    );
  });

  it("all that hold are named, in a fixed order", () => {
    const found = holds({
      mode,
      rule,
      judged: {
        locks: [{ path: "/r/index.lock", at: NOW }],
        troubles: [{ code: "EACCES", message: "permission denied", path: "/r/objects" }],
        missingSince: NOW,
        verified: false,
      },
      standing: { keptBy: "**", referencedBy: "/b/other", restoredAt: NOW },
    });
    const common = ["busy", "kept", "referenced", "unreadable", "restored"];
    const expected = mode === "automatic" && rule === "orphan" ? [...common, "grace", "unverified"] : common;
    expect(found.map(({ code }) => code)).toEqual(expected);
  });
});

describe("a restore shields", () => {
  it.each([
    [30, 30],
    // No shorter than by default, which is what a restore promises whatever the settings of the next run.
    [0.5, 7],
    [0, 7],
    [-1, 7],
  ])("with a retention of %d days for %d days", (retention_days, days) => {
    const shield = (restoredAt: number): readonly Hold[] =>
      holds({ mode: "manual", standing: { restoredAt }, settings: { retention_days } });
    expect(shield(NOW - days * DAY)).toEqual([]);
    expect(shield(NOW - days * DAY + 1)).toEqual([{ code: "restored", by: null, until: NOW + 1 }]);
  });
});

describe("grace", () => {
  const used = (at: number): Partial<Judged> => ({ lastUsed: { at, from: "mtime" } });

  it.each<[string, Partial<Judged>, Partial<Settings>, number | null]>([
    ["used a second less than a day ago", used(NOW - DAY + SECOND), {}, NOW + SECOND],
    ["used a millisecond less than a day ago", used(NOW - DAY + 1), {}, NOW + 1],
    ["used exactly a day ago", used(NOW - DAY), {}, null],
    ["used a millisecond more than a day ago", used(NOW - DAY - 1), {}, null],
    ["used in the future", used(NOW + HOUR), {}, NOW + HOUR + DAY],
    ["missing for a millisecond less than a day", { missingSince: NOW - DAY + 1 }, {}, NOW + 1],
    ["missing for exactly a day", { missingSince: NOW - DAY }, {}, null],
    ["used later than missing", { ...used(NOW - HOUR), missingSince: NOW - 9 * DAY }, {}, NOW - HOUR + DAY],
    ["missing later than used", { ...used(NOW - 9 * DAY), missingSince: NOW - HOUR }, {}, NOW - HOUR + DAY],
    ["seen missing for the first time", { missingSince: null }, {}, NOW + DAY],
    ["seen missing for the first time, no grace", { missingSince: null }, { orphan_grace_hours: 0 }, null],
    ["used just now, no grace", used(NOW), { orphan_grace_hours: 0 }, null],
    ["used half an hour ago, an hour of grace", used(NOW - HOUR / 2), { orphan_grace_hours: 1 }, NOW + HOUR / 2],
    ["used half an hour ago, half an hour of grace", used(NOW - HOUR / 2), { orphan_grace_hours: 0.5 }, null],
  ])("%s", (_, over, set, until) => {
    const expected = until === null ? [] : [{ code: "grace", by: null, until }];
    expect(holds({ judged: over, settings: set })).toEqual(expected);
    expect(holds({ judged: over, settings: set, mode: "manual" })).toEqual([]);
    for (const rule of ["stale", "debris", "unreachable", "unidentified"] as const) {
      expect(holds({ judged: over, settings: set, rule })).toEqual([]);
    }
  });

  it("never ends where the last use is unknown, and is nothing where there is none", () => {
    expect(holds({ judged: { lastUsed: null } })).toEqual([{ code: "grace", by: null, until: null }]);
    expect(holds({ judged: { lastUsed: null, missingSince: NOW - 30 * DAY } })).toHaveLength(1);
    expect(holds({ judged: { lastUsed: null }, settings: { orphan_grace_hours: 0 } })).toEqual([]);
    expect(holds({ judged: { lastUsed: null }, mode: "manual" })).toEqual([]);
  });
});

describe("a last use ahead of the clock", () => {
  const held = (ahead: number): Hold[] =>
    holdsOf(
      judged("a", "orphan", { lastUsed: { at: NOW + ahead, from: "mtime" }, missingSince: NOW - 2 * DAY }),
      "orphan",
      FREE,
      settings({ orphan_grace_hours: 24 }),
      { mode: "automatic", now: NOW },
    );

  it.each([
    ["by a day counts", DAY, ["grace"]],
    ["by more was dated by a wrong clock, and does not", DAY + 1, []],
  ])("%s", (_, ahead, codes) => {
    expect(held(ahead).map(({ code }) => code)).toEqual(codes);
  });
});

describe("unverified", () => {
  const unverified = { verified: false };

  it("holds an orphan whose name does not confirm its workdir, in automatic runs", () => {
    expect(holds({ judged: unverified })).toEqual([{ code: "unverified", by: null, until: null }]);
  });

  it.each<[string, Given]>([
    ["one that is confirmed", { judged: { verified: true } }],
    ["a manual run", { judged: unverified, mode: "manual" }],
    ["the stale rule", { judged: unverified, rule: "stale" }],
    ["the debris rule", { judged: unverified, rule: "debris" }],
    ["one that is about nothing", { judged: { verified: false, subject: null } }],
  ])("does not hold %s", (_, given) => {
    expect(holds(given)).toEqual([]);
  });
});

it("holds a project whose reflog reaches more than its ref, and names the reflog", () => {
  expect(holds({ judged: { reflog: "/s/logs/refs/hermes/a" } })).toEqual([
    { code: "reflog", by: "/s/logs/refs/hermes/a", until: null },
  ]);
});

describe("what its agent says is in use", () => {
  it.each(EVERY)("%s, the rule %s: is held, with what the agent says", (mode, rule) => {
    const inUse = { code: "active", by: "/index.json", sentence: "the run is not over" } as const;
    expect(holds({ mode, rule, judged: { inUse } })).toEqual([{ ...inUse, until: null }]);
  });

  it("is held where what would say so cannot be read, or the agent is running", () => {
    const unread = { code: "witness", by: "/index.json", errno: "EACCES" } as const;
    expect(holds({ judged: { inUse: unread } })).toEqual([{ ...unread, until: null }]);
    expect(holds({ judged: { inUse: { code: "unsure-owner", by: null } } }).map(({ code }) => code)).toEqual([
      "unsure-owner",
    ]);
  });
});

describe("a kind of store", () => {
  const kind = (store: string): Partial<Judged> => ({ entry: { ...judged("a", "orphan").entry, store } });

  it.each(EVERY)("%s, the rule %s: is held where collect does not name its kind", (mode, rule) => {
    const given = { mode, rule, judged: kind("hermes-store") };
    const held: Hold = { code: "not-enabled", by: "hermes-store", until: null };
    expect(holds(given)).toEqual([held]);
    expect(holds({ ...given, settings: { collect: ["hermes-shadow", "hermes-store"] } })).toEqual([]);
    expect(holds({ mode, rule, settings: { collect: [] } }).map(({ code }) => code)).toEqual(["not-enabled"]);
  });

  it.each([
    ["manual", []],
    ["automatic", ["not-enabled"]],
  ] as const)("of an agent that was named is taken by a manual run, and by no automatic one: %s", (mode, codes) => {
    const given = { mode, alsoCollects: ["hermes-store"] };
    expect(holds({ ...given, judged: kind("hermes-store") }).map(({ code }) => code)).toEqual(codes);
    expect(holds({ ...given, judged: kind("hermes-archive") }).map(({ code }) => code)).toEqual(["not-enabled"]);
  });

  it("that a host brought is held and collected as the built-in kinds are", () => {
    expect(holds({ judged: kind("toy") }).map(({ code }) => code)).toEqual(["not-enabled"]);
    expect(holds({ judged: kind("toy"), settings: { collect: ["toy"] } })).toEqual([]);
  });
});

describe("what is inside a directory that is removed", () => {
  it("is held by it", () => {
    expect(holds({ standing: { within: "/b/repo" } })).toEqual([{ code: "within", by: "/b/repo", until: null }]);
  });
});
