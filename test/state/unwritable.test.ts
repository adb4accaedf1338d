// A file of the state that cannot be written or read: what was removed is reported all the same, and the failure
// as well. A disk without room is expected, and ends nothing; every other errno makes the run a failed one.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { autoPrune, prune, type RunResult, scan } from "../../src/index.ts";
import { common, giveBack, stateOf, sweep, trashNames } from "../reclaim/runs.ts";
import { faulty } from "../support/faults.ts";
import { run } from "../support/run.ts";
import { errno, interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";

afterEach(() => stopIntercepting());

const REFUSED = ["EACCES", "EPERM", "EIO", "EROFS"];
const NO_ROOM = ["ENOSPC", "EDQUOT"];

/** A home that has been swept before, so that every file is there, with two removable repos and a live one. */
async function sweptBefore(): Promise<{ w: World; old: ShadowRepo; gone: ShadowRepo; live: ShadowRepo }> {
  const w = world();
  w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
  const live = w.repo("live");
  await sweep(w);
  return { w, live, old: w.repo("old", { ageDays: 30 }), gone: w.repo("gone", { workdir: "delete" }) };
}

/** Every call that changes this path, or makes it from a temporary file, fails. */
function refuse(code: string, isMeant: (path: string) => boolean): void {
  const changes = new Set(["open", "write", "utimes", "unlink", "ftruncate", "mkdir"]);
  interceptCalls((operation, path) => {
    const target = operation === "point:written" || changes.has(operation);
    if (target && isMeant(path)) throw errno(code, operation, path);
  });
}

interface File {
  readonly name: string;
  readonly isMeant: (path: string) => boolean;
  readonly costs: RegExp;
}

function endsIn(end: string): (path: string) => boolean {
  return (path) => path.endsWith(end);
}

const WRITTEN_BY_A_SWEEP: readonly File[] = [
  { name: "state.json", isMeant: endsIn(".gc/state.json"), costs: /history.*undo/ },
  { name: "ledger.json", isMeant: endsIn(".gc/ledger.json"), costs: /which directories are there/ },
  { name: "next", isMeant: endsIn(".gc/next"), costs: /when to look again/ },
  { name: ".last_prune", isMeant: endsIn("/.last_prune"), costs: /\.last_prune.*interval/ },
  {
    name: "notes in the trash",
    isMeant: (path) => /\/\.checkpoints\.gc\/checkpoints\/[0-9a-f]{8}\.json$/.test(path),
    costs: /the size of/,
  },
];

/** What a run reads is not to fail here: only a call that writes. */
function writesOnly({ name, isMeant }: File, code: string): void {
  if (name === "next" || name.startsWith("notes")) return refuse(code, isMeant);
  interceptCalls((operation, path) => {
    if (operation === "point:written" && isMeant(path)) throw errno(code, operation, path);
  });
}

function warningsOf(result: RunResult): string[] {
  return result.bases.flatMap(({ warnings = [] }) => warnings.map(({ message }) => message));
}

function failures(result: RunResult): number {
  return result.bases.flatMap(({ warnings = [] }) => warnings.filter(({ failed }) => failed)).length;
}

describe.each(WRITTEN_BY_A_SWEEP)("a sweep that cannot write $name", (file) => {
  it.each([...REFUSED, ...NO_ROOM])("tells what it removed, and what that costs: %s", async (code) => {
    const { w, old, gone, live } = await sweptBefore();
    writesOnly(file, code);
    const result = await sweep(w);
    stopIntercepting();
    const [base] = result.bases;
    expect(base?.error).toBeNull();
    expect(base?.entries.map(({ outcome }) => outcome)).toEqual(["trashed", "trashed"]);
    expect(readdirSync(w.base).filter((name) => name.length === 16)).toEqual([live.id]);
    for (const { id } of [old, gone]) expect(trashNames(w).some((name) => name.includes(id))).toBe(true);
    expect(warningsOf(result).some((message) => file.costs.test(message) && message.includes(code))).toBe(true);
    expect(failures(result) > 0).toBe(REFUSED.includes(code));
  });
});

it("warns of nothing where everything can be written", async () => {
  const { w } = await sweptBefore();
  const result = await sweep(w);
  expect(result.bases[0]?.entries).toHaveLength(2);
  expect(warningsOf(result)).toEqual([]);
});

describe("a restore that cannot be noted", () => {
  it.each([...REFUSED, ...NO_ROOM])("is done, and told to be at risk: %s", async (code) => {
    const { w, old } = await sweptBefore();
    await sweep(w);
    refuse(code, (path) => path.includes("/restored"));
    const { rows, warnings = {} } = await giveBack(w, { ids: [old.id] });
    stopIntercepting();
    expect(rows.map(({ outcome }) => outcome)).toEqual(["restored"]);
    const told = Object.values(warnings).flat();
    expect(told.some(({ message }) => message.includes("the next sweep may remove it again"))).toBe(true);
    expect(told.some(({ failed }) => failed)).toBe(REFUSED.includes(code));
  });
});

const READ_BEFORE_A_RUN = ["state.json", "ledger.json", "keep.json", "uncollected.json", "restored"];

describe.each(READ_BEFORE_A_RUN)("%s that is there and cannot be read", (name) => {
  it.each(["EACCES", "EIO"])("means that nothing is removed, and is named: %s", async (code) => {
    const { w, old, gone } = await sweptBefore();
    w.settings({ keep: [join(w.work, "precious")] }, "checkpoint_gc");
    const path = join(stateOf(w), name);
    if (name === "restored") mkdirSync(path, { recursive: true });
    else if (name === "keep.json") writeFileSync(path, '{"version":1,"patterns":[]}');
    else if (name !== "state.json" && name !== "ledger.json") writeFileSync(path, "{}");
    const before = name === "restored" ? "" : readFileSync(path, "utf8");
    const plan = await scan(common(w));
    interceptCalls((operation, met) => {
      if ((operation === "open" || operation === "readdir") && met === path) throw errno(code, operation, met);
    });
    const swept = await autoPrune({ ...common(w), optIn: true, force: true });
    expect(swept.bases[0]?.error).toMatchObject({ code: "state-unusable" });
    expect(swept.bases[0]?.error?.message).toContain(path);
    await expect(prune(plan, common(w))).rejects.toMatchObject({ code: "state-unusable" });
    stopIntercepting();
    expect(readdirSync(w.base)).toEqual(expect.arrayContaining([old.id, gone.id]));
    if (before !== "") expect(readFileSync(path, "utf8")).toBe(before);
  });
});

describe("the command", () => {
  it.each([
    ["prune", ["prune", "--yes", "--trash"]],
    ["auto", ["auto", "--opt-in", "--now"]],
  ])("%s: ends with 1 where the history cannot be written, and names it in words and in JSON", async (_, args) => {
    const { w } = await sweptBefore();
    // The record is renamed into its place; nothing else is named so.
    const fault = { kind: "errno", at: "point:written", nth: 0, code: "EACCES", path: "state.json" } as const;
    const told = await run([...args, "--json"], faulty(fault, { home: w }));
    expect(told.code).toBe(1);
    expect(told.stderr).toContain("history");
    const { bases, totals } = told.json() as {
      bases: { warnings: { code: string; message: string }[] }[];
      totals: { trashed: number };
    };
    expect(totals.trashed).toBe(2);
    expect(bases[0]?.warnings).toEqual([
      { code: "EACCES", message: expect.stringContaining("is not in the history") as string },
    ]);
  });

  it("ends with 0 where the disk has no room for it", async () => {
    const { w } = await sweptBefore();
    const fault = { kind: "errno", at: "point:written", nth: 0, code: "ENOSPC", path: "state.json" } as const;
    const told = await run(["prune", "--yes"], faulty(fault, { home: w }));
    expect(told.code).toBe(0);
    expect(told.stderr).toContain("history");
  });
});
