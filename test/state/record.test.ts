// state.json: what earlier runs wrote down. A file that cannot be understood counts as none; one of a newer version
// stops every run before it does anything.

import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, prune, scan } from "../../src/index.ts";
import type { SweepRecord } from "../../src/model/state.ts";
import { examineRecord, NO_RECORD, readRecord, type StateRecord, writeRecord } from "../../src/state/record.ts";
import { asOtherUser, fifo, letPass, scratch } from "../fs/support.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type World, world } from "../support/world.ts";

const SWEEP: SweepRecord = {
  at: 1_795_000_000_000,
  durationMs: 41,
  by: "me@here, pid 1",
  scanned: 5,
  kept: 3,
  trashed: 1,
  removed: 1,
  restored: 0,
  failed: 0,
  bytesTrashed: 4096,
  bytesReclaimed: 8192,
  byRule: { orphan: 1, stale: 1 },
  undoUntil: 1_795_600_000_000,
  error: null,
};
const RECORD: StateRecord = {
  ...NO_RECORD,
  lastRunAt: 1_795_000_000_000,
  firstMet: 1_794_000_000_000,
  failures: 2,
  sweeps: [SWEEP],
};

function written(content: string | Buffer): string {
  const state = scratch();
  writeFileSync(join(state, "state.json"), content);
  return state;
}

/** As `writeRecord` does, checked below. */
function textOf(record: StateRecord): string {
  return `${JSON.stringify({ version: 1, ...record })}\n`;
}

describe("the record", () => {
  it("is read back as it was written, 0600, and leaves nothing beside it", () => {
    const state = scratch();
    writeRecord(state, RECORD);
    const numbered = { ...RECORD, sweeps: [{ ...SWEEP, sequence: 1 }] };
    expect(readRecord(state)).toEqual(numbered);
    expect(readFileSync(join(state, "state.json"), "utf8")).toBe(textOf(numbered));
    expect(lstatSync(join(state, "state.json")).mode & 0o777).toBe(0o600);
    expect(readdirSync(state)).toEqual(["state.json"]);
  });

  it("keeps the last hundred sweeps, newest first", () => {
    const state = scratch();
    const sweeps = Array.from({ length: 150 }, (_, n) => ({ ...SWEEP, at: 1000 - n }));
    writeRecord(state, { ...RECORD, sweeps });
    const kept = sweeps.slice(0, 100).map((sweep, n) => ({ ...sweep, sequence: 150 - n }));
    expect(readRecord(state).sweeps).toEqual(kept);
  });

  it("numbers runs after those that have a number, in the order of their list, and those of two lists by date", () => {
    const state = scratch();
    const run = (by: string, at: number, sequence?: number): SweepRecord => ({
      ...SWEEP,
      by,
      at,
      ...(sequence === undefined ? {} : { sequence }),
    });
    const sweeps = [run("last", 50), run("ahead", 900), run("old", 10, 7)];
    writeRecord(state, { ...RECORD, sweeps, manual: [run("manual", 40), run("first", 5, 3)] });
    const { sweeps: read, manual } = readRecord(state);
    const inOrder = [...read, ...manual]
      .map(({ by, sequence }) => [by, sequence])
      .toSorted(([, a], [, b]) => Number(a) - Number(b));
    expect(inOrder).toEqual([
      ["first", 3],
      ["old", 7],
      ["manual", 8],
      ["ahead", 9],
      ["last", 10],
    ]);
  });

  it.each([-1, null, "7", 1.5, 1e308])("keeps a run whose number is %s, by its date", (sequence) => {
    const text = JSON.stringify({ version: 1, ...RECORD, sweeps: [{ ...SWEEP, sequence }] });
    expect(readRecord(written(text)).sweeps).toEqual([SWEEP]);
  });

  const whole = textOf(RECORD);
  it.each([
    ["missing", null],
    ["empty", ""],
    ["half a file", whole.slice(0, whole.length / 2)],
    ["all but the last character", whole.trimEnd().slice(0, -1)],
    ["no JSON", "hello"],
    ["null", "null"],
    ["a list", "[]"],
    ["a number", "5"],
    ["an empty map", "{}"],
    ["only a version", '{"version":1}'],
    ["NUL bytes behind a power cut", "\0".repeat(500)],
    ["not UTF-8", Buffer.concat([Buffer.from(whole), Buffer.from([0xff])])],
    ["over 1 MiB", whole + " ".repeat(1 << 20)],
    ["deeply nested", "[".repeat(100_000)],
  ] as const)("%s: counts as none", (_, content) => {
    expect(readRecord(content === null ? scratch() : written(content))).toEqual(NO_RECORD);
  });

  const two = textOf({ ...RECORD, sweeps: [SWEEP, { ...SWEEP, at: 5 }], manual: [{ ...SWEEP, at: 4 }] });
  it.each([
    ["a time as text", two.replace('"lastRunAt":1795000000000', '"lastRunAt":"yesterday"'), "lastRunAt", [2, 1]],
    ["no time", two.replace('"lastRunAt":1795000000000,', ""), "lastRunAt", [2, 1]],
    ["a negative count", two.replace('"failures":2', '"failures":-2'), "failures", [2, 1]],
    ["sweeps as a map", two.replace(/"sweeps":\[.*\],"manual"/, '"sweeps":{},"manual"'), "sweeps", [0, 1]],
    ["a run without a date", two.replace('"at":5,', ""), "sweeps[1]", [1, 1]],
    ["null in place of a run", two.replace(/"manual":\[.*\]/, '"manual":[null]'), "manual[0]", [2, 0]],
    [
      "a run with a negative count",
      two.replace('"at":4,"durationMs":41', '"at":4,"durationMs":-1'),
      "manual[0]",
      [2, 0],
    ],
    ["a run whose ids are numbers", two.replace('"at":5,', '"at":5,"items":[7],'), "sweeps[1]", [1, 1]],
  ] as const)("%s: costs that value alone, by its name", (_, content, name, runs) => {
    expect(content).not.toBe(two);
    const { record, damaged } = examineRecord(written(content));
    expect(damaged).toEqual([name]);
    expect([record.sweeps.length, record.manual.length]).toEqual(runs);
    const rest = { lastRunAt: record.lastRunAt, firstMet: record.firstMet, failures: record.failures };
    const { lastRunAt, firstMet, failures } = RECORD;
    expect(rest).toEqual({
      lastRunAt,
      firstMet,
      failures,
      ...(name in rest ? { [name]: rest[name as "failures"] } : {}),
    });
    if (name in rest) expect(rest[name as "failures"]).toEqual(NO_RECORD[name as "failures"]);
  });

  it("leaves a rule that it does not know out of a run, and keeps the run", () => {
    const { record, damaged } = examineRecord(written(whole.replace('"orphan":1', '"whim":1')));
    expect([record.sweeps.map(({ byRule }) => byRule), damaged]).toEqual([[{ stale: 1 }], []]);
  });

  it.each([
    ["no file", null, []],
    ["a whole one", whole, []],
    ["half a file", whole.slice(0, 40), ["all"]],
    ["a list", "[]", ["all"]],
  ] as const)("%s: says what is damaged in it", (_, content, damaged) => {
    expect(examineRecord(content === null ? scratch() : written(content)).damaged).toEqual(damaged);
  });

  it("reads what a later patch of this version added, without it", () => {
    expect(readRecord(written(whole.replace('"version":1', '"version":1,"mood":"good"')))).toEqual(RECORD);
  });

  it.each([
    { name: "a directory", make: (path: string) => mkdirSync(path) },
    { name: "a FIFO", make: fifo },
    { name: "a symlink to a good one", make: (path: string) => symlinkSync(join(written(whole), "state.json"), path) },
  ])("$name in its place: counts as none", ({ make }) => {
    const state = scratch();
    make(join(state, "state.json"));
    expect(readRecord(state)).toEqual(NO_RECORD);
  });

  it("replaces a symlink in its place and leaves its victim alone", () => {
    const state = scratch();
    const victim = join(written("precious"), "state.json");
    symlinkSync(victim, join(state, "state.json"));
    writeRecord(state, RECORD);
    expect(readFileSync(victim, "utf8")).toBe("precious");
    expect(lstatSync(join(state, "state.json")).isFile()).toBe(true);
  });

  it("mode 000, as an ordinary user: is refused, and not treated as missing", async () => {
    const state = written(whole);
    letPass(state);
    chmodSync(join(state, "state.json"), 0);
    await expect(asOtherUser(() => readRecord(state))).rejects.toMatchObject({ code: "state-unusable" });
  });

  it.each(["2", "1.5", "1e9"])("of version %s is newer: refused by name", (version) => {
    const state = written(`{"version":${version}}`);
    expect(() => readRecord(state)).toThrow(expect.objectContaining({ code: "state-newer", exitCode: 2 }));
  });
});

describe("runs beside a broken record", () => {
  it.each(["", "{", "\0\0", "[]"])("sweep, and repair it (%#)", async (content) => {
    const { w, gone } = planted(content);
    const result = await autoPrune({ ...options(w), optIn: true });
    expect([result.status, result.bases[0]?.entries.map((row) => row.planned.judged.entry.id)]).toEqual([
      "done",
      [gone],
    ]);
    expect(readRecord(stateOf(w)).sweeps[0]).toMatchObject({ scanned: 1, trashed: 1 });
  });

  it("do nothing at all beside a newer one, and change nothing", async () => {
    const { w } = planted('{"version":2,"future":true}');
    const before = fingerprint(w.root);
    await expect(scan(options(w))).rejects.toMatchObject({ code: "state-newer" });
    const result = await autoPrune({ ...options(w), optIn: true, force: true });
    expect([result.status, result.bases[0]?.error?.code]).toEqual(["error", "state-newer"]);
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it("do nothing beside a newer one that came after the plan", async () => {
    const { w } = planted(textOf({ ...NO_RECORD, lastRunAt: Date.now() }));
    const plan = await scan(options(w));
    writeFileSync(join(stateOf(w), "state.json"), '{"version":2}');
    const before = fingerprint(w.root);
    await expect(prune(plan, options(w))).rejects.toMatchObject({ code: "state-newer" });
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });
});

function planted(content: string): { readonly w: World; readonly gone: string } {
  const w = world();
  const gone = w.repo("gone", { workdir: "delete" });
  mkdirSync(stateOf(w), { mode: 0o700 });
  writeFileSync(join(stateOf(w), "state.json"), content);
  return { w, gone: gone.id };
}

function stateOf(w: World): string {
  return join(w.home, ".checkpoints.gc");
}

function options(w: World): { home: string; env: Record<string, string>; settings: { orphan_grace_hours: number } } {
  return { home: w.home, env: { HOME: w.root }, settings: { orphan_grace_hours: 0 } };
}
