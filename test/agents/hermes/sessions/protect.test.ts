// Which sessions are in use, by their rows and the routing; and which names their files may have.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sessionFileName, stemsOf } from "../../../../src/agents/hermes/sessions/names.ts";
import { runSync } from "../../../../src/fs/cooperative.ts";
import { statesOf } from "../../../../src/agents/hermes/sessions/protect.ts";
import type { SessionRow } from "../../../../src/agents/hermes/sessions/rows.ts";

const NONE = new Set<string>();

function row(id: string, over: Partial<SessionRow> = {}): SessionRow {
  const times = { startedAt: 1_700_000_000_000, usedAt: 1_700_000_000_000 };
  return { id, parent: null, isOpen: false, isPinned: false, isArchived: false, ...times, ...over };
}

function holds(
  rows: readonly SessionRow[],
  routed: ReadonlySet<string> = NONE,
): Readonly<Record<string, string | null>> {
  const { byStem } = runSync(statesOf(rows, routed));
  return Object.fromEntries(rows.map(({ id }) => [id, byStem.get(id)?.hold ?? null]));
}

describe("a session that has ended", () => {
  it("is free, whatever is beside it", () => {
    expect(holds([row("a"), row("b", { isOpen: true })])).toEqual({
      a: null,
      b: "its session is open: it was never ended",
    });
  });

  it.each<[string, Partial<SessionRow>, ReadonlySet<string>]>([
    ["open", { isOpen: true }, NONE],
    ["pinned", { isPinned: true }, NONE],
    ["archived", { isArchived: true }, NONE],
    ["sessions.json", {}, new Set(["child"])],
  ])("is held by %s, with all that it was begun from, and no sibling is", (word, over, routed) => {
    const rows = [
      row("first"),
      row("parent", { parent: "first" }),
      row("child", { parent: "parent", ...over }),
      row("sibling", { parent: "parent" }),
    ];
    const found = holds(rows, routed);
    expect(found["child"]).toContain(word);
    expect(found["parent"]).toBe("a session that is kept was begun from it");
    expect(found["first"]).toBe("a session that is kept was begun from it");
    if (word !== "pinned") expect(found["sibling"]).toBeNull();
  });

  it("is pinned where it continues a pinned one", () => {
    const rows = [row("a", { isPinned: true }), row("b", { parent: "a" }), row("c", { parent: "b" }), row("d")];
    expect(holds(rows)).toEqual({
      a: "its session is pinned",
      b: "it continues a pinned session",
      c: "it continues a pinned session",
      d: null,
    });
  });

  it("is as young as the youngest that was begun from it", () => {
    const rows = [
      row("old"),
      row("middle", { parent: "old" }),
      row("young", { parent: "middle", usedAt: 1_790_000_000_000 }),
      row("other"),
    ];
    const { byStem } = runSync(statesOf(rows, NONE));
    expect(rows.map(({ id }) => byStem.get(id)?.usedAt)).toEqual([
      1_790_000_000_000, 1_790_000_000_000, 1_790_000_000_000, 1_700_000_000_000,
    ]);
  });

  it("comes to an end where sessions are each other's parents", () => {
    const rows = [row("a", { parent: "b" }), row("b", { parent: "a", isOpen: true }), row("c", { parent: "c" })];
    expect(holds(rows)).toMatchObject({ a: "a session that is kept was begun from it", c: null });
  });

  it("is never free while anything of its family below it is in use", () => {
    const ids = ["a", "b", "c", "d", "e", "f"];
    const some = fc.record({
      parent: fc.option(fc.constantFrom(...ids, "gone")),
      isOpen: fc.nat(4).map((n) => n === 0),
      isPinned: fc.nat(6).map((n) => n === 0),
      isArchived: fc.nat(6).map((n) => n === 0),
      usedAt: fc.option(fc.integer({ min: 1_600_000_000_000, max: 1_800_000_000_000 })),
    });
    fc.assert(
      fc.property(fc.tuple(...ids.map(() => some)), fc.subarray(ids), (rest, routed) => {
        const rows = ids.map((id, n) => row(id, rest[n]));
        const { byStem } = runSync(statesOf(rows, new Set(routed)));
        for (const one of rows) {
          const isUsed = one.isOpen || one.isPinned || one.isArchived || routed.includes(one.id);
          if (isUsed) expect(byStem.get(one.id)?.hold).not.toBeNull();
          if (one.parent === null || !ids.includes(one.parent)) continue;
          const [own, parent] = [byStem.get(one.id), byStem.get(one.parent)];
          if (own?.hold !== null) expect(parent?.hold).not.toBeNull();
          expect(parent?.usedAt ?? 0).toBeGreaterThanOrEqual(own?.usedAt ?? 0);
        }
      }),
    );
  });
});

describe("the names of an id", () => {
  it.each([
    ["20260701_090000_a1b2c3", ["20260701_090000_a1b2c3"]],
    ["cron:daily report", ["cron:daily report", "cron_daily_report_"]],
    ["../../etc/passwd", [".._.._etc_passwd".replaceAll(".", "_") + "_"]],
    ["a/b", ["a_b_"]],
    ["a\0b", ["a_b_"]],
    ["", [""]],
    ["x".repeat(300), ["x".repeat(300), `${"x".repeat(96)}_`]],
  ])("%j are itself, where it can be one, and what newer versions make of it", (id, begins) => {
    const stems = stemsOf(id);
    for (const begin of begins) expect(stems.some((stem) => stem.startsWith(begin))).toBe(true);
    expect(stems.every((stem) => !/[/\0]/.test(stem))).toBe(true);
  });

  it("differ for two ids that look alike once they are made safe", () => {
    const [a, b] = [stemsOf("cron:daily"), stemsOf("cron;daily")];
    expect(a.filter((stem) => b.includes(stem))).toEqual([]);
  });

  it("are of neither where two sessions may have one, and so are their other names", () => {
    const [raw = "", safe = ""] = stemsOf("cron:daily");
    const { byStem, shared } = runSync(statesOf([row(raw), row(safe), row("other")], NONE));
    expect([...shared]).toEqual([raw, safe]);
    expect([byStem.has(safe), byStem.has(raw), byStem.has("other")]).toEqual([false, false, true]);
  });

  it.each([
    ["session_janitor.json", { kind: "snapshot", stem: "janitor" }],
    ["session_session_x.json", { kind: "snapshot", stem: "session_x" }],
    ["janitor.jsonl", { kind: "transcript", stem: "janitor" }],
    ["janitor.json", { kind: "transcript", stem: "janitor" }],
    [
      "request_dump_janitor_2026_20261125_000000_000000.json",
      { kind: "dump", stem: "janitor_2026", at: "2026-11-25T00:00:00" },
    ],
    ["request_dump_janitor.json", null],
    ["request_dump__20261125_000000_000000.json", null],
    ["sessions.json", null],
    [".session_x.json", null],
    ["session_.json", { kind: "transcript", stem: "session_" }],
    ["notes.txt", null],
  ])("%s is read as it was written", (name, expected) => {
    expect(sessionFileName(name)).toEqual(expected);
  });
});
