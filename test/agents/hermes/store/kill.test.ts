// SIGKILL at every named point of taking a project and of putting it back, then a run without: the project is whole in
// its place or whole in the trash, no temporary file is left between, and its history is what it was.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ageCopies, trashNames } from "../../../reclaim/runs.ts";
import { assertSound } from "../../../support/git.ts";
import { runFaulty } from "../../../support/faults.ts";
import { type HermesStore, hermesStore } from "../../../support/hermes-store.ts";
import { manyProjects } from "../../../support/many-projects.ts";
import { DAY_MS } from "../../../support/paths.ts";
import { run } from "../../../support/run.ts";
import { type World, world } from "../../../support/world.ts";

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
  ["guard-released", 1],
  ["isolated", 1],
] as const;

const RETURNING = [
  ["guard-taken", 1],
  ["ref-created", 1],
  ["member-returned", 1],
  ["member-returned", 2],
  ["guard-released", 1],
] as const;

/** Destroyed at once, the steps are the same but for the packing: outside `test:long` the two that decide are enough. */
const AT_ONCE =
  process.env["LONG"] === "1" ? TAKING : TAKING.filter(([at]) => at === "ref-deleted" || at === "isolated");

/** What the next two runs make of what a killed one left: the second one when its copies are old enough to go. */
async function settledAgain({ w, store }: Pick<ReturnType<typeof made>, "w" | "store">): Promise<void> {
  assertSound(store.path);
  // A run that has something to do looks at the trash first.
  const next = await run(["prune", "--yes", "--trash", "--json"], { home: w });
  expect(next.code, next.stderr + next.stdout).toBe(0);
  ageCopies(w);
  const again = await run(["prune", "--yes", "--trash", "--json"], { home: w });
  expect(again.report().totals).toMatchObject({ failed: 0 });
}

describe("prune", () => {
  it.each([
    ...TAKING.map(([at, nth]) => [at, nth, "--trash"] as const),
    ...AT_ONCE.map(([at, nth]) => [at, nth, "--yes"] as const),
  ])("killed at %s %i (%s)", async (at, nth, how) => {
    const all = made();
    const { w, store, history, old, id } = all;
    const killed = await runFaulty({ kind: "kill", at: `point:${at}`, nth }, ["prune", "--yes", how], { home: w });
    expect(killed.signal).toBe("SIGKILL");
    await settledAgain(all);
    // By now it is in the trash, whole; nothing was packed twice, and no temporary file stayed.
    expect(new Set(trashNames(w).map((name) => name.split(".")[5]))).toEqual(new Set(["1of3+ref", "2of3", "3of3"]));
    expect(trashNames(w)).toHaveLength(3);
    expect(readdirSync(join(w.home, ".checkpoints.gc", "trash")).filter((name) => name.startsWith(".tmp"))).toEqual([]);
    expect(store.tip(old)).toBe(null);
    const back = await run(["trash", "restore", id, "--json"], { home: w });
    expect(back.code, back.stdout).toBe(0);
    expect(store.list(old)).toEqual(history);
    await expectCopiesAlone(w);
    expect(store.list(old)).toEqual(history);
    assertSound(store.path);
  });
});

describe("trash empty after a kill", () => {
  it.for([
    ["ref-deleted", "its ref is gone"],
    ["member-isolated", "a file is gone too"],
  ] as const)("at %s (%s) restores the project that was being moved", async ([at]) => {
    const { w, store, history, old } = made();
    const killed = await runFaulty({ kind: "kill", at: `point:${at}`, nth: 1 }, ["prune", "--yes", "--trash"], {
      home: w,
    });
    expect(killed.signal).toBe("SIGKILL");
    const list = await run(["trash", "list"], { home: w });
    expect(list.stdout).toContain("will be restored");
    const emptied = await run(["trash", "empty", "--yes"], { home: w });
    expect([emptied.code, emptied.stdout]).toEqual([0, expect.stringContaining("Restored 1 entry from the trash.")]);
    expect(store.list(old)).toEqual(history);
    assertSound(store.path);
  });

  it("that came when all was moved deletes it: the near twin", async () => {
    const { w, store, old } = made();
    await runFaulty({ kind: "kill", at: "point:isolated", nth: 1 }, ["prune", "--yes", "--trash"], { home: w });
    const emptied = await run(["trash", "empty", "--yes"], { home: w });
    expect(emptied.stdout).toContain("Permanently deleted from the trash: 1 entry");
    expect([store.tip(old), trashNames(w)]).toEqual([null, []]);
  });
});

it.each([...RETURNING, ["none", 1]] as const)(
  "trash restore, killed at %s %i and run again, says that a copy stays where one does",
  async (at, nth) => {
    const { w, store, history, old, id } = made();
    expect((await run(["prune", "--yes", "--trash", "-q"], { home: w })).code).toBe(0);
    if (at !== "none") await runFaulty({ kind: "kill", at: `point:${at}`, nth }, ["trash", "restore", id], { home: w });
    const { stdout, code } = await run(["trash", "restore", id], { home: w });
    expect(code).toBe(0);
    expect(store.list(old)).toEqual(history);
    if (/^Restored: /m.test(stdout)) expect(stdout.includes("A copy stays")).toBe(trashNames(w).length > 0);
  },
);

/** In a group the steps of one come between those of the others. */
const IN_A_GROUP = [
  ["packed", 3, "--trash"],
  ["ref-deleted", 1, "--trash"],
  ["member-isolated", 4, "--trash"],
  ["isolated", 3, "--trash"],
  ["ref-deleted", 3, "--yes"],
  ["isolated", 1, "--yes"],
] as const;

const ALL_IN_A_GROUP = [
  ...IN_A_GROUP,
  ["verified", 3, "--trash"],
  ["bundled", 3, "--trash"],
  ["guard-taken", 1, "--trash"],
  ["ref-deleted", 3, "--trash"],
  ["member-isolated", 2, "--trash"],
  ["member-isolated", 8, "--trash"],
  ["guard-released", 1, "--trash"],
  ["isolated", 1, "--trash"],
  ["bundled", 3, "--yes"],
  ["member-isolated", 5, "--yes"],
] as const;

describe("prune of several at once", () => {
  it.each(process.env["LONG"] === "1" ? ALL_IN_A_GROUP : IN_A_GROUP)(
    "killed at %s %i (%s) leaves each whole",
    async (at, nth, how) => {
      const { w, store, old, fresh, id, history } = made();
      const workdirs = [old, ...manyProjects(store, w.work, 3)];
      const histories = new Map(workdirs.map((workdir) => [workdir, store.list(workdir)]));
      expect(histories.get(old)).toEqual(history);
      const mine = store.list(fresh);
      const killed = await runFaulty({ kind: "kill", at: `point:${at}`, nth }, ["prune", "--yes", how], { home: w });
      expect(killed.signal).toBe("SIGKILL");
      await settledAgain({ w, store });
      expect(trashNames(w)).toHaveLength(3 * workdirs.length);
      expect(readdirSync(join(w.home, ".checkpoints.gc", "trash")).filter((name) => name.startsWith(".tmp"))).toEqual(
        [],
      );
      const ids = [id, ...workdirs.slice(1).map((workdir) => store.project(workdir).id)];
      const back = await run(["trash", "restore", ...ids, "--json"], { home: w });
      expect(back.code, back.stdout).toBe(0);
      for (const workdir of workdirs) expect(store.list(workdir)).toEqual(histories.get(workdir));
      expect(store.list(fresh)).toEqual(mine);
      await expectCopiesAlone(w);
      assertSound(store.path);
    },
  );
});

/** What a restore leaves for two hours, and what the first run after that drops. */
async function expectCopiesAlone(w: World): Promise<void> {
  expect(trashNames(w).filter((name) => !/=\..*\+ref/.test(name))).toEqual([]);
  ageCopies(w);
  const next = await run(["prune", "--yes", "--json"], { home: w });
  expect([next.code, trashNames(w)], next.stdout).toEqual([0, []]);
}

describe("trash restore", () => {
  it.each(RETURNING)("killed at %s %i", async (at, nth) => {
    const { w, store, history, old, id } = made();
    expect((await run(["prune", "--yes", "--trash"], { home: w })).code).toBe(0);
    const killed = await runFaulty({ kind: "kill", at: `point:${at}`, nth }, ["trash", "restore", id], { home: w });
    expect(killed.signal).toBe("SIGKILL");
    const left = trashNames(w).length;
    if (left === 3 && at === "guard-taken") {
      // Nothing was restored yet: it waits where it was.
      expect((await run(["trash", "restore", id], { home: w })).code).toBe(0);
      await expectCopiesAlone(w);
    } else if (left > 0) {
      const next = await run(["prune", "--yes", "--json"], { home: w });
      expect(next.code, next.stdout).toBe(0);
    }
    expect(store.list(old)).toEqual(history);
    await expectCopiesAlone(w);
    expect(store.list(old)).toEqual(history);
    assertSound(store.path);
    const plan = (await run(["status", "--json"], { home: w })).report();
    expect(plan.entries.find((entry) => entry.id === id)).toMatchObject({ holds: ["restored"], action: "keep" });
  });
});

describe("killed between packing and deleting: Hermes still works", () => {
  it("what was packed is dropped where the ref has all of it", async () => {
    const { w, store, old, history } = made();
    await runFaulty({ kind: "kill", at: "point:guard-taken", nth: 1 }, ["prune", "--yes", "--trash"], { home: w });
    expect(trashNames(w)).toHaveLength(1);
    const commit = store.snapshot(old, { "a.txt": "three\n" });
    expect((await run(["prune", "--yes"], { home: w })).code).toBe(0);
    expect(ageCopies(w)).toBe(1);
    expect((await run(["prune", "--yes"], { home: w })).code).toBe(0);
    expect([trashNames(w), store.list(old)]).toEqual([[], [commit, ...history]]);
  });
});
