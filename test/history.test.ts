import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderHistory } from "../src/report/history.ts";
import { groupRuns } from "../src/runs/group-runs.ts";
import type { SelectedItem } from "../src/model/history.ts";
import type { SweepRecord } from "../src/model/state.ts";
import { type DocumentOf, schemaOf } from "../src/report/schema.ts";
import { appendLog, lastLogged } from "../src/state/log.ts";
import { byHand, inDays, namesIn, stateOf, sweep, trashNames } from "./reclaim/runs.ts";
import { look as lookOf, NOW, plannedBase, plannedTrash, sweepRecord } from "./report/build.ts";
import { run } from "./support/run.ts";
import { world, type World } from "./support/world.ts";

/** Sweeps that are not held by the grace. */
const AT_ONCE = { settings: { orphan_grace_hours: 0 } };

describe("history", () => {
  const { ref } = plannedBase();
  const look = lookOf({ columns: null });
  const base = { ref, exists: true, manual: [], items: [], error: null };
  const of = (
    sweeps: readonly SweepRecord[],
    manual: readonly SweepRecord[] = [],
  ): Parameters<typeof renderHistory>[0] => ({
    bases: [{ ...base, sweeps }],
    runs: groupRuns([{ ...base, sweeps, manual }], NOW),
  });

  it("is a line a run, newest first, with its number, when, by whom, what, how long, or the error", () => {
    const failed = sweepRecord({
      at: NOW - 3_600_000,
      scanned: 0,
      trashed: 0,
      byRule: {},
      undoUntil: null,
      error: { code: "EIO", message: "the disk" },
    });
    const destroyed = sweepRecord({
      at: NOW - 7_200_000,
      command: "prune",
      trashed: 0,
      removed: 5,
      bytesReclaimed: 900,
      byRule: { orphan: 5 },
    });
    expect(renderHistory(of([failed, sweepRecord()], [destroyed]), look)).toBe(
      [
        "1  20 Nov 12:20 (1 hour ago), automatic by ann@box: failed: the disk",
        "2  20 Nov 11:20 (2 hours ago), prune by ann@box: 5 removed (900 B: 5 orphan), 40 kept, 0 failed, 2.1 s",
        "3  19 Nov 17:20 (20 hours ago), automatic by ann@box: 12 to trash (3.1 GB: 9 orphan, 3 stale), 40 kept, 0 failed, 2.1 s",
        "",
      ].join("\n"),
    );
    expect(renderHistory(of([failed, sweepRecord()]), look, { alone: true })).toBe("2 runs\n");
  });

  it("says of a run without a record no size that was not noted", () => {
    const item = (id: string, bytes: number | null): SelectedItem => ({
      ref,
      item: { ...plannedTrash().item, id, taken: NOW - 60_000, bytes },
    });
    const line = (...items: readonly SelectedItem[]): string | undefined => {
      const all = { ...base, sweeps: [], items };
      return renderHistory({ bases: [all], runs: groupRuns([all], NOW) }, look).split("\n")[0];
    };
    const begin = "1  20 Nov 13:19 (1 minute ago), a run that left no record: 2 to trash";
    expect(line(item("a", null), item("b", null))).toBe(`${begin}; 2 can be put back`);
    expect(line(item("a", 900), item("b", null))).toBe(`${begin} (at least 900 B); 2 can be put back`);
    expect(line(item("a", 900), item("b", 100))).toBe(`${begin} (1.0 kB); 2 can be put back`);
  });

  it("is one line for a run over several bases, and two for two runs at one time", () => {
    const other = { ...base, ref: { ...ref, path: `${ref.path}-2` } };
    const bases = [
      { ...base, sweeps: [sweepRecord()] },
      { ...other, sweeps: [sweepRecord({ kept: 2 })] },
    ];
    const text = renderHistory({ bases, runs: groupRuns(bases, NOW) }, look);
    expect(text.split("\n")).toHaveLength(2);
    expect(text).toContain("automatic by ann@box in 2 places: 24 to trash (6.2 GB: 18 orphan, 6 stale), 42 kept");
    const apart = [bases[0]!, { ...other, sweeps: [sweepRecord({ by: "bob@box, pid 8" })] }];
    const two = renderHistory({ bases: apart, runs: groupRuns(apart, NOW) }, look).split("\n");
    expect(two).toHaveLength(3);
    expect(two[0]).toContain("automatic by ann@box in ~/.hermes/checkpoints: 12 to trash");
  });

  it("says where there is none, and where nothing is there at all", () => {
    expect(renderHistory(of([]), look)).toBe("No run has removed anything yet, in ~/.hermes/checkpoints.\n");
    const none = { runs: [], bases: [{ ...base, sweeps: [], exists: false }] };
    expect(renderHistory(none, look)).toMatch(/^No checkpoints found\. Looked in /);
  });

  it("is a document for programs, bounded, also from a home without any", async () => {
    const w = world();
    const empty = (await run(["history", "--json"], { home: w })).json();
    expect(schemaOf("history").parse(empty)).toMatchObject({ bases: [{ path: w.base, sweeps: [] }] });
    expect(namesIn(stateOf(w))).toEqual([]);
    await sweep(w);
    const file = join(stateOf(w), "state.json");
    const record = JSON.parse(readFileSync(file, "utf8")) as { sweeps: unknown[] };
    writeFileSync(file, JSON.stringify({ ...record, sweeps: Array.from({ length: 100 }, () => record.sweeps[0]) }));
    await sweep(w, { now: inDays(1) });
    const full = schemaOf("history").parse((await run(["history", "--json"], { home: w })).json());
    expect((full as DocumentOf<"history">).bases[0]!.sweeps).toHaveLength(100);
    expect((await run(["history"], { home: w })).stdout.split("\n")).toHaveLength(101);
  });
});

describe("trash restore --last", () => {
  it("undoes the last sweep that took something, in all its bases, and nothing else", async () => {
    const w = world();
    const profile = w.profile("night");
    const before = w.repo("before", { workdir: "delete" });
    await sweep(w, AT_ONCE);
    const byPerson = w.repo("manual", { workdir: "delete" });
    await byHand(w, { disposal: "trash", now: inDays(0.2) });
    const gone = [w.repo("one", { workdir: "delete" }), profile.repo("two", { workdir: "delete" })];
    await sweep(w, { ...AT_ONCE, now: inDays(0.5) });
    // One without work, as most are.
    await sweep(w, { ...AT_ONCE, now: inDays(1.5) });
    const { code, stdout } = await run(["trash", "restore", "--last"], { home: w });
    expect(code).toBe(0);
    for (const { id } of gone) expect(stdout).toContain(`Restored: ${id}`);
    expect(namesIn(w.base)).toContain(gone[0]!.id);
    expect(namesIn(profile.base)).toContain(gone[1]!.id);
    expect(trashIds(w)).toEqual([before.id, byPerson.id].toSorted());
  });

  it("does not continue with an older one when it is called again", async () => {
    const w = world();
    w.repo("old", { workdir: "delete" });
    await sweep(w, AT_ONCE);
    w.repo("new", { workdir: "delete" });
    await sweep(w, { ...AT_ONCE, now: inDays(2) });
    expect((await run(["trash", "restore", "--last"], { home: w })).code).toBe(0);
    const again = await run(["trash", "restore", "--last", "--json"], { home: w });
    expect([again.code, trashNames(w).length]).toEqual([2, 1]);
    expect(again.json()).toMatchObject({ error: { code: "not-found" } });
  });

  it("says that there is nothing where no sweep took anything", async () => {
    const w = world();
    const { code, stderr } = await run(["trash", "restore", "--last"], { home: w });
    expect(code).toBe(2);
    expect(stderr).toContain("no run has moved anything to the trash yet");
  });

  it.each([[["--last", "1aeadc333175595d"]], [[]]])("accepts either ids or --last: %j is refused", async (words) => {
    expect((await run(["trash", "restore", ...words], { home: world() })).code).toBe(2);
  });
});

describe("the log of a state", () => {
  it("keeps its newer half when it is full, and every line whole", () => {
    const w = world();
    const state = stateOf(w);
    mkdirSync(state, { mode: 0o700 });
    for (let n = 0; n < 300; n++) appendLog(state, NOW + n, [`${n} ${"ü".repeat(200)}`]);
    const text = readFileSync(join(state, "log"));
    expect(text.length).toBeLessThanOrEqual(64 * 1024);
    expect(text.length).toBeGreaterThan(30 * 1024);
    const lines = text.toString("utf8").trimEnd().split("\n");
    expect(lines.filter((line) => !/^\S+Z \d+ ü{200}$/.test(line))).toEqual([]);
    expect(lastLogged(state)).toEqual({ at: NOW + 299, text: `299 ${"ü".repeat(200)}` });
  });

  it("gives its last line with control characters removed, null where there is none, and throws where it cannot be written", () => {
    const w = world();
    const state = stateOf(w);
    expect(lastLogged(state)).toBeNull();
    mkdirSync(state, { mode: 0o700 });
    appendLog(state, NOW, ["a\nb\u001b[2J\u202ec"]);
    expect(lastLogged(state)?.text).toBe("a b [2J c");
    writeFileSync(join(state, "log"), "no time in here\n");
    expect(lastLogged(state)).toBeNull();
    expect(() => appendLog(join(w.root, "nowhere"), NOW, ["lost"])).toThrow(/^ENOENT/);
  });
});

function trashIds(w: World): readonly string[] {
  return trashNames(w)
    .map((name) => name.split(".")[0] ?? "")
    .toSorted();
}
