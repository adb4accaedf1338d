// Git deletes a reflog with its ref, and a bundle has only what the ref reaches. A project whose reflog reaches more is
// kept in every mode of removal, and one whose reflog reaches nothing more is removed.

import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, prune, restore, scan, type ScanOptions } from "../../../../src/index.ts";
import { trashNames } from "../../../reclaim/runs.ts";
import { git } from "../../../support/git.ts";
import { type HermesStore, hermesStore } from "../../../support/hermes-store.ts";
import { DAY_MS, removeTree } from "../../../support/paths.ts";
import { type World, world } from "../../../support/world.ts";

interface Made {
  readonly w: World;
  readonly store: HermesStore;
  readonly options: ScanOptions;
  readonly project: string;
  readonly reflog: string;
  /** Its snapshots, newest first. */
  readonly history: readonly string[];
}

/** A project with three snapshots in a store with reflogs, whose directory was deleted. */
function made(): Made {
  const w = world();
  w.settings({ stores: ["hermes-store", "hermes-debris"] }, "checkpoint_gc");
  const store = hermesStore(w.base);
  git({ repo: store.path }, "config", "core.logAllRefUpdates", "always");
  const project = join(w.work, "project");
  for (const n of [1, 2, 3]) store.snapshot(project, { "a.txt": `${n}\n` }, Date.now() - 60 * DAY_MS + n * 1000);
  removeTree(project);
  const reflog = join(store.path, "logs", store.project(project).ref);
  expect(existsSync(reflog)).toBe(true);
  return { w, store, project, reflog, history: store.list(project), options: { home: w.home, env: { HOME: w.root } } };
}

function reset({ store, project, history }: Made): void {
  git({ repo: store.path }, "update-ref", store.project(project).ref, history[2]!);
}

function inReflogs({ path }: HermesStore): ReadonlySet<string> {
  return new Set(git({ repo: path }, "rev-list", "--reflog").split("\n"));
}

async function holdsOf({ options }: Made): Promise<unknown> {
  const plan = await scan({ ...options, everything: true });
  return plan.bases[0]?.entries.map(({ ruling }) => [ruling.action, ruling.holds.map(({ code }) => code)]);
}

async function removed({ options }: Made): Promise<readonly string[]> {
  const result = await prune(await scan({ ...options, disposal: "trash" }), options);
  return result.bases.flatMap(({ entries }) => entries).map(({ outcome }) => outcome);
}

describe("a project with a reflog", () => {
  it("is kept where the reflog has snapshots that its ref does not have", async () => {
    const all = made();
    reset(all);
    expect(await holdsOf(all)).toEqual([["keep", ["reflog"]]]);
    expect(await removed(all)).toEqual([]);
    await autoPrune({ ...all.options, optIn: true, force: true });
    expect(trashNames(all.w)).toEqual([]);
    expect(inReflogs(all.store)).toEqual(new Set(all.history));
  });

  it("is removed where the reflog has nothing more, and comes back whole", async () => {
    const all = made();
    expect(await removed(all)).toEqual(["trashed"]);
    expect(all.store.list(all.project)).toEqual([]);
    await restore({ ...all.options, ids: [all.store.project(all.project).id] });
    expect(all.store.list(all.project)).toEqual(all.history);
  });

  it("is removed where what only the reflog names was collected before", async () => {
    const all = made();
    const { store, history, options } = all;
    reset(all);
    for (const name of history.slice(0, 2)) rmSync(join(store.path, "objects", name.slice(0, 2), name.slice(2)));
    const plan = await scan({ ...options, disposal: "trash", only: "orphan" });
    expect(plan.bases[0]?.entries.map(({ ruling }) => ruling.action)).toEqual(["remove"]);
  });

  it("is kept where the reflog cannot be read", async () => {
    const all = made();
    rmSync(all.reflog);
    mkdirSync(all.reflog);
    expect(await holdsOf(all)).toEqual([["keep", ["reflog"]]]);
  });

  it.each([
    { what: "is not swapped out where the reflog has more", resets: true, outcome: "failed" },
    { what: "is swapped out where the reflog has nothing more", resets: false, outcome: "restored" },
  ])("$what", async ({ resets, outcome }) => {
    const all = made();
    const { store, project, options, w } = all;
    expect(await removed(all)).toEqual(["trashed"]);
    for (const n of [4, 5, 6]) store.snapshot(project, { "a.txt": `${n}\n` });
    const newer = store.list(project);
    if (resets) git({ repo: store.path }, "update-ref", store.project(project).ref, newer[2]!);
    const { rows } = await restore({ ...options, ids: [store.project(project).id], swap: true });
    expect(rows.map((row) => row.outcome)).toEqual([outcome]);
    expect(store.tip(project)).toBe(resets ? newer[2] : all.history[0]);
    expect(trashNames(w).filter((name) => name.includes("swapped") && name.includes("+ref"))).toHaveLength(
      resets ? 0 : 1,
    );
    if (resets) expect(inReflogs(store)).toEqual(new Set(newer));
  });
});

it("an orphaned ref is kept where its reflog has snapshots that it does not have, and removed otherwise", async () => {
  for (const resets of [true, false]) {
    const all = made();
    const { store, project } = all;
    if (resets) reset(all);
    for (const path of [store.project(project).json, store.project(project).index, store.project(project).ledger])
      rmSync(path);
    const plan = await scan({
      ...all.options,
      everything: true,
      disposal: "trash",
      now: () => Date.now() + 100 * DAY_MS,
    });
    const refs = plan.bases[0]?.entries.filter(({ judged }) => judged.reason === "orphaned-ref");
    expect(refs?.map(({ ruling }) => ruling.action)).toEqual([resets ? "keep" : "remove"]);
  }
});
