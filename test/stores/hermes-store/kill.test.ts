// SIGKILL at every named point of taking a project and of putting it back, then a run without: the project is whole in
// its place or whole in the trash, nothing of ours is left between, and its history is what it was.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { trashNames } from "../../reclaim/runs.ts";
import { assertSound } from "../../support/git.ts";
import { runFaulty } from "../../support/faults.ts";
import { type HermesStore, hermesStore } from "../../support/hermes-store.ts";
import { DAY_MS } from "../../support/paths.ts";
import { run } from "../../support/run.ts";
import { type World, world } from "../../support/world.ts";

interface Made {
  readonly w: World;
  readonly store: HermesStore;
  readonly old: string;
  readonly fresh: string;
  readonly history: readonly string[];
  readonly id: string;
}

function made(): Made {
  const w = world();
  w.settings({ stores: ["hermes-store"] }, "checkpoint_gc");
  const store = hermesStore(w.base);
  const [old, fresh] = [join(w.work, "old"), join(w.work, "fresh")];
  store.snapshot(old, { "a.txt": "one\n" }, Date.now() - 61 * DAY_MS);
  store.snapshot(old, { "a.txt": "two\n" }, Date.now() - 60 * DAY_MS);
  store.snapshot(fresh, { "a.txt": "mine\n" });
  return { w, store, old, fresh, history: store.list(old), id: store.project(old).id };
}

const TAKING = [
  ["verified", 1],
  ["packed", 1],
  ["bundled", 1],
  ["guard-taken", 1],
  ["ref-deleted", 1],
  ["member-isolated", 1],
  ["member-isolated", 2],
  ["member-isolated", 3],
  ["member-isolated", 4],
  ["guard-released", 1],
  ["isolated", 1],
] as const;

const RETURNING = [
  ["guard-taken", 1],
  ["ref-created", 1],
  ["member-returned", 1],
  ["member-returned", 2],
  ["member-returned", 4],
  ["guard-released", 1],
] as const;

/** Destroyed at once it takes the same steps but for the packing: outside `test:long` the two that decide are enough. */
const AT_ONCE =
  process.env["LONG"] === "1" ? TAKING : TAKING.filter(([at]) => at === "ref-deleted" || at === "isolated");

describe("prune", () => {
  it.each([
    ...TAKING.map(([at, nth]) => [at, nth, "--trash"] as const),
    ...AT_ONCE.map(([at, nth]) => [at, nth, "--yes"] as const),
  ])("killed at %s %i (%s)", async (at, nth, how) => {
    const all = made();
    const { w, store, history, old, id } = all;
    const killed = await runFaulty({ kind: "kill", at: `point:${at}`, nth }, ["prune", "--yes", how], { home: w });
    expect(killed.signal).toBe("SIGKILL");
    assertSound(store.path);
    // A run that has something to do looks at the trash first.
    const next = await run(["prune", "--yes", "--trash", "--json"], { home: w });
    expect(next.code, next.stderr + next.stdout).toBe(0);
    const again = await run(["prune", "--yes", "--trash", "--json"], { home: w });
    expect(again.report().totals).toMatchObject({ failed: 0 });
    // By now it is in the trash, whole; nothing was packed twice, and no temporary file stayed.
    expect(new Set(trashNames(w).map((name) => name.split(".")[5]))).toEqual(
      new Set(["1of4+ref", "2of4", "3of4", "4of4"]),
    );
    expect(trashNames(w)).toHaveLength(4);
    expect(readdirSync(join(w.home, ".checkpoints.gc", "trash")).filter((name) => name.startsWith(".tmp"))).toEqual([]);
    expect(store.tip(old)).toBe(null);
    const back = await run(["trash", "restore", id, "--json"], { home: w });
    expect(back.code, back.stdout).toBe(0);
    expect(store.list(old)).toEqual(history);
    expect(trashNames(w)).toEqual([]);
    assertSound(store.path);
  });
});

describe("trash restore", () => {
  it.each(RETURNING)("killed at %s %i", async (at, nth) => {
    const { w, store, history, old, id } = made();
    expect((await run(["prune", "--yes", "--trash"], { home: w })).code).toBe(0);
    const killed = await runFaulty({ kind: "kill", at: `point:${at}`, nth }, ["trash", "restore", id], { home: w });
    expect(killed.signal).toBe("SIGKILL");
    const left = trashNames(w).length;
    if (left === 4 && at === "guard-taken") {
      // Nothing was put back yet: it waits where it was.
      expect((await run(["trash", "restore", id], { home: w })).code).toBe(0);
    } else if (left > 0) {
      const next = await run(["prune", "--yes", "--json"], { home: w });
      expect(next.code, next.stdout).toBe(0);
    }
    expect(store.list(old)).toEqual(history);
    expect(trashNames(w)).toEqual([]);
    assertSound(store.path);
    const plan = (await run(["status", "--json"], { home: w })).report();
    expect(plan.entries.find((entry) => entry.id === id)).toMatchObject({ holds: ["restored"], action: "keep" });
  });
});

describe("killed between packing and deleting, and Hermes goes on", () => {
  it("what was packed is dropped where the ref has all of it", async () => {
    const { w, store, old, history } = made();
    await runFaulty({ kind: "kill", at: "point:guard-taken", nth: 1 }, ["prune", "--yes", "--trash"], { home: w });
    expect(trashNames(w)).toHaveLength(1);
    const commit = store.snapshot(old, { "a.txt": "three\n" });
    expect((await run(["prune", "--yes"], { home: w })).code).toBe(0);
    expect([trashNames(w), store.list(old)]).toEqual([[], [commit, ...history]]);
  });
});
