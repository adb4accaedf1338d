// A home that was put back from a backup with its old times: the first runs must not take what was put there a moment
// ago. Real copies; the twins beside them are homes that were there all the time.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, type TestContext } from "vitest";
import { byHand, DAY_MS, inDays, stateOf, sweep, trashNames } from "./reclaim/runs.ts";
import { scan } from "../src/index.ts";
import { common } from "./reclaim/runs.ts";
import { has } from "./support/mounts.ts";
import { loudly } from "./fs/support.ts";
import { hermesStore } from "./support/hermes-store.ts";
import { type ShadowRepo, type World, world } from "./support/world.ts";

const COPIES: Readonly<Record<string, (from: string, to: string) => void>> = {
  "cp -a": (from, to) => execFileSync("cp", ["-a", from, to]),
  "tar": (from, to) => {
    mkdirSync(to);
    execFileSync("sh", ["-c", 'tar -C "$1" -cf - . | tar -C "$2" -xpf -', "sh", from, to]);
  },
  "rsync -a": (from, to) => execFileSync("rsync", ["-a", `${from}/`, to]),
};

function restored(test: TestContext, how: string): { w: World; old: readonly ShadowRepo[] } {
  const w = world();
  if (statSync(w.base, { bigint: true }).birthtimeNs === 0n) loudly(test, "no birth times here");
  if (!has(how.split(" ")[0] ?? "")) loudly(test, `no ${how} here`);
  const old = [w.repo("a", { ageDays: 30 }), w.repo("b", { ageDays: 60 })];
  // Nothing was written there for a while before the copy: rsync leaves a time that differs by less than a second.
  const yesterday = new Date(Date.now() - DAY_MS);
  utimesSync(w.base, yesterday, yesterday);
  COPIES[how]?.(w.home, join(w.root, "copy"));
  rmSync(w.home, { recursive: true });
  renameSync(join(w.root, "copy"), w.home);
  return { w, old };
}

async function removable(w: World, now = Date.now()): Promise<readonly string[]> {
  const [base] = (await scan({ ...common(w), now: () => now })).bases;
  return base?.entries.flatMap(({ ruling, judged }) => (ruling.action === "remove" ? judged.entry.id : [])) ?? [];
}

describe.each(Object.keys(COPIES))("a home that was put back by %s", (how) => {
  it("loses nothing to the first runs, nor when the base changed since", async (test) => {
    const { w, old } = restored(test, how);
    expect(await removable(w)).toEqual([]);
    await sweep(w);
    // Hermes and the sweep itself have written into the base by now.
    writeFileSync(join(w.base, ".last_prune"), "0");
    w.repo("new");
    await sweep(w);
    await byHand(w);
    expect(trashNames(w)).toEqual([]);
    expect(old.map(({ path }) => statSync(path).isDirectory())).toEqual([true, true]);
  });

  it("loses what is not used for the retention from then on", async (test) => {
    const { w, old } = restored(test, how);
    await sweep(w);
    expect(await removable(w, Date.now() + 6 * DAY_MS)).toEqual([]);
    expect((await removable(w, Date.now() + 8 * DAY_MS)).toSorted()).toEqual(old.map(({ id }) => id).toSorted());
    await sweep(w, { now: inDays(8) });
    expect(trashNames(w)).toHaveLength(2);
  });

  it("loses a repo whose directory was deleted, after its grace and not after the retention", async (test) => {
    const { w, old } = restored(test, how);
    const [gone] = old;
    if (gone === undefined) throw new Error("two were made");
    w.removeWorkdir(gone);
    expect(await removable(w)).toEqual([gone.id]);
    await sweep(w);
    expect(trashNames(w)).toHaveLength(0);
    await sweep(w, { now: inDays(2) });
    expect(trashNames(w)).toHaveLength(1);
  });
});

describe("what is put back into a base that was there all the time", () => {
  /** As used on one day: made, then used for some minutes. */
  function used(w: World, path: string, daysAgo: number): void {
    w.age(path, daysAgo);
    w.age(join(path, "HEAD"), { at: Date.now() - daysAgo * DAY_MS - 5 * 60_000 });
  }

  function putBack(path: string): void {
    renameSync(path, `${path}.backup`);
    execFileSync("cp", ["-a", `${path}.backup`, path]);
    rmSync(`${path}.backup`, { recursive: true });
  }

  it("is a repo that stays for the retention from then on; another one, whose times are all equal, is removed", async (test) => {
    const w = world();
    if (statSync(w.base, { bigint: true }).birthtimeNs === 0n) loudly(test, "no birth times here");
    const [back, old] = [w.repo("back"), w.repo("old", { ageDays: 30 })];
    used(w, back.path, 30);
    putBack(back.path);
    expect(await removable(w)).toEqual([old.id]);
    expect(await removable(w, Date.now() + 6 * DAY_MS)).toEqual([old.id]);
    await sweep(w);
    await byHand(w);
    expect(existsSync(back.path)).toBe(true);
    expect(await removable(w, Date.now() + 8 * DAY_MS)).toEqual([back.id]);
    await sweep(w, { now: inDays(8) });
    expect(existsSync(back.path)).toBe(false);
  });

  it("is a repo that is removed after its grace, not after the retention, where its directory was deleted", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    used(w, gone.path, 30);
    putBack(gone.path);
    expect(await removable(w)).toEqual([gone.id]);
    await sweep(w);
    expect(existsSync(gone.path)).toBe(true);
    await sweep(w, { now: inDays(2) });
    expect(existsSync(gone.path)).toBe(false);
  });

  it("is a single store that keeps all of its projects; in one that was there they are removed", async (test) => {
    const all = { stores: ["hermes-store"] };
    const w = world();
    if (statSync(w.base, { bigint: true }).birthtimeNs === 0n) loudly(test, "no birth times here");
    const store = hermesStore(w.base);
    store.snapshot(join(w.work, "a"), { "a.txt": "a" }, Date.now() - 30 * DAY_MS);
    const { id } = store.project(join(w.work, "a"));
    w.settings(all, "checkpoint_gc");
    expect(await removable(w)).toEqual([id]);
    w.age(store.path, 40);
    putBack(store.path);
    expect(await removable(w)).toEqual([]);
    expect(await removable(w, Date.now() + 8 * DAY_MS)).toEqual([id]);
  });
});

it("the trash of a home that was put back waits from then on, however long ago it was filled", async (test) => {
  const { w, old } = restored(test, "cp -a");
  await byHand(w, { settings: { retention_days: 20 }, now: inDays(40), disposal: "trash" });
  // That clock was ahead, and the next one is not to be doubted for it.
  rmSync(join(stateOf(w), "state.json"));
  const trash = join(stateOf(w), "trash");
  expect(trashNames(w)).toHaveLength(2);
  // As a backup of a month ago has them: what is in the names is older than the directories.
  for (const name of trashNames(w)) {
    const [id, , ...rest] = name.split(".");
    renameSync(join(trash, name), join(trash, [id, Date.now() - 30 * DAY_MS, ...rest].join(".")));
  }
  await sweep(w, { now: inDays(6) });
  expect(trashNames(w)).toHaveLength(2);
  await sweep(w, { now: inDays(8) });
  expect(trashNames(w)).toEqual([]);
  expect(old.map(({ path }) => existsSync(path))).toEqual([false, false]);
});

it("a home that was there all the time loses what is old, whatever the state was made by", async () => {
  const w = world();
  const old = w.repo("a", { ageDays: 30 });
  mkdirSync(stateOf(w), { recursive: true });
  expect(await removable(w)).toEqual([old.id]);
  await sweep(w);
  expect(trashNames(w)).toHaveLength(1);
});
