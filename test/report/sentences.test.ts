import { describe, expect, it } from "vitest";
import { AGENTS } from "../../src/agents/index.ts";
import { REASONS, VERDICTS } from "../../src/model/reasons.ts";
import { DEFAULT_SETTINGS } from "../../src/model/settings.ts";
import { TRASH_REASONS } from "../../src/model/trash.ts";
import { HOLD_CODES } from "../../src/model/reasons.ts";
import { SHOWN_OUTCOMES } from "../../src/model/result.ts";
import { sweepHolds, sweepNote, whyOf } from "../../src/report/sentences.ts";
import { holdGroup, holdSentence } from "../../src/report/sentences/holds.ts";
import { outcomeSentence, trashOutcomeSentence } from "../../src/report/sentences/outcomes.ts";
import { REASON_SENTENCES } from "../../src/report/sentences/reasons.ts";
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
/** Those of any kind, and those that an agent has for itself. */
const ALL: Readonly<Record<string, string>> = Object.fromEntries(
  [REASON_SENTENCES, ...AGENTS.map(({ reasons }) => reasons)].flatMap((one) => Object.entries(one)),
);
const REASON_CODES = Object.keys(ALL);

describe("reasons", () => {
  it.each(REASON_CODES)("%s has a sentence", (code) => {
    const sentence = ALL[code] ?? "";
    expect(sentence.length).toBeGreaterThan(5);
    expect(columnsOf(sentence)).toBeLessThanOrEqual(84);
    expect(sentence).not.toMatch(/[.]$|undefined/);
  });

  it("gives no two reasons the same sentence", () => {
    expect(new Set(Object.values(ALL)).size).toBe(REASON_CODES.length);
  });

  it("has one for each code that any kind may have, and agents have codes of their own", () => {
    const general = VERDICTS.flatMap((verdict) => REASONS[verdict]);
    expect(Object.keys(REASON_SENTENCES).toSorted()).toEqual(general.toSorted());
    for (const { reasons } of AGENTS)
      expect(Object.keys(reasons).filter((code) => code in REASON_SENTENCES)).toEqual([]);
  });

  it("is the code where nothing else is known of it", () => {
    const planned = plannedEntry({ verdict: "unidentified", reason: "of-tomorrow", action: "keep" });
    expect(whyOf(planned, plannedBase(), here)).toBe("of-tomorrow");
    const judged = { ...planned.judged, sentence: "it is of tomorrow" };
    expect(whyOf({ ...planned, judged }, plannedBase(), here)).toBe("it is of tomorrow");
  });

  it("says of a missing parent what may be the matter", () => {
    expect(REASON_SENTENCES["parent-missing"]).toBe("its parent directory is missing too: the disk may be unplugged");
  });
});

describe("a directory that was renamed", () => {
  it("is named as it is now", () => {
    const wish = { verdict: "unreachable", reason: "renamed", action: "keep" } as const;
    const planned = plannedEntry(wish);
    const judged = { ...planned.judged, evidence: { "its place now": "/home/ann/code/customers" } };
    expect(whyOf({ ...planned, judged }, plannedBase(), here)).toBe(
      "it was renamed: the same directory exists under another name, ~/code/customers",
    );
  });
});

describe("holds", () => {
  it.each([
    [hold("grace", { until: tomorrow }), "its directory disappeared recently: kept until 21 Nov 13:20"],
    [hold("grace"), "its directory disappeared recently: kept for now"],
    [hold("busy", { by: "/x/index.lock" }), "git is working in it"],
    [hold("kept", { by: "/home/ann/k/**" }), "its directory matches keep: ~/k/**"],
    [hold("kept"), "its directory is on the keep list"],
    [hold("referenced", { by: "/b/x" }), "another repo borrows objects from it: /b/x"],
    [hold("referenced"), "another repo borrows objects from it"],
    [
      hold("checked-out", { by: "/home/ann/rescue/.git" }),
      "a worktree elsewhere uses it (git worktree remove): ~/rescue",
    ],
    [hold("checked-out"), "a worktree elsewhere uses it"],
    [hold("reflog", { by: "/s/logs/refs/a" }), "its reflog has snapshots that its ref does not have: /s/logs/refs/a"],
    [hold("unreadable", { by: "/b/\u001b" }), "it could not be fully read: /b/\\x1b"],
    [hold("unreadable"), "it could not be fully read"],
    [hold("restored", { until: tomorrow }), "it was restored from the trash: kept until 21 Nov 13:20"],
    [hold("restored"), "it was restored from the trash, which counts as a use"],
    [hold("unverified"), "its path does not match its id: only removed manually"],
    [
      { ...hold("no-permission", { by: "/b/it's" }), owner: "root", around: false },
      `/b/it's belongs to root: only root can change it; to take ownership: sudo chown -R "$(id -u)" '/b/it'\\''s'`,
    ],
    [
      { ...hold("no-permission", { by: "/home/ann/b" }), owner: "ann", around: true, base: "/home/ann/b" },
      "~/b belongs to ann: run it as ann: sudo -u ann checkpoints prune --base /home/ann/b",
    ],
    [
      { ...hold("no-permission", { by: "/b" }), owner: "#1234", around: true, base: "/b/it's" },
      `/b belongs to user 1234: run it as user 1234: sudo -u '#1234' checkpoints prune --base '/b/it'\\''s'`,
    ],
    [hold("no-permission", { by: "/home/ann/b" }), "~/b cannot be written to: chmod u+rwx /home/ann/b"],
    [hold("read-only", { by: "/b" }), "/b is on a read-only file system: remount it for writing first"],
    [
      hold("lower-layer", { by: "/b/r" }),
      "/b/r is in a lower layer of an overlay mount, from which no directory can be moved: remove it where it was made",
    ],
    [hold("settings-unknown"), "kept until the mistakes in the settings are corrected"],
  ])("%j", (each, sentence) => {
    expect(holdSentence(each, here)).toBe(sentence);
  });

  it("distinguishes a known borrower from alternates that cannot be read", () => {
    const path = "/b/x/objects/info/alternates";
    const unread = [{ code: "EACCES", message: "x", path }];
    expect(holdSentence(hold("referenced", { by: path }), here, { unreadableBorrows: unread })).toBe(
      `another repo may borrow objects from it: ${path} cannot be read`,
    );
  });

  it("names what collect has already beside the kind that it lacks, since a flag replaces the setting", () => {
    const held = hold("not-enabled", { by: "hermes-sessions" });
    const settings = { ...DEFAULT_SETTINGS, collect: ["hermes-shadow", "toy"] };
    expect(holdSentence(held, here, { settings })).toContain("(--set collect=hermes-shadow,toy,hermes-sessions)");
    expect(holdSentence(held, here, { settings: { ...settings, collect: [] } })).toContain("=hermes-sessions)");
  });

  it.each(HOLD_CODES)("%s counts one and many", (code) => {
    expect(holdGroup(code, 1)).toMatch(/^1 /);
    expect(holdGroup(code, 1200)).toMatch(/^1,200 /);
  });

  it("agrees in number", () => {
    expect([holdGroup("kept", 1), holdGroup("kept", 2)]).toEqual(["1 that matches keep", "2 that match keep"]);
    expect([holdGroup("restored", 1), holdGroup("restored", 2)]).toEqual([
      "1 that was restored",
      "2 that were restored",
    ]);
  });
});

describe("why a row is removed or stays", () => {
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
      "git is working in it; its path does not match its id: only removed manually",
    ],
    ["a live one", { verdict: "live" }, "its directory exists"],
    ["an orphan that was not asked for", { rule: null }, "its directory was deleted, but this run does not select it"],
    [
      "a stale one that was not asked for",
      { verdict: "stale", rule: null },
      "unused for 12 days, but this run does not select it",
    ],
    [
      "an unreachable one",
      { verdict: "unreachable", reason: "timed-out" },
      "its disk did not answer in time: the server may be down",
    ],
  ];

  it.each(cases)("%s", (_, wish, sentence) => {
    expect(whyOf(plannedEntry(wish), plannedBase(), here)).toBe(sentence);
  });

  it("names the switch that keeps orphans", () => {
    const base = plannedBase({ settings: { ...DEFAULT_SETTINGS, delete_orphans: false } });
    expect(whyOf(plannedEntry({ rule: null }), base, here)).toBe(
      "its directory was deleted, but delete_orphans is off",
    );
  });

  it("tells where an automatic sweep would decide otherwise", () => {
    const grace = hold("grace", { until: tomorrow });
    const waits = plannedEntry({ sweep: { rule: "orphan", holds: [grace], action: "keep" } });
    const never = plannedEntry({ sweep: { rule: null, holds: [], action: "keep" } });
    expect(sweepNote(waits, plannedBase(), here)).toBe("automatic: kept until 21 Nov 13:20");
    expect(sweepHolds(waits)).toEqual([grace]);
    expect(sweepNote(never, plannedBase(), here)).toBe("automatic: never");
    expect(sweepNote(plannedEntry(), plannedBase(), here)).toBeNull();
    expect(sweepHolds(plannedEntry({ holds: [grace] }))).toEqual([]);
  });
});

describe("trash and outcomes", () => {
  it.each(TRASH_REASONS)("%s has a sentence", (reason) => {
    expect(trashSentence(plannedTrash({ reason }), here).length).toBeGreaterThan(5);
  });

  it("says how to restore something whose place is occupied", () => {
    const trouble = { code: "EIO", message: "EIO: i/o error", path: "/b/a" };
    expect(trashSentence(plannedTrash({ reason: "place-unreadable", trouble }), look({}))).toMatch(
      /^it would be restored, but its place cannot be read \(EIO\): checkpoints trash restore .* --to DIR$/,
    );
    const by = (unread: boolean) => ({ reason: "referenced" as const, referencedBy: { path: "/b/x", unread } });
    expect(trashSentence(plannedTrash(by(false)), look({}))).toBe("another repo borrows objects from it: /b/x");
    expect(trashSentence(plannedTrash(by(true)), look({}))).toBe(
      "another repo may borrow objects from it: /b/x cannot be read",
    );
    expect(trashSentence(plannedTrash({ reason: "place-taken" }), look({ repeat: "--home /h" }))).toContain(
      "checkpoints trash restore 7c1b448f910a0160 --swap --home /h",
    );
  });

  it.each([...SHOWN_OUTCOMES, "skipped"] as const)("%s has a sentence for entries and for trash", (outcome) => {
    expect(outcomeSentence(entryResult(plannedEntry(), { outcome }), here)).toMatch(/\w{3}/);
    expect(trashOutcomeSentence(trashResult(plannedTrash(), { outcome }), here)).toMatch(/\w{3}/);
  });

  it("tells where the rest is, and the errno last and once", () => {
    const failed = { outcome: "failed", error: { code: "EBUSY", message: "resource busy\n" } } as const;
    expect(outcomeSentence(entryResult(plannedEntry(), failed), here)).toBe(
      "left in place (EBUSY: resource busy\\x0a)",
    );
    const named = { ...failed, trashId: "x", error: { code: "EIO", message: "EIO: i/o error" } };
    expect(outcomeSentence(entryResult(plannedEntry(), named), here)).toBe(
      "not finished; what is left of it is in the trash (EIO: i/o error)",
    );
  });

  it("says what to do about an immutable file, and about one of another user's", () => {
    const entry = plannedEntry();
    const { path } = entry.judged.entry.members[0];
    const message = "operation not permitted, rename";
    expect(outcomeSentence(entryResult(entry, { outcome: "failed", error: { code: "EPERM", message } }), here)).toBe(
      `left in place: it may be immutable or append-only: sudo chattr -R -i -a ${path} (on a Mac: sudo chflags -R 0), then run this again (EPERM: ${message})`,
    );
    const deep = { code: "EACCES", message: "EACCES: permission denied, unlink '/x' (/t/~a b/objects/f)" };
    const step = `this user may not write there: sudo chown -R "$(id -u)" '/t/~a b/objects', then run this again (${deep.message})`;
    expect(outcomeSentence(entryResult(entry, { outcome: "failed", trashId: "x", error: deep }), here)).toBe(
      `not finished; what is left of it is in the trash: ${step}`,
    );
    expect(trashOutcomeSentence(trashResult(plannedTrash(), { outcome: "failed", error: deep }), here)).toBe(
      `it stays in the trash: ${step}`,
    );
  });

  it("names the place by the flags that were typed, where one of them names it", () => {
    const around = { ...hold("no-permission", { by: "/b" }), owner: "ann", around: true, base: "/h/checkpoints" };
    const command = (repeat: string): string => holdSentence(around, look({ repeat })).replace(/^.*sudo/, "sudo");
    expect(command("--home /h")).toBe("sudo -u ann checkpoints prune --home /h");
    expect(command("--set max_size=1G")).toBe("sudo -u ann checkpoints prune --base /h/checkpoints --set max_size=1G");
  });
});
