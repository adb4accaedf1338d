import { describe, expect, it } from "vitest";
import type { PlannedBase, PlannedEntry } from "../../src/model/plan.ts";
import { DEFAULT_SETTINGS } from "../../src/model/settings.ts";
import { question, totalsSentence } from "../../src/report/summary.ts";
import { sweepLine } from "../../src/report/sweeps.ts";
import { DAY, hold, look, NOW, plannedBase, plannedEntry, plannedTrash, planOf, sweepRecord } from "./build.ts";

const here = look();
const many = (count: number, ...wish: Parameters<typeof plannedEntry>): readonly PlannedEntry[] =>
  Array.from({ length: count }, () => plannedEntry(...wish));
const withSettings = (settings: Partial<PlannedBase["settings"]>, over: Partial<PlannedBase> = {}): PlannedBase =>
  plannedBase({ settings: { ...DEFAULT_SETTINGS, ...settings }, ...over });

describe("totalsSentence", () => {
  it("can be said aloud", () => {
    const grace = hold("grace", { until: NOW + DAY });
    const waits = { rule: "orphan", holds: [grace], action: "keep" } as const;
    const plan = planOf([
      ...many(640, { bytes: 12_000_000 }),
      ...many(221, { verdict: "stale", bytes: 10_000_000, sweep: waits }),
      ...many(240, { verdict: "live", bytes: 10_000_000 }),
      ...many(2, { holds: [grace], bytes: 0 }),
      plannedEntry({ verdict: "unreachable", bytes: 0 }),
    ]);
    expect(totalsSentence(plan, here)).toBe(
      "1,104 repos, 12.2 GB; prune would remove 861, 9.8 GB: 640 whose directory was deleted, 221 unused for over 7 days; " +
        "kept 243: 240 live, 2 whose directory disappeared recently, 1 whose directory is not reachable; " +
        "automatic sweep: off, would remove 640",
    );
  });

  it.each([
    [[], "0 repos, 0 B; prune would remove nothing; automatic sweep: off, would remove nothing"],
    [
      [plannedEntry({ bytes: 1 })],
      "1 repo, 1 B; prune would remove 1 whose directory was deleted, 1 B; automatic sweep: off, would remove 1",
    ],
    [
      [plannedEntry({ verdict: "live", bytes: 0 })],
      "1 repo, 0 B; prune would remove nothing; kept 1 live; automatic sweep: off, would remove nothing",
    ],
  ])("is right for none and one", (entries, sentence) => {
    expect(totalsSentence(planOf([plannedBase({ entries })]), here)).toBe(sentence);
  });

  it("names every kind of removal and of keeping", () => {
    const kept = (
      [
        "busy",
        "kept",
        "referenced",
        "unreadable",
        "restored",
        "unverified",
        "no-permission",
        "read-only",
        "lower-layer",
      ] as const
    ).map((code) => plannedEntry({ bytes: 0, holds: [hold(code)] }));
    const plan = planOf([
      ...kept,
      plannedEntry({ bytes: 0, rule: null }),
      plannedEntry({ bytes: 0, verdict: "unidentified" }),
      plannedEntry({ bytes: 0, verdict: "unreachable", rule: "unreachable" }),
      plannedEntry({ bytes: 0, verdict: "unidentified", rule: "unidentified" }),
    ]);
    expect(totalsSentence(plan, here)).toContain(
      "prune would remove 2, 0 B: 1 whose directory is not reachable, 1 whose directory is unknown; " +
        "kept 11: 1 that git is working in, 1 that matches keep, 1 that others borrow from, 1 that could not be fully read, " +
        "1 that was restored, 1 whose path does not match its id, 1 that this user cannot move, 1 on a read-only file system, 1 in a lower layer of an overlay mount, 1 whose directory is unknown, 1 not selected;",
    );
    const off = planOf([withSettings({ delete_orphans: false }, { entries: [plannedEntry({ rule: null })] })]);
    expect(totalsSentence(off, here)).toContain("kept 1 deleted but delete_orphans is off");
  });

  it("says nothing of a directory, or of a repo, where it is about sessions", () => {
    const judged = { isSession: true } as const;
    const plan = planOf([
      plannedEntry({ bytes: 0, judged, verdict: "unidentified", rule: "unidentified" }),
      plannedEntry({ bytes: 0, verdict: "unidentified", rule: "unidentified" }),
      ...[1, 2].map(() => plannedEntry({ bytes: 0, judged, verdict: "unidentified" })),
      plannedEntry({ bytes: 0, verdict: "unidentified" }),
      plannedEntry({ bytes: 0, judged, verdict: "debris" }),
      plannedEntry({ bytes: 0, verdict: "debris" }),
    ]);
    const text = totalsSentence(plan, here);
    expect(text).toContain("2, 0 B: 1 that cannot be read as a session, 1 whose directory is unknown;");
    expect(text).toContain("kept 3: 1 whose directory is unknown, 2 that cannot be read as a session, and 1 ");
    expect(text).toContain(", and 1 file without a session in it, and 1 piece of a repo;");
  });

  it("does not say 0 B of what was not measured", () => {
    const unmeasured = plannedTrash({ action: "destroy", bytes: null });
    const due = (...trash: readonly ReturnType<typeof plannedTrash>[]): string =>
      totalsSentence(planOf([plannedBase({ entries: [], trash })]), here);
    expect(due(unmeasured)).toContain("1 to delete (size unknown)");
    expect(due(unmeasured, plannedTrash({ action: "destroy" }))).toContain("2 to delete (at least 3.1 MB)");
    expect(question(planOf([plannedBase({ entries: [], trash: [unmeasured] })]), look())).toContain("(size unknown)?");
  });

  it("knows the trash, both as a place and as a verb", () => {
    const trash = [plannedTrash(), plannedTrash({ action: "destroy" }), plannedTrash({ action: "return" })];
    const plan = planOf([plannedBase({ entries: [plannedEntry()], trash })], { disposal: "trash" });
    expect(totalsSentence(plan, here)).toContain(
      "prune would move 1 whose directory was deleted to the trash, 26.1 MB",
    );
    expect(totalsSentence(plan, here)).toContain("; in the trash 3, 9.3 MB: 1 to delete (3.1 MB), 1 to restore;");
    expect(totalsSentence(planOf([plannedBase({ trash: [plannedTrash()] })]), here)).toContain(
      "; in the trash 1, 3.1 MB;",
    );
  });

  it.each([
    [[withSettings({ auto_prune: true })], "automatic sweep: on, due now, would remove nothing"],
    [
      [withSettings({ auto_prune: true }, { nextDue: NOW + DAY })],
      "automatic sweep: on, next 21 Nov 13:20, would remove nothing",
    ],
    [[withSettings({ auto_prune: true }), plannedBase()], "automatic sweep: on for 1 of 2, would remove nothing"],
    [
      [withSettings({ auto_prune: true }), withSettings({ auto_prune: true })],
      "automatic sweep: on, would remove nothing",
    ],
  ])("says what automatic sweeps do", (bases, part) => {
    expect(totalsSentence(planOf(bases), here)).toMatch(new RegExp(`; ${part}$`));
  });

  it("is about the sweep in an automatic plan", () => {
    const sentence = totalsSentence(planOf([plannedEntry()], { mode: "automatic" }), here);
    expect(sentence).toBe("1 repo, 26.1 MB; an automatic sweep would remove 1 whose directory was deleted, 26.1 MB");
  });

  it("gives a retention only where it is the one of all that are stale", () => {
    const stale = plannedEntry({ verdict: "stale" });
    const of = (retention_days: number, entries: readonly PlannedEntry[]) =>
      withSettings({ retention_days }, { entries });
    const sentence = (...bases: readonly PlannedBase[]): string => totalsSentence(planOf(bases), here);
    expect(sentence(of(7, [stale]), of(30, [stale]))).toContain("2 unused for too long");
    expect(sentence(of(7, [stale]), of(30, [plannedEntry()]))).toContain("1 unused for over 7 days");
    const kinds = { "hermes-sessions": { retention_days: 90 } };
    expect(sentence(withSettings({ retention_days: 7, kinds }, { entries: [stale] }))).toContain("over 7 days");
    const own = { [stale.judged.entry.store]: { retention_days: 14 } };
    expect(sentence(withSettings({ retention_days: 7, kinds: own }, { entries: [stale] }))).toContain("over 14 days");
    expect(totalsSentence(planOf([withSettings({ retention_days: 1 }, { entries: [stale] })]), here)).toContain(
      "unused for over 1 day,",
    );
  });
});

describe("question", () => {
  const there = { verdict: "stale", there: true } as const;

  it("is that of the design", () => {
    const plan = planOf([...many(640, { bytes: 12_000_000 }), ...many(221, { ...there, bytes: 10_000_000 })]);
    expect(question(plan, look())).toBe(
      "Delete 861 repos (9.8 GB; 221 of their directories still exist)? [d]elete permanently / [t]rash for 7 days / [N]o",
    );
  });

  it.each([
    [[plannedEntry()], "Delete 1 repo (26.1 MB)? "],
    [[plannedEntry(there)], "Delete 1 repo (26.1 MB; its directory still exists)? "],
    [many(2, there), "Delete 2 repos (52.3 MB; all of their directories still exist)? "],
    [[...many(2), plannedEntry(there)], "Delete 3 repos (78.4 MB; 1 of their directories still exists)? "],
    [
      [plannedEntry(), plannedEntry({ verdict: "unreachable", rule: "unreachable" })],
      "Delete 2 repos (52.3 MB; 1 can only be moved to the trash)? ",
    ],
    [
      [plannedEntry(), plannedEntry({ verdict: "unreachable", rule: "over-cap" })],
      "Delete 2 repos (52.3 MB; 1 can only be moved to the trash)? ",
    ],
  ])("agrees in number", (entries, start) => {
    expect(question(planOf([plannedBase({ entries })]), look())).toBe(
      `${start}[d]elete permanently / [t]rash for 7 days / [N]o`,
    );
  });

  it.each(["unreachable", "unidentified", "over-cap"] as const)(
    "offers no [d] where nothing would be destroyed: %s",
    (rule) => {
      const entries = many(2, { verdict: rule === "over-cap" ? "unreachable" : rule, rule });
      expect(question(planOf([plannedBase({ entries })]), look())).toBe(
        "Move 2 repos (52.3 MB) to the trash for 7 days? [y]es / [N]o",
      );
    },
  );

  it("says what is deleted from the trash, and what could not be read where that is all", () => {
    const unreadableBorrows = [{ code: "EACCES", message: "x", path: "/x" }];
    const trash = [plannedTrash({ action: "destroy" })];
    expect(question(planOf([plannedBase({ entries: [plannedEntry()], unreadableBorrows, trash })]), look())).toBe(
      "Delete 1 repo (26.1 MB) and 1 expired one in the trash (3.1 MB)? " +
        "[d]elete permanently / [t]rash for 7 days / [N]o",
    );
    expect(question(planOf([plannedBase({ unreadableBorrows, trash })]), look())).toContain(
      "(3.1 MB; what other repos borrow is unknown: 1 file could not be read)",
    );
  });

  it("offers only what there is", () => {
    const entries = [plannedEntry()];
    expect(question(planOf([withSettings({ trash_days: 0 }, { entries })]), look())).toMatch(
      /\? \[d\]elete permanently \/ \[N\]o$/,
    );
    expect(
      question(planOf([withSettings({ trash_days: 1 }, { entries }), withSettings({ trash_days: 30 })]), look()),
    ).toContain("[t]rash for 1 day or 30 days /");
    const trash = [plannedTrash({ action: "destroy" }), plannedTrash({ action: "destroy" })];
    expect(question(planOf([plannedBase({ entries, trash })], { disposal: "trash" }), look())).toBe(
      "Move 1 repo (26.1 MB) to the trash for 7 days, and delete permanently 2 expired ones in the trash (6.2 MB)? [y]es / [N]o",
    );
    expect(question(planOf([plannedBase({ trash })]), look())).toBe(
      "Delete 2 expired repos in the trash (6.2 MB)? [d]elete permanently / [N]o",
    );
    expect(question(planOf([plannedBase({ trash: [plannedTrash({ action: "return" })] })]), look())).toBe(
      "Restore 1 repo from the trash? [y]es / [N]o",
    );
  });
});

describe("sweepLine", () => {
  it.each([
    [{}, "12 to trash (3.1 GB: 9 orphan, 3 stale), 40 kept, 0 failed, 2.1 s; undo until 28 Nov: checkpoints history"],
    [
      { trashed: 0, removed: 12, bytesReclaimed: 5e6, undoUntil: null },
      "12 removed (5.0 MB: 9 orphan, 3 stale), 40 kept, 0 failed, 2.1 s",
    ],
    [
      { removed: 2, bytesReclaimed: 5e6, restored: 1, failed: 1 },
      "12 to trash (3.1 GB: 9 orphan, 3 stale), 2 removed (5.0 MB), 1 put back, 40 kept, 1 failed, 2.1 s; undo until 28 Nov: checkpoints history",
    ],
    [
      { removed: 12, bytesReclaimed: 5e6, undoUntil: null },
      "12 to trash (3.1 GB: 9 orphan, 3 stale), 12 removed (5.0 MB), 40 kept, 0 failed, 2.1 s",
    ],
    [{ trashed: 0, byRule: {}, undoUntil: null }, "nothing removed, 40 kept, 0 failed, 2.1 s"],
    [
      { error: { code: "EIO", message: "EIO\u001b" }, trashed: 0, byRule: {}, undoUntil: null },
      "nothing removed, 40 kept, 0 failed, ended early: EIO\\x1b, 2.1 s",
    ],
  ])("%j", (over, line) => {
    expect(sweepLine(sweepRecord(over), here)).toBe(`checkpoint-gc: ${line}`);
  });
});
