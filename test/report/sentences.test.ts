import { describe, expect, it } from "vitest";
import { REASONS, VERDICTS } from "../../src/model/reasons.ts";
import { DEFAULT_SETTINGS } from "../../src/model/settings.ts";
import { HOLD_CODES, SHOWN_OUTCOMES, TRASH_REASONS } from "../../src/report/closed-lists.ts";
import { sweepHolds, sweepNote, whyOf } from "../../src/report/sentences.ts";
import { holdGroup, holdSentence } from "../../src/report/sentences/holds.ts";
import { outcomeSentence, trashOutcomeSentence } from "../../src/report/sentences/outcomes.ts";
import { reasonSentence } from "../../src/report/sentences/reasons.ts";
import { trashSentence } from "../../src/report/sentences/trash.ts";
import { columnsOf } from "../../src/report/width.ts";
import {
  DAY,
  entryResult,
  hold,
  look,
  NOW,
  plannedBase,
  plannedEntry,
  plannedTrash,
  trashResult,
  type EntryWish,
} from "./build.ts";

const here = look();
const tomorrow = NOW + DAY;
const REASON_CODES = VERDICTS.flatMap((verdict) => REASONS[verdict]);

describe("reasons", () => {
  it.each(REASON_CODES)("%s has a sentence, and a form for narrow columns", (code) => {
    const { full, brief, tiny = "" } = reasonSentence(code);
    expect(full.length).toBeGreaterThan(5);
    expect(columnsOf(full)).toBeLessThanOrEqual(84);
    expect(columnsOf(brief)).toBeLessThanOrEqual(36);
    expect(columnsOf(tiny)).toBeLessThanOrEqual(11);
    expect(full).not.toMatch(/[.]$|undefined/);
  });

  it("gives no two reasons the same sentence", () => {
    expect(new Set(REASON_CODES.map((code) => reasonSentence(code).full)).size).toBe(REASON_CODES.length);
  });

  it("says of a missing parent what may be the matter", () => {
    expect(reasonSentence("parent-missing").full).toBe(
      "its parent directory is missing too: the disk may be unplugged",
    );
  });
});

describe("holds", () => {
  it.each([
    [hold("grace", { until: tomorrow }), "its directory vanished recently: waits until 21 Nov 13:20"],
    [hold("grace"), "its directory vanished recently: waits a while"],
    [hold("busy", { by: "/x/index.lock" }), "git is working in it"],
    [hold("kept", { by: "/home/ann/k/**" }), "its directory matches keep: ~/k/**"],
    [hold("kept"), "its directory is on the keep list"],
    [hold("referenced", { by: "/b/x" }), "another repo borrows objects from it: /b/x"],
    [hold("referenced"), "another repo borrows objects from it"],
    [hold("unreadable", { by: "/b/\u001b" }), "it could not be read whole: /b/\\x1b"],
    [hold("unreadable"), "it could not be read whole"],
    [hold("restored", { until: tomorrow }), "it was put back from the trash: stays until 21 Nov 13:20"],
    [hold("restored"), "it was put back from the trash: that counts as a use"],
    [hold("unverified"), "its path does not fit its id: left for a person to decide"],
  ])("%j", (each, sentence) => {
    expect(holdSentence(each, here).full).toBe(sentence);
    expect(columnsOf(holdSentence(each, here).brief)).toBeLessThanOrEqual(36);
  });

  it("tells a loan from one that nobody can know of", () => {
    const path = "/b/x/objects/info/alternates";
    const unread = [{ code: "EACCES", message: "x", path }];
    expect(holdSentence(hold("referenced", { by: path }), here, unread).full).toBe(
      `whether another repo borrows from it is unknown: ${path} cannot be read`,
    );
  });

  it.each(HOLD_CODES)("%s counts one and many", (code) => {
    expect(holdGroup(code, 1)).toMatch(/^1 /);
    expect(holdGroup(code, 1200)).toMatch(/^1,200 /);
  });

  it("agrees in number", () => {
    expect([holdGroup("kept", 1), holdGroup("kept", 2)]).toEqual(["1 that matches keep", "2 that match keep"]);
    expect([holdGroup("restored", 1), holdGroup("restored", 2)]).toEqual([
      "1 that was put back",
      "2 that were put back",
    ]);
  });
});

describe("why a row goes or stays", () => {
  const cases: readonly (readonly [string, EntryWish, string])[] = [
    ["an orphan", {}, "its directory was deleted"],
    ["a stale one", { verdict: "stale" }, "unused for 12 days"],
    ["a stale one of unknown age", { verdict: "stale", usedAt: null }, "unused for longer than the retention"],
    ["an orphan by the stale rule", { rule: "stale" }, "unused for 12 days, and its directory was deleted"],
    [
      "an included one",
      { verdict: "unreachable", rule: "unreachable" },
      "included by you: its parent directory is missing too: the disk may be unplugged",
    ],
    [
      "a held one",
      { holds: [hold("busy"), hold("unverified")] },
      "git is working in it; its path does not fit its id: left for a person to decide",
    ],
    ["a live one", { verdict: "live" }, "its directory is there"],
    ["an orphan nobody asked for", { rule: null }, "its directory was deleted, but this run was not asked for it"],
    [
      "a stale one nobody asked for",
      { verdict: "stale", rule: null },
      "unused for 12 days, but this run was not asked for it",
    ],
    [
      "an unreachable one",
      { verdict: "unreachable", reason: "timed-out" },
      "its disk gave no answer in time: the server may be down",
    ],
  ];

  it.each(cases)("%s", (_, wish, sentence) => {
    expect(whyOf(plannedEntry(wish), plannedBase(), here).full).toBe(sentence);
  });

  it("names the switch that keeps orphans", () => {
    const base = plannedBase({ settings: { ...DEFAULT_SETTINGS, delete_orphans: false } });
    expect(whyOf(plannedEntry({ rule: null }), base, here).full).toBe(
      "its directory was deleted, but delete_orphans is off",
    );
  });

  it("tells where an automatic sweep would decide otherwise", () => {
    const grace = hold("grace", { until: tomorrow });
    const waits = plannedEntry({ sweep: { rule: "orphan", holds: [grace], action: "keep" } });
    const never = plannedEntry({ sweep: { rule: null, holds: [], action: "keep" } });
    expect(sweepNote(waits, plannedBase(), here)).toBe("automatic: waits until 21 Nov 13:20");
    expect(sweepHolds(waits)).toEqual([grace]);
    expect(sweepNote(never, plannedBase(), here)).toBe("automatic: never");
    expect(sweepNote(plannedEntry(), plannedBase(), here)).toBeNull();
    expect(sweepHolds(plannedEntry({ holds: [grace] }))).toEqual([]);
  });
});

describe("trash and outcomes", () => {
  it.each(TRASH_REASONS)("%s has a sentence", (reason) => {
    const { full, brief } = trashSentence(plannedTrash({ reason }), here);
    expect(full.length).toBeGreaterThan(5);
    expect(columnsOf(brief)).toBeLessThanOrEqual(36);
  });

  it("says how to get at something whose place is taken", () => {
    expect(trashSentence(plannedTrash({ reason: "place-taken" }), look({ repeat: "--home /h" })).full).toContain(
      "checkpoints trash restore 7c1b448f910a0160 --swap --home /h",
    );
  });

  it.each([...SHOWN_OUTCOMES, "skipped"] as const)("%s has a sentence for entries and for trash", (outcome) => {
    expect(outcomeSentence(entryResult(plannedEntry(), { outcome }), here)).toMatch(/\w{3}/);
    expect(trashOutcomeSentence(trashResult(plannedTrash(), { outcome }), here)).toMatch(/\w{3}/);
  });

  it("puts the errno first, once, and tells where the rest is", () => {
    const failed = { outcome: "failed", error: { code: "EPERM", message: "operation not permitted\n" } } as const;
    expect(outcomeSentence(entryResult(plannedEntry(), failed), here)).toBe(
      "EPERM: operation not permitted\\x0a; left where it was",
    );
    const named = { ...failed, trashId: "x", error: { code: "EIO", message: "EIO: i/o error" } };
    expect(outcomeSentence(entryResult(plannedEntry(), named), here)).toBe(
      "EIO: i/o error; not finished, its rest is in the trash",
    );
  });
});
