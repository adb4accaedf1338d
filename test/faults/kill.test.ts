// SIGKILL at every named point and at every call that changes something, then a run without: it converges. Nothing is
// lost unreported, nothing half destroyed can be restored, and no temporary file stays.

import { lstatSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { namesIn, trashOf } from "../reclaim/runs.ts";
import { assertSound } from "../support/git.ts";
import { runFaulty } from "../support/faults.ts";
import { run } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { world } from "../support/world.ts";
import { checkEnd, checkHalfway, three } from "./three.ts";

const CHANGING = ["rename", "unlink", "rmdir", "mkdir", "fsync", "write", "ftruncate", "utimes"] as const;
const POINTS = [
  "point:verified",
  "point:isolated",
  "point:member-isolated",
  "point:marked",
  "point:destroyed",
  "point:written",
] as const;

const STEP = 10;

describe("prune --yes", () => {
  it.each(moments([1, 2, 3], [1, 4, 40, 90]))("killed at %s %i", async (at, nth) => {
    const world_ = three();
    const { w, gone } = world_;
    const killed = await runFaulty({ kind: "kill", at, nth }, ["prune", "--yes", "--json"], { home: w });
    if (killed.signal === null) return expect(killed.code).toBe(0);
    checkHalfway(world_);

    const next = await run(["prune", "--yes", "--json"], { home: w });
    expect(next.code, next.stderr).toBe(0);
    expect(next.report().totals.failed).toBe(0);
    // What was isolated and not yet marked waits out its period: a second look may bring it back.
    const waiting = await trashOf(w);
    for (const { item } of waiting) {
      expect(item).toMatchObject({ marked: false, complete: true });
      assertSound(item.members[0]?.path ?? "");
    }
    expect(waiting.length).toBeLessThanOrEqual(gone.length);
    const restored = await run(["trash", "restore", ...waiting.map(({ item }) => item.id), "--json"], { home: w });
    if (waiting.length > 0) expect(restored.code, restored.stderr + restored.stdout).toBe(0);
    await checkEnd(world_);
  });
});

describe("auto", () => {
  it.each(moments([1, 2], [1, 2, 3, 5, 8]))("killed at %s %i", async (at, nth) => {
    const world_ = three();
    const { w } = world_;
    const killed = await runFaulty({ kind: "kill", at, nth }, ["auto", "--opt-in", "--json"], { home: w });
    if (killed.signal === null) return expect(killed.code).toBe(0);
    checkHalfway(world_);
    const next = await run(["auto", "--opt-in", "--now", "--json"], { home: w });
    expect(next.code, next.stderr).toBe(0);
    expect(next.report()).toMatchObject({ status: "done", totals: { failed: 0 } });
    expect(await trashOf(w)).toHaveLength(3);
    for (const { item } of await trashOf(w)) assertSound(item.members[0]?.path ?? "");
    await checkEnd(world_);
    expect(lstatSync(join(w.base, ".last_prune")).size).toBeGreaterThan(0);
  });
});

describe("trash restore", () => {
  it.each(moments([1, 2], [1, 2, 3]).filter(([at]) => !at.startsWith("point:d")))(
    "killed at %s %i",
    async (at, nth) => {
      const world_ = three();
      const { w, gone } = world_;
      const before = new Map(gone.map((repo) => [repo.id, fingerprint(repo.path)]));
      expect((await run(["prune", "--yes", "--trash", "--json"], { home: w })).code).toBe(0);
      const ids = gone.map(({ id }) => id);
      const killed = await runFaulty({ kind: "kill", at, nth }, ["trash", "restore", ...ids, "--json"], { home: w });
      if (killed.signal === null) return expect(killed.code).toBe(0);
      const left = (await trashOf(w)).map(({ item }) => item.entryId);
      for (const repo of gone) expect(namesIn(w.base).includes(repo.id), repo.name).toBe(!left.includes(repo.id));
      if (left.length > 0) expect((await run(["trash", "restore", ...left, "--json"], { home: w })).code).toBe(0);
      for (const repo of gone) expect(diff(before.get(repo.id)!, fingerprint(repo.path))).toEqual([]);
      await checkEnd(world_);
    },
  );

  it.each(["point:member-isolated", "point:member-returned", "rename"])(
    "--swap killed at %s: no repo is lost",
    async (at) => {
      const { w, gone, live } = three();
      const [repo] = gone;
      if (repo === undefined) throw new Error("no repo");
      const old = fingerprint(repo.path);
      expect((await run(["prune", "--yes", "--trash", repo.id], { home: w })).code).toBe(0);
      renameSync(w.repo("fresh").path, repo.path);
      const fresh = fingerprint(repo.path);
      const killed = await runFaulty(
        { kind: "kill", at, nth: at === "rename" ? 2 : 1 },
        ["trash", "restore", repo.id, "--swap"],
        { home: w },
      );
      expect(killed.signal).toBe("SIGKILL");
      // Whatever was where, one run later one repo is in the place again, and the other one is listed.
      expect((await run(["prune", "--yes", live.id], { home: w })).code).toBe(0);
      expect((await run(["prune", "--yes"], { home: w })).code).toBe(0);
      const items = await trashOf(w);
      expect(items).toHaveLength(1);
      const both = [fingerprint(repo.path), fingerprint(items[0]?.item.members[0]?.path ?? "")];
      expect([fresh, old].every((one) => both.some((other) => diff(one, other).length === 0))).toBe(true);
    },
  );
});

describe("an automatic return", () => {
  // The note that shields it is written before the move, and means nothing without it.
  it.each(["utimes", "rename", "point:member-returned"])(
    "killed at %s: it comes back, and no rule matches at once although it is old",
    async (at) => {
      const w = world();
      w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
      const [repo, twin] = [w.repo("repo", { workdir: "delete", ageDays: 60 }), w.repo("twin", { ageDays: 60 })];
      const before = fingerprint(repo.path);
      expect((await run(["prune", "--yes", "--trash", "--only", "orphan"], { home: w })).code).toBe(0);
      w.restoreWorkdir(repo);
      const args = ["prune", "--yes", "--trash", "--json"];
      // The first rename in the state is of a state file, those of the trash have its id.
      const killed = await runFaulty({ kind: "kill", at, nth: 1, path: at === "rename" ? repo.id : "" }, args, {
        home: w,
      });
      expect(killed.signal).toBe("SIGKILL");
      expect(namesIn(w.base).includes(repo.id)).toBe(at === "point:member-returned");
      const next = await run(args, { home: w });
      expect(next.code, next.stderr).toBe(0);
      expect(diff(before, fingerprint(repo.path))).toEqual([]);
      // Its twin was never missed: nothing speaks for it.
      expect((await trashOf(w)).map(({ item }) => item.entryId)).toEqual([twin.id]);
      const last = await run(["status", "--json"], { home: w });
      expect(last.report().entries.find(({ id }) => id === repo.id)).toMatchObject({ holds: ["restored"] });
    },
  );
});

/** All of them with LONG=1, otherwise one in ten, and always the same: what fails now and then stops everybody. */
function moments(points: readonly number[], calls: readonly number[]): [string, number][] {
  const all = [
    ...POINTS.flatMap((at) => points.map((nth): [string, number] => [at, nth])),
    ...CHANGING.flatMap((at) => calls.map((nth): [string, number] => [at, nth])),
  ];
  return process.env["LONG"] === "1" ? all : all.filter((_, at) => at % STEP === STEP / 2);
}
