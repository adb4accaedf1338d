// The base was removed (a program clears its checkpoints, a person deletes the directory): what was moved to the trash
// before, and the history, are reached by the state beside it alone, and expire as before.

import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { restore, scan } from "../src/index.ts";
import { checkDue } from "../src/hook/check-due.ts";
import { byHand, common, inDays, namesIn, outcomes, stateOf, sweep, trashNames, trashOf } from "./reclaim/runs.ts";
import { hermesStore } from "./support/hermes-store.ts";
import { removeTree } from "./support/paths.ts";
import { run } from "./support/run.ts";
import { diff, fingerprint } from "./support/tree.ts";
import { type ShadowRepo, type World, world } from "./support/world.ts";

/** One orphan and one stale repo in the trash of a base that is gone. */
async function gone(w: World = world()): Promise<{
  w: World;
  orphan: ShadowRepo;
  stale: ShadowRepo;
  before: ReturnType<typeof fingerprint>;
}> {
  w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
  w.repo("live");
  const orphan = w.repo("orphan", { workdir: "delete", ageDays: 2 });
  const stale = w.repo("stale", { ageDays: 60 });
  const before = fingerprint(stale.path);
  expect(outcomes(await sweep(w))).toEqual({ trashed: 2 });
  removeTree(w.base);
  return { w, orphan, stale, before };
}

describe("a base that is gone", () => {
  it("still shows its trash and its history, by home and by base", async () => {
    const { w, orphan, stale } = await gone();
    for (const named of [[], ["--home", w.home], ["--base", w.base]]) {
      const list = await run(["trash", "list", ...named], { home: w });
      expect([list.code, list.stdout]).toEqual([0, expect.stringContaining(orphan.id) as string]);
      expect(list.stdout).toContain(stale.id);
      const history = await run(["history", ...named], { home: w });
      expect([history.code, history.stdout]).toEqual([0, expect.stringContaining("2 to trash") as string]);
      const status = await run(["status", ...named], { home: w });
      expect(status.code).toBe(0);
      expect(status.stdout.replaceAll(/\s+/g, " ")).toContain("Does not exist any more.");
      expect(status.stdout).toMatch(/In the trash: 2 repos/);
    }
    const report = (await run(["status", "--json"], { home: w })).report();
    expect(report.bases).toMatchObject([{ path: w.base, exists: false, status: "done", error: null }]);
    expect(report.trash).toHaveLength(2);
    expect(existsSync(w.base)).toBe(false);
  });

  it("is made again by a restore, as private as it was", async () => {
    const { w, stale, before } = await gone();
    const back = await run(["trash", "restore", stale.id], { home: w });
    expect([back.code, back.stderr]).toEqual([0, ""]);
    expect(diff(before, fingerprint(stale.path))).toEqual([]);
    expect(namesIn(w.base)).toEqual([stale.id]);
    expect(outcomes(await sweep(w))).toEqual({});
  });

  it("gives what its last sweep took back as a whole, and elsewhere", async () => {
    const { w, orphan, stale } = await gone();
    const to = join(w.root, "rescued");
    const one = await restore({ ...common(w), ids: [orphan.id], to });
    expect(one.rows).toMatchObject([{ outcome: "restored", path: join(to, orphan.id) }]);
    expect(existsSync(w.base)).toBe(false);
    const rest = await restore({ ...common(w), ids: [], last: true });
    expect(rest.rows).toMatchObject([{ outcome: "restored", path: stale.path }]);
  });

  it("lets its trash expire by sweeps, each once an interval, and makes nothing", async () => {
    const { w } = await gone();
    w.settings({ auto_prune: true });
    // Not forced: due by the last sweep alone, since there is no marker.
    expect((await sweep(w, { force: false, now: inDays(0.5) })).status).toBe("not-due");
    expect(outcomes(await sweep(w, { force: false, now: inDays(3) }))).toEqual({});
    expect((await sweep(w, { force: false, now: inDays(3.5) })).status).toBe("not-due");
    expect(trashNames(w)).toHaveLength(2);
    // That the directory of the orphan is gone was witnessed, and is proved again without the base.
    expect(outcomes(await sweep(w, { force: false, now: inDays(8) }))).toEqual({ removed: 2 });
    expect(trashNames(w)).toEqual([]);
    expect(existsSync(w.base)).toBe(false);
    const idle = await sweep(w, { force: false, now: inDays(30) });
    expect([idle.status, idle.bases[0]?.error]).toEqual(["done", null]);
  });

  it("lets a person empty its trash, and prune what is due", async () => {
    const { w } = await gone();
    expect(outcomes(await byHand(w, { now: inDays(1) }))).toEqual({});
    const empty = await run(["trash", "empty", "--yes"], { home: w });
    expect(empty.code).toBe(0);
    expect(trashNames(w)).toEqual([]);
    expect((await run(["status"], { home: w })).stdout).toContain("No checkpoints found");
  });

  it("is not restored automatically, and loses nothing whose directory is there", async () => {
    const { w, orphan } = await gone();
    w.restoreWorkdir(orphan);
    expect(outcomes(await sweep(w))).toEqual({});
    expect(existsSync(w.base)).toBe(false);
    await sweep(w, { now: inDays(8) });
    expect((await trashOf(w)).map(({ item }) => item.entryId)).toEqual([orphan.id]);
  });

  it("that was replaced by a fresh one has the trash of both", async () => {
    const { w, orphan, stale, before } = await gone();
    mkdirSync(w.base);
    const fresh = w.repo("fresh", { ageDays: 60 });
    await byHand(w, { disposal: "trash" });
    expect((await trashOf(w)).map(({ item }) => item.entryId).toSorted()).toEqual(
      [orphan.id, stale.id, fresh.id].toSorted(),
    );
    expect((await restore({ ...common(w), ids: [stale.id] })).rows).toMatchObject([{ outcome: "restored" }]);
    expect(diff(before, fingerprint(stale.path))).toEqual([]);
  });

  it("of a profile is found as well", async () => {
    const w = world();
    w.repo("main");
    const profile = w.profile("work");
    const { stale } = await gone(profile);
    const list = await run(["trash", "list"], { home: w });
    expect(list.stdout).toContain(stale.id);
    expect((await restore({ ...common(w), ids: [stale.id] })).rows).toMatchObject([
      { outcome: "restored", path: stale.path },
    ]);
  });

  it("is found where its home is a symlink", async () => {
    const { w, stale } = await gone();
    const link = join(w.root, "link");
    symlinkSync(w.home, link);
    const { rows } = await restore({ ...common(w), home: link, ids: [stale.id] });
    expect(rows).toMatchObject([{ outcome: "restored", path: stale.path }]);
    expect(realpathSync(w.base)).toBe(w.base);
  });

  it("is found where it was a symlink to a larger disk, by the state beside what was removed", async () => {
    const w = world();
    const disk = join(w.root, "disk");
    mkdirSync(disk);
    renameSync(w.base, join(disk, "big"));
    symlinkSync(join(disk, "big"), w.base);
    w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
    const stale = w.repo("stale", { ageDays: 60 });
    expect(outcomes(await sweep(w))).toEqual({ trashed: 1 });
    removeTree(join(disk, "big"));
    expect((await run(["trash", "list"], { home: w })).stdout).toContain(stale.id);
    expect((await restore({ ...common(w), ids: [stale.id] })).rows).toMatchObject([{ outcome: "restored" }]);
    expect(namesIn(w.base)).toEqual([stale.id]);
    // Its twin on a disk that is not mounted is not an empty home.
    renameSync(disk, `${disk}-unplugged`);
    expect((await run(["trash", "list"], { home: w })).code).toBe(2);
  });

  it("keeps its projects restorable where their store was deleted with it", async () => {
    const w = world();
    const store = hermesStore(w.base);
    const workdir = join(w.work, "gone");
    store.snapshot(workdir, { "a.txt": "a\n" }, Date.now() - 60 * 86_400_000);
    rmSync(workdir, { recursive: true });
    const settings = { stores: ["hermes-store"] as const };
    expect(outcomes(await byHand(w, { disposal: "trash", settings }))).toEqual({ trashed: 1 });
    removeTree(w.base);
    const [item] = await trashOf(w);
    const id = item?.item.entryId ?? "";
    const { rows } = await restore({ ...common(w), ids: [id] });
    expect(rows).toMatchObject([
      { outcome: "failed", error: { message: expect.stringContaining("--to DIR") as string } },
    ]);
    expect(existsSync(w.base)).toBe(false);
    const to = join(w.root, "rescued");
    expect((await restore({ ...common(w), ids: [id], to })).rows).toMatchObject([{ outcome: "restored" }]);
    expect(namesIn(to).some((name) => name.endsWith(".bundle"))).toBe(true);
  });

  it("is looked at by the start-up hook only while its trash holds something", async () => {
    const { w } = await gone();
    const place = { kind: "home", path: w.home, userHome: w.root } as const;
    rmSync(join(stateOf(w), "next"));
    expect(checkDue(place, { now: Date.now(), consented: false, ownFile: "/nowhere/config.yaml" }).kind).toBe("due");
    await run(["trash", "empty", "--yes"], { home: w });
    rmSync(join(stateOf(w), "next"), { force: true });
    expect(checkDue(place, { now: Date.now(), consented: false, ownFile: "/nowhere/config.yaml" }).kind).toBe(
      "nothing",
    );
  });

  it("without a state is missing as before: where it was named, an error; else nothing", async () => {
    const w = world();
    removeTree(w.base);
    expect((await run(["status", "--base", w.base], { home: w })).code).toBe(2);
    expect((await run(["trash", "list"], { home: w })).stdout).toContain("No checkpoints found");
    expect((await scan(common(w))).bases).toMatchObject([{ exists: false, trash: [] }]);
    expect(namesIn(w.home)).toEqual([]);
  });
});
