// An agent that a host brings, through every stage, with nothing changed in src/: test/support/toy-agent.ts.

import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  autoPrune,
  emptyTrash,
  type Plan,
  prune,
  restore,
  type RunResult,
  scan,
  type ScanOptions,
} from "../../src/index.ts";
import type { Agent } from "../../src/agents/agent.ts";
import { AGENT_NAMES } from "../../src/agents/names.ts";
import { runDocument } from "../../src/report/json.ts";
import { renderStatus } from "../../src/report/overview.ts";
import { killAt } from "../fs/support.ts";
import { look } from "../report/build.ts";
import { interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { acme, makeRun, writeIndex, writeTasks } from "../support/toy-agent.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type World, world } from "../support/world.ts";

const DAY = 86_400_000;
const OLD: number = Date.now() / 1000 - 60 * 86_400;
const FRESH: number = Date.now() / 1000 - 60;

interface Acme {
  readonly w: World;
  readonly home: string;
  readonly base: string;
  readonly options: ScanOptions;
}

/** A home with two teams; of one: an old run, a recent one, an old one that is not over, and one of a directory. */
function acmeHome(): Acme {
  const w = world();
  const home = join(w.root, ".acme");
  const base = join(home, "teams/red/runs");
  makeRun(base, 1, { used: OLD });
  makeRun(base, 2, { used: FRESH });
  makeRun(base, 3, { used: OLD });
  mkdirSync(join(w.work, "present"));
  makeRun(base, 4, { used: FRESH, workdir: join(w.work, "present") });
  writeIndex(base, ["run-3"]);
  makeRun(join(home, "teams/blue/runs"), 7, { used: FRESH });
  writeIndex(join(home, "teams/blue/runs"), []);
  return { w, home, base, options: { env: { HOME: w.root }, agents: [acme], agent: "acme" } };
}

function rowsOf(plan: Plan): readonly (readonly unknown[])[] {
  return plan.bases.flatMap(({ ref, entries }) =>
    entries.map(({ judged, ruling }) => [
      ref.label,
      judged.entry.id,
      judged.verdict,
      ruling.action,
      ...ruling.holds.map(({ code }) => code),
    ]),
  );
}

function outcomesOf(result: RunResult): readonly (readonly [string, string])[] {
  return result.bases.flatMap(({ entries, trash }) => [
    ...trash.map(({ planned, outcome }) => [planned.item.entryId, outcome] as const),
    ...entries.map(({ planned, outcome }) => [planned.judged.entry.id, outcome] as const),
  ]);
}

/** The text of a record as it stands in a document. */
function recordOf(text: string, key: string): string {
  return new RegExp(`"${key}" *: *\\{[^}]*\\}`).exec(text)?.[0] ?? "no such record";
}

function stateOf(base: string): string {
  return join(dirname(base), `.${basename(base)}.gc`);
}

function trashed(base: string): readonly string[] {
  const trash = join(stateOf(base), "checkpoints");
  return existsSync(trash) ? readdirSync(trash).filter((name) => name.startsWith("run-")) : [];
}

function runsIn(base: string): readonly string[] {
  return readdirSync(base)
    .filter((name) => name.endsWith(".log"))
    .toSorted();
}

describe("a toy agent", () => {
  it("is found in its own places, each base with its label, and nothing of others is", async () => {
    const { w, home, base, options } = acmeHome();
    w.repo("alive");
    const plan = await scan({ ...options, everything: true });
    expect(plan.bases.map(({ ref }) => [ref.agent, ref.path, ref.label, ref.profile])).toEqual([
      ["acme", join(home, "teams/blue/runs"), "blue", null],
      ["acme", base, "red", null],
    ]);
    expect(rowsOf(plan)).toEqual([
      ["blue", "run-7", "live", "keep"],
      ["red", "run-1", "stale", "remove"],
      ["red", "run-2", "live", "keep"],
      ["red", "run-3", "stale", "keep", "active"],
      ["red", "run-4", "live", "keep"],
    ]);
    expect(plan.bases.map(({ foreign }) => foreign)).toEqual([[], []]);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  it("is shown beside the others where no agent was named, and then no run takes any of it", async () => {
    const { w, options } = acmeHome();
    w.repo("alive");
    const { agent: _, ...all } = options;
    const plan = await scan({ ...all, env: { HOME: w.root, HERMES_HOME: w.home } });
    expect([...new Set(plan.bases.map(({ ref }) => ref.agent))]).toEqual(["hermes", "acme"]);
    expect(rowsOf(plan)).toContainEqual(["red", "run-1", "stale", "keep", "not-enabled"]);
    expect(outcomesOf(await prune(plan, all))).toEqual([]);
    const named = await scan({
      ...all,
      env: { HOME: w.root, HERMES_HOME: w.home },
      settings: { collect: ["acme-runs"] },
    });
    expect(rowsOf(named)).toContainEqual(["red", "run-1", "stale", "remove"]);
  });

  it("has its home and base named with its own name alone", async () => {
    const { home, base, options } = acmeHome();
    const { agent: _, ...unnamed } = options;
    expect((await scan({ ...options, home })).bases).toHaveLength(2);
    expect((await scan({ ...options, base })).bases.map(({ ref }) => ref.label)).toEqual(["red"]);
    expect((await scan({ ...unnamed, home })).bases.map(({ ref }) => ref.agent)).toEqual(["hermes"]);
    await expect(scan({ ...options, agent: ["acme", "hermes"], home })).rejects.toMatchObject({ code: "usage" });
    await expect(scan({ ...options, agent: "acne" })).rejects.toMatchObject({
      code: "usage",
      message: `--agent is "acne": expected one of ${AGENT_NAMES.join(", ")}, acme`,
    });
  });

  it("has settings in a file of its own, and its own keys in it count", async () => {
    const { home, options } = acmeHome();
    writeFileSync(
      join(home, "acme.yaml"),
      "cleanup:\n  retention_days: 90\n  colour: blue\ncheckpoint_gc:\n  trash_days: 3\n",
    );
    const plan = await scan(options);
    expect(plan.bases.map(({ settings }) => [settings.retention_days, settings.trash_days])).toEqual([
      [90, 3],
      [90, 3],
    ]);
    expect(rowsOf(plan)).toContainEqual(["red", "run-1", "live", "keep"]);
    writeFileSync(join(home, "acme.yaml"), "cleanup:\n  retention_days: soon\n");
    await expect(scan(options)).rejects.toMatchObject({
      code: "settings-invalid",
      message: expect.stringMatching(/cleanup\.retention_days in .*acme\.yaml.* "soon"/) as string,
    });
  });

  it("has a default of its own for a kind, which any file overrides", async () => {
    const { home, base, options } = acmeHome();
    makeRun(base, 5, { used: Date.now() / 1000 - 20 * 86_400 });
    writeTasks(base, [["task", { last_use: Date.now() / 1000 - 20 * 86_400 }]]);
    const before = rowsOf(await scan(options));
    expect(before).toContainEqual(["red", "run-5", "live", "keep"]);
    expect(before).toContainEqual(["red", "task", "stale", "remove"]);
    writeFileSync(join(home, "acme.yaml"), "cleanup:\n  retention_days: 10\n");
    expect(rowsOf(await scan(options))).toContainEqual(["red", "run-5", "stale", "remove"]);
    const flagged = await scan({ ...options, settings: { retention_days: 15 } });
    expect(rowsOf(flagged)).toContainEqual(["red", "run-5", "stale", "remove"]);
  });

  it("keeps the newest of a group, and the others of it too where one of those is gone by the time of the move", async () => {
    const { home, base, options } = acmeHome();
    writeFileSync(join(home, "acme.yaml"), "cleanup:\n  keep_latest: 2\n");
    for (const n of [5, 6, 7, 8]) makeRun(base, n, { used: OLD - n, team: "red" });
    const plan = await scan(options);
    expect(rowsOf(plan).filter(([, id]) => /[5678]/.test(String(id)))).toEqual([
      ["blue", "run-7", "live", "keep"],
      ["red", "run-7", "stale", "remove"],
      ["red", "run-8", "stale", "remove"],
      ["red", "run-5", "stale", "keep", "latest"],
      ["red", "run-6", "stale", "keep", "latest"],
    ]);
    const [log, json] = [join(base, "run-6.log"), join(base, "run-6.json")];
    for (const path of [log, json]) renameSync(path, `${path}.away`);
    expect(outcomesOf(await prune(plan, options))).toEqual([
      ["run-1", "removed"],
      ["run-7", "changed"],
      ["run-8", "changed"],
    ]);
    for (const path of [log, json]) renameSync(`${path}.away`, path);
    expect(outcomesOf(await prune(await scan(options), options))).toEqual([
      ["run-7", "removed"],
      ["run-8", "removed"],
    ]);
    expect(runsIn(base)).toEqual(["run-2.log", "run-3.log", "run-4.log", "run-5.log", "run-6.log"]);
  });

  it("is destroyed where it was asked for: both files of the run, and no other", async () => {
    const { base, options } = acmeHome();
    expect(outcomesOf(await prune(await scan(options), options))).toEqual([["run-1", "removed"]]);
    expect([runsIn(base), trashed(base)]).toEqual([["run-2.log", "run-3.log", "run-4.log"], []]);
  });

  it("is an orphan where its directory was deleted, and live where it is there", async () => {
    const { w, base, options } = acmeHome();
    makeRun(base, 9, { used: FRESH, workdir: join(w.work, "deleted") });
    const plan = await scan(options);
    expect(rowsOf(plan)).toContainEqual(["red", "run-9", "orphan", "remove"]);
    expect(rowsOf(plan)).toContainEqual(["red", "run-4", "live", "keep"]);
    const sweeps = plan.bases
      .flatMap(({ entries }) => entries)
      .find(({ judged }) => judged.entry.id === "run-9")?.sweep;
    expect(sweeps?.holds.map(({ code }) => code)).toEqual(["not-enabled", "grace"]);
  });

  it("goes to the trash and comes back as it was", async () => {
    const { base, options } = acmeHome();
    const before = fingerprint(base, { times: false });
    const result = await prune(await scan({ ...options, disposal: "trash" }), options);
    expect([outcomesOf(result), trashed(base).length]).toEqual([[["run-1", "trashed"]], 2]);
    expect((await restore({ ...options, ids: ["run-1"] })).rows.map(({ outcome }) => outcome)).toEqual(["restored"]);
    expect(diff(before, fingerprint(base, { times: false }))).toEqual([]);
    expect(rowsOf(await scan(options))).toContainEqual(["red", "run-1", "stale", "keep", "restored"]);
  });

  it("can be emptied from the trash", async () => {
    const { base, options } = acmeHome();
    await prune(await scan({ ...options, disposal: "trash" }), options);
    await emptyTrash({ ...options, plan: await scan(options) });
    expect([trashed(base), runsIn(base)]).toEqual([[], ["run-2.log", "run-3.log", "run-4.log"]]);
  });

  it("is swept once an interval where collect names its kind, by a marker in our own state", async () => {
    const { base, options } = acmeHome();
    const now = Date.now();
    const sweep = (at: number, collect: readonly string[] = ["acme-runs"]): Promise<RunResult> =>
      autoPrune({ ...options, settings: { collect }, optIn: true, now: () => at });
    expect(outcomesOf(await sweep(now, []))).toEqual([]);
    expect(existsSync(stateOf(base))).toBe(false);
    expect(outcomesOf(await sweep(now + 2 * DAY))).toEqual([["run-1", "trashed"]]);
    const marker = join(stateOf(base), ".last_prune");
    expect(Number(readFileSync(marker, "utf8"))).toBeCloseTo((now + 2 * DAY) / 1000, 0);
    expect(existsSync(join(base, ".last_prune"))).toBe(false);
    expect((await sweep(now + 2 * DAY + 1000)).bases.map(({ status }) => status)).toEqual(["not-due", "not-due"]);
    expect(outcomesOf(await sweep(now + 10 * DAY))).toContainEqual(["run-1", "removed"]);
    expect(trashed(base).filter((name) => name.startsWith("run-1."))).toEqual([]);
  });

  it("loses a record of a document that others share, and gets back the same bytes", async () => {
    const { base, options } = acmeHome();
    const path = writeTasks(base, [
      ["fresh", { last_use: FRESH }],
      ["old", { last_use: OLD }],
      ["twin", { last_use: FRESH }],
    ]);
    const before = readFileSync(path, "utf8");
    expect(rowsOf(await scan(options))).toContainEqual(["red", "old", "stale", "remove"]);
    const result = await prune(await scan({ ...options, disposal: "trash" }), options);
    expect(outcomesOf(result)).toContainEqual(["old", "trashed"]);
    const between = readFileSync(path, "utf8");
    expect(between).not.toContain('"old"');
    for (const twin of ["fresh", "twin"]) expect(between).toContain(recordOf(before, twin));
    expect((await restore({ ...options, ids: ["old"] })).rows.map(({ outcome }) => outcome)).toEqual(["restored"]);
    const after = readFileSync(path, "utf8");
    for (const key of ["fresh", "old", "twin"]) expect(after).toContain(recordOf(before, key));
    // A sweep takes it where collect names the kind.
    writeTasks(base, [["older", { last_use: OLD - 1 }]]);
    const swept = await autoPrune({ ...options, settings: { collect: ["toy"] }, optIn: true });
    expect(outcomesOf(swept)).toEqual([["older", "trashed"]]);
  });

  it("is removed under its own lock", async () => {
    const { home, options } = acmeHome();
    const plan = await scan(options);
    expect(existsSync(join(home, ".acme.lock"))).toBe(false);
    const locked: boolean[] = [];
    interceptCalls((operation, path) => {
      if (operation === "rename" && path.endsWith("/run-1.log")) locked.push(existsSync(join(home, ".acme.lock")));
    });
    expect(outcomesOf(await prune(plan, options))).toEqual([["run-1", "removed"]]);
    stopIntercepting();
    expect(locked).toEqual([true]);
  });

  it("is whole after a kill between its two files", async () => {
    const { base, options } = acmeHome();
    const before = fingerprint(base, { times: false });
    const plan = await scan(options);
    killAt((operation) => operation === "point:member-isolated");
    await expect(prune(plan, options)).rejects.toThrow("killed");
    stopIntercepting();
    expect(outcomesOf(await prune(await scan(options), options))).toEqual([["run-1", "returned"]]);
    expect(diff(before, fingerprint(base, { times: false }))).toEqual([]);
  });

  it("keeps what lies in an archive that it made of its base, the trash in it too", async () => {
    const { base, options } = acmeHome();
    await prune(await scan({ ...options, disposal: "trash" }), options);
    // It moves whole trees, and our state with them.
    mkdirSync(join(base, "frozen-1"));
    renameSync(stateOf(base), join(base, "frozen-1/.checkpoint-gc"));
    const { trash = [], foreign } = (await scan(options)).bases.find(({ ref }) => ref.path === base) ?? {};
    expect([trash.map(({ item }) => item.entryId), foreign]).toEqual([["run-1"], ["frozen-1"]]);
    expect((await restore({ ...options, ids: ["run-1"] })).rows.map(({ outcome }) => outcome)).toEqual(["restored"]);
  });
});

it("a base that another agent claims as well is swept once, by the settings of the first", async () => {
  const w = world();
  w.settings({ retention_days: 30, trash_days: 3650 }, "checkpoint_gc");
  const repo = w.repo("old", { ageDays: 60 });
  const live = w.repo("live");
  const ref = { agent: "acme", path: w.base, home: w.home, profile: null, label: null, named: null };
  const twin: Agent = { ...acme, findBases: () => [ref], settings: null };
  const now = Date.now();
  const sweep = (at: number): Promise<RunResult> =>
    autoPrune({
      env: { HOME: w.root },
      agents: [twin],
      settings: { collect: ["hermes-shadow"] },
      optIn: true,
      now: () => at,
    });
  expect(outcomesOf(await sweep(now))).toEqual([[repo.id, "trashed"]]);
  for (const days of [2, 9, 11]) expect(outcomesOf(await sweep(now + days * DAY))).toEqual([]);
  expect(existsSync(join(stateOf(w.base), ".last_prune"))).toBe(false);
  expect([existsSync(live.path), existsSync(repo.path)]).toEqual([true, false]);
  expect((await restore({ env: { HOME: w.root }, ids: [repo.id] })).rows.map(({ outcome }) => outcome)).toEqual([
    "restored",
  ]);
});

describe("the index of a toy agent", () => {
  it.each([
    ["cannot be parsed", (index: string) => writeFileSync(index, '{"open": ["run-')],
    ["says nothing of runs", (index: string) => writeFileSync(index, "{}")],
    ["is missing", (index: string) => rmSync(index)],
    [
      "is a directory",
      (index: string) => {
        rmSync(index);
        mkdirSync(index);
      },
    ],
  ])("holds every run of its base where it %s, and none of another base", async (_, spoil) => {
    const { home, base, options } = acmeHome();
    makeRun(join(home, "teams/blue/runs"), 8, { used: OLD });
    spoil(join(base, "open.json"));
    const plan = await scan(options);
    expect(rowsOf(plan).filter(([, , verdict]) => verdict === "stale")).toEqual([
      ["blue", "run-8", "stale", "remove"],
      ["red", "run-1", "stale", "keep", "witness"],
      ["red", "run-3", "stale", "keep", "witness"],
    ]);
    expect(outcomesOf(await prune(plan, options))).toEqual([["run-8", "removed"]]);
    const text = renderStatus(await scan({ ...options, everything: true }), look(), {
      all: true,
      rows: "all",
    });
    expect(text).toContain("whether it is in use is not known");
  });

  it("holds every run where reading it fails in a way that no system call does", async () => {
    const { options } = acmeHome();
    const broken: Agent = {
      ...acme,
      kinds: acme.kinds.map((kind) =>
        kind.witness === undefined ? kind : { ...kind, witness: () => JSON.parse("{") as never },
      ),
    };
    const plan = await scan({ ...options, agents: [broken] });
    expect(rowsOf(plan).filter(([, , verdict]) => verdict === "stale")).toEqual([
      ["red", "run-1", "stale", "keep", "witness"],
      ["red", "run-3", "stale", "keep", "witness"],
    ]);
  });

  it("is read again before a removal: a run that was begun since stays, and its twin goes", async () => {
    const { base, options } = acmeHome();
    makeRun(base, 5, { used: OLD });
    const plan = await scan(options);
    writeIndex(base, ["run-1"]);
    expect(outcomesOf(await prune(plan, options))).toEqual([
      ["run-1", "changed"],
      ["run-5", "removed"],
    ]);
    expect(lstatSync(join(base, "run-1.log")).isFile()).toBe(true);
  });
});

describe("what is printed of a toy agent", () => {
  it("has the agent, the kind and the label in JSON, and the sentence of its own reason", async () => {
    const { base, options } = acmeHome();
    makeRun(base, 6, "{");
    const plan = await scan({ ...options, everything: true });
    const document = runDocument("status", plan, { startedAt: 0, durationMs: 1, dryRun: true, version: "0" });
    expect(document.bases.map(({ agent, label }) => [agent, label])).toEqual([
      ["acme", "blue"],
      ["acme", "red"],
    ]);
    const broken = [...document.entries].find(({ id }) => id === "run-6");
    expect(broken).toMatchObject({
      store: "acme-runs",
      kind: "acme-runs",
      verdict: "unidentified",
      reason: "run-broken",
      detail: "its JSON is not that of a run: mend it, or delete it",
    });
  });

  it("names the team, the run that is not over, and counts runs by its own noun", async () => {
    const { options } = acmeHome();
    const plan = await scan({ ...options, everything: true });
    const text = renderStatus(plan, look({ nouns: { "acme-runs": ["run", "runs"] } }), {
      all: true,
      rows: "all",
    });
    expect(text).toMatch(/teams\/red\/runs {2}red$/m);
    expect(text).toContain("the run is not over");
    expect(text).toMatch(/\b5 runs\b/);
  });
});
