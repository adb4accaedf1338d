// One sweep an interval, however many processes start at once; and without a lock each entry handled once.

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { byHand, inDays, isolatedId, namesIn, outcomes, stateOf, sweep, trashNames, trashOf } from "./reclaim/runs.ts";
import { type Fault, faulty } from "./support/faults.ts";
import { hash16 } from "./support/paths.ts";
import { run, start } from "./support/run.ts";
import { appears } from "./support/until.ts";
import { world, type World } from "./support/world.ts";

describe("many processes", () => {
  it("thirty at once make one sweep and write one marker", async () => {
    const w = autoWorld();
    for (let n = 0; n < 5; n++) w.repo(`gone${n}`, { workdir: "delete" });
    const live = w.repo("live");
    const all = await Promise.all(Array.from({ length: 30 }, () => run(["auto", "--json"], { home: w })));
    expect(all.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual(Array.from({ length: 30 }, () => 0));
    const statuses = all.map((one) => one.report().status);
    expect(statuses.filter((status) => status === "done")).toHaveLength(1);
    expect(statuses.filter((status) => !["done", "not-due", "locked"].includes(status))).toEqual([]);
    expect(all.reduce((sum, one) => sum + one.report().totals.trashed, 0)).toBe(5);
    const state: unknown = JSON.parse(readFileSync(join(stateOf(w), "state.json"), "utf8"));
    expect(state).toMatchObject({ failures: 0, sweeps: [{ trashed: 5 }] });
    expect((state as { sweeps: unknown[] }).sweeps).toHaveLength(1);
    expect(namesIn(w.base)).toEqual([".last_prune", live.id].toSorted());
    expect(namesIn(stateOf(w)).filter((name) => name.startsWith(".tmp-"))).toEqual([]);
  });

  it("one that waits in mid-sweep keeps the others out, and they say who it is", async () => {
    const w = autoWorld();
    w.repo("gone", { workdir: "delete" });
    const [reached, go] = [join(w.root, "reached"), join(w.root, "go")];
    const fault: Fault = { kind: "wait", at: "point:isolated", reached, go };
    const first = start(["auto", "--json"], faulty(fault, { home: w }));
    await appears(reached);
    const others = await Promise.all([1, 2, 3].map(() => run(["auto", "--json"], { home: w })));
    for (const other of others) expect(other).toMatchObject({ code: 0 });
    expect(others.map((other) => other.report().status)).toEqual(["locked", "locked", "locked"]);
    writeFileSync(go, "");
    expect((await first.done).report()).toMatchObject({ status: "done", totals: { trashed: 1 } });
  });

  // More than are handed to threads at once.
  const MANY = 100;
  it("four without a lock remove each of 100 entries once, and do not fail on an entry that another one removed", async () => {
    const w = autoWorld();
    const ids = Array.from({ length: MANY }, (_, n) => tinyOrphan(w, `gone${n}`));
    const live = w.repo("live");
    const bin = join(w.root, "bin");
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, "node"));
    const go = join(w.root, "go");
    // Each of them has its plan before the first begins: otherwise the last could find nothing to do.
    const all = await Promise.all(
      [1, 2, 3, 4].map(async (n) => {
        const ready = join(w.root, `ready${n}`);
        const [started, node] = [appears(ready), heldAtFirstMove(w, ready, go)];
        const done = run(["prune", "--yes", "--trash", "--json"], { home: w, env: { PATH: bin }, node });
        await Promise.race([started, done]);
        return { done };
      }),
    );
    writeFileSync(go, "");
    const ended = await Promise.all(all.map(({ done }) => done));
    expect(ended.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0, 0, 0]);
    const told = ended.map((one) => one.report().entries.filter((entry) => entry.action === "remove"));
    // A git that counts snapshots for one of them may keep an entry out of the plan of another.
    for (const entries of told) expect(entries.length).toBeGreaterThan(MANY / 2);
    expect(told.flat().filter(({ outcome }) => outcome !== "trashed" && outcome !== "already-gone")).toEqual([]);
    const trashed = told.flatMap((entries) => entries.filter(({ outcome }) => outcome === "trashed"));
    expect(trashed.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(ended.reduce((sum, one) => sum + one.report().totals.trashed, 0)).toBe(MANY);
    expect(trashNames(w)).toHaveLength(MANY);
    expect(new Set(trashNames(w).map(isolatedId))).toEqual(new Set(ids));
    expect(namesIn(w.base)).toEqual([live.id]);
  });
});

it("does not take another run of the command, which reads an entry, for a program at work in it", async () => {
  const w = world();
  const gone = w.repo("gone", { workdir: "delete" });
  const [reading, ready, go] = ["reading.mjs", "ready", "go"].map((name) => join(w.root, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(
    reading,
    `import { existsSync, openSync, writeFileSync } from "node:fs";
openSync(${JSON.stringify(join(gone.path, "HEAD"))}, "r");
writeFileSync(${JSON.stringify(ready)}, "");
while (!existsSync(${JSON.stringify(go)})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
`,
  );
  const other = run(["status"], { home: w, node: ["--import", reading] });
  await appears(ready);
  const { stdout } = await run(["prune", "--yes"], { home: w });
  writeFileSync(go, "");
  expect(stdout).toContain("Removed 1 repo");
  expect((await other).code).toBe(0);
});

/** Arguments of node: before it moves its first entry, the command says that it is ready, and waits until it may go on. */
function heldAtFirstMove(w: World, ready: string, go: string): readonly string[] {
  const file = `${ready}.mjs`;
  writeFileSync(
    file,
    `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
const rename = fs.renameSync; let met = false;
fs.renameSync = (from, to) => {
  if (!met && String(from).startsWith(${JSON.stringify(`${w.base}/`)})) {
    met = true;
    fs.writeFileSync(${JSON.stringify(ready)}, "");
    while (!fs.existsSync(${JSON.stringify(go)})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
  rename(from, to);
};
syncBuiltinESMExports();
`,
  );
  return ["--import", file];
}

/** The least that is a repo, of a directory that is not there: five hundred with real objects would take a while. */
function tinyOrphan(w: World, name: string): string {
  const workdir = join(w.work, name);
  const id = hash16(workdir);
  for (const directory of ["objects", "refs"]) mkdirSync(join(w.base, id, directory), { recursive: true });
  writeFileSync(join(w.base, id, "HEAD"), "ref: refs/heads/main\n");
  writeFileSync(join(w.base, id, "config"), `[core]\n\tworktree = ${workdir}\n`);
  writeFileSync(join(w.base, id, "HERMES_WORKDIR"), `${workdir}\n`);
  return id;
}

describe("a clock that is not to be trusted", () => {
  it.each([[60], [-1]])(
    "that jumped by %i days destroys nothing, also where the trash is off; a day later sweeps continue",
    async (days) => {
      const w = autoWorld();
      w.settings({ trash_days: 0 }, "checkpoint_gc");
      w.repo("first", { workdir: "delete" });
      expect(outcomes(await sweep(w))).toEqual({ removed: 1 });
      const gone = w.repo("second", { workdir: "delete" });
      const run_ = await sweep(w, { now: inDays(days) });
      expect(outcomes(run_)["removed"] ?? 0).toBe(0);
      expect([...namesIn(w.base), ...trashNames(w)].some((name) => name.startsWith(gone.id))).toBe(true);
      // Its date cannot be trusted, so its period begins with the first run that trusts its clock again.
      expect(outcomes(await sweep(w, { now: inDays(days + 1.5) }))).toEqual({});
      expect(outcomes(await sweep(w, { now: inDays(days + 1.6) }))).toEqual({ removed: 1 });
    },
  );

  it("does not keep a person from it", async () => {
    const w = autoWorld();
    w.repo("first", { workdir: "delete" });
    await sweep(w);
    w.repo("second", { workdir: "delete" });
    expect(outcomes(await byHand(w, { now: inDays(60) }))["removed"]).toBe(2);
    expect(await trashOf(w)).toEqual([]);
  });
});

describe("settings", () => {
  it("that are broken never mean delete, and a restore moves nothing either", async () => {
    const w = autoWorld();
    const gone = w.repo("gone", { workdir: "delete" });
    await sweep(w);
    w.config("checkpoints: {retention_days: soon}\n");
    expect((await sweep(w)).status).toBe("error");
    const before = trashNames(w);
    expect((await run(["trash", "restore", gone.id], { home: w })).code).toBe(2);
    expect(trashNames(w)).toEqual(before);
  });
});

function autoWorld(): World {
  const w = world();
  w.settings({ auto_prune: true });
  w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
  return w;
}
