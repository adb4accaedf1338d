// Changes between the plan and the rename, and between the rename and the end: they are made at failpoints. Each has a
// twin in the same run: a similar entry without a change, which is removed.

import { lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { noLock } from "../../src/reclaim/owner-lock.ts";
import { isolate } from "../../src/reclaim/trash.ts";
import { assertSound } from "../support/git.ts";
import { errno, interceptCalls, interceptCallAt } from "../support/intercept-calls.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { memberOf } from "./members.ts";
import { byHand, namesIn, outcomes, resultOf, stateOf, sweep, trashNames, trashOf } from "./runs.ts";

interface Meddling {
  readonly name: string;
  readonly age: number;
  readonly fate: "delete" | "keep";
  readonly act: (w: World, repo: ShadowRepo) => void;
  /** What the entry's place holds when the run is over: the repo itself, perhaps with more in it. */
  readonly why: RegExp;
}

const MEDDLINGS: readonly Meddling[] = [
  {
    name: "its workdir comes back",
    age: 0,
    fate: "delete",
    act: (w, repo) => w.restoreWorkdir(repo),
    why: /live now/,
  },
  {
    name: "its workdir is put out of sight instead of being gone",
    age: 0,
    fate: "delete",
    act: (w, repo) => symlinkSync(w.root, repo.workdir),
    why: /unreachable now/,
  },
  {
    name: "a snapshot is taken in it",
    age: 60,
    fate: "keep",
    act: (w, repo) => w.snapshot(repo),
    why: /used in the meantime/,
  },
  {
    name: "git begins to work in it",
    age: 60,
    fate: "keep",
    act: (_, repo) => writeFileSync(join(repo.path, "index.lock"), ""),
    why: /held now \(busy\)|used in the meantime/,
  },
];

describe.each(MEDDLINGS)("$name", ({ age, fate, act, why }) => {
  it.each(["manual", "automatic"])("between the check and the rename, %s: it is put back", async (mode) => {
    const { w, repo, twin } = pair(age, fate);
    const before = fingerprint(repo.path);
    interceptCallAt("point:verified", () => act(w, repo), { path: repo.id });
    const run = mode === "manual" ? await byHand(w) : await sweep(w);
    expect(resultOf(run, repo)).toMatchObject({ outcome: "changed", trashId: null, error: { code: "ECHANGED" } });
    expect(resultOf(run, repo).error?.message).toMatch(why);
    expect(resultOf(run, twin).outcome).toBe(mode === "manual" ? "removed" : "trashed");
    expect(diff(before, fingerprint(repo.path)).filter((line) => line.startsWith("-"))).toEqual([]);
    assertSound(repo.path);
    expect(trashNames(w)).toHaveLength(mode === "manual" ? 0 : 1);
  });

  it("before its turn: it is not even moved", async () => {
    const { w, repo, twin } = pair(age, fate);
    const inode = lstatSync(repo.path).ino;
    let renames = 0;
    // The first look of the check: the plan is made, nothing is moved yet.
    const met = { done: false };
    interceptCalls((operation, path) => {
      if (operation === "rename" && path === repo.path) renames += 1;
      if (operation !== "mkdir" || met.done) return;
      met.done = true;
      act(w, repo);
    });
    const run = await byHand(w);
    expect(met.done).toBe(true);
    expect(resultOf(run, repo)).toMatchObject({ outcome: "changed" });
    expect(resultOf(run, twin).outcome).toBe("removed");
    expect(renames).toBe(0);
    expect(lstatSync(repo.path).ino).toBe(inode);
  });
});

describe("something else in its place", () => {
  it.each([
    ["another repo", (w: World, repo: ShadowRepo) => renameSync(w.repo("other").path, repo.path)],
    ["an empty directory", (_: World, repo: ShadowRepo) => mkdirSync(repo.path)],
    ["a file", (_: World, repo: ShadowRepo) => writeFileSync(repo.path, "precious\n")],
    ["a symlink to something precious", (w: World, repo: ShadowRepo) => symlinkSync(w.work, repo.path)],
  ] as const)("when %s has come there after the check, that one stays", async (_, act) => {
    const { w, repo, twin } = pair(0, "delete");
    const aside = join(w.root, "aside");
    let there: ReturnType<typeof fingerprint> | undefined;
    const precious = fingerprint(w.work);
    interceptCallAt(
      "point:verified",
      () => {
        renameSync(repo.path, aside);
        act(w, repo);
        there = fingerprint(repo.path);
      },
      { path: repo.id },
    );
    const run = await byHand(w);
    expect(resultOf(run, repo)).toMatchObject({ outcome: "changed", error: { message: "something else was moved" } });
    expect(resultOf(run, twin).outcome).toBe("removed");
    expect(diff(there!, fingerprint(repo.path))).toEqual([]);
    expect(diff(precious, fingerprint(w.work, { times: false })).filter((each) => each.startsWith("-"))).toEqual([]);
    assertSound(aside);
    expect(trashNames(w)).toEqual([]);
  });

  it("when nothing is there any more, it is reported as already gone, without an error", async () => {
    const { w, repo, twin } = pair(0, "delete");
    interceptCallAt("point:verified", () => renameSync(repo.path, join(w.root, "aside")), { path: repo.id });
    const run = await byHand(w);
    expect(resultOf(run, repo)).toMatchObject({ outcome: "already-gone", error: null });
    expect(resultOf(run, twin).outcome).toBe("removed");
  });

  it("does not call an entry already gone because the trash is", async () => {
    const { w, repo } = pair(0, "delete");
    interceptCallAt("point:verified", () => renameSync(stateOf(w), join(w.root, "state-aside")), { path: repo.id });
    const run = await byHand(w);
    // It may end in another way or fail, but it must not be reported as gone while it is there.
    const { outcome } = resultOf(run, repo);
    if (outcome === "already-gone") expect(namesIn(w.base)).not.toContain(repo.id);
    else expect(["failed", "removed"]).toContain(outcome);
  });
});

describe("its place is occupied while it is isolated", () => {
  it.each([
    ["a fresh repo", (w: World, repo: ShadowRepo): void => renameSync(w.repo("fresh").path, repo.path)],
    ["an empty directory", (_: World, repo: ShadowRepo): unknown => mkdirSync(repo.path)],
    ["a dangling symlink", (_: World, repo: ShadowRepo): void => symlinkSync("nowhere", repo.path)],
  ] as const)("by %s, and its workdir is back: conflict, both stay whole", async (_, act) => {
    const { w, repo, twin } = pair(0, "delete");
    const before = fingerprint(repo.path);
    let fresh: ReturnType<typeof fingerprint> | undefined;
    interceptCallAt(
      "point:isolated",
      () => {
        act(w, repo);
        w.restoreWorkdir(repo);
        fresh = fingerprint(repo.path);
      },
      { path: repo.id },
    );
    const run = await byHand(w);
    const result = resultOf(run, repo);
    expect(result).toMatchObject({ outcome: "conflict", error: { code: "EEXIST" } });
    expect(resultOf(run, twin).outcome).toBe("removed");
    expect(diff(fresh!, fingerprint(repo.path))).toEqual([]);
    const [name] = trashNames(w);
    expect(diff(before, fingerprint(join(stateOf(w), "trash", name ?? "")))).toEqual([]);
    expect((await trashOf(w)).map(({ item }) => item.id)).toEqual([result.trashId]);
  });

  it("by a fresh repo, and nothing else changed: the old one is removed, the fresh one stays", async () => {
    const { w, repo } = pair(0, "delete");
    interceptCallAt("point:isolated", () => renameSync(w.repo("fresh").path, repo.path), { path: repo.id });
    const run = await byHand(w);
    expect(resultOf(run, repo).outcome).toBe("removed");
    assertSound(repo.path);
    expect(readFileSync(join(repo.path, "HERMES_WORKDIR"), "utf8")).toContain("fresh");
    expect(outcomes(run)).toEqual({ removed: 2 });
  });
});

describe("several members", () => {
  it("are put back when the second cannot be moved, and overwrite nothing that was created meanwhile", async () => {
    const w = world();
    const [one, two] = [w.repo("one"), w.repo("two")];
    const trash = join(w.root, "trash");
    mkdirSync(trash);
    interceptCalls((operation, path) => {
      if (operation === "point:member-isolated" && path === one.path) mkdirSync(one.path);
      if (operation === "rename" && path === two.path) throw errno("EBUSY", operation, path);
    });
    const inode = (path: string): number => lstatSync(path).ino;
    const before = [inode(one.path), inode(two.path)];
    const entry = {
      base: w.base,
      store: "toy",
      id: "pair",
      members: [memberOf(one.path, one.id), memberOf(two.path, two.id)],
    } as const;
    const run = {
      to: { directory: trash, prefix: "" },
      now: 1000,
      withOwnerLock: noLock,
      ephemeral: false,
      signal: undefined,
    };
    await expect(isolate(entry, "orphan", run)).rejects.toThrow("EBUSY");
    // The empty directory that was made there is untouched, and the first member waits in the trash.
    expect(readdirSync(one.path)).toEqual([]);
    expect(namesIn(trash)).toHaveLength(1);
    expect(inode(join(trash, namesIn(trash)[0] ?? ""))).toBe(before[0]);
    expect(inode(two.path)).toBe(before[1]);
  });
});

/** One repo that something happens to, and one like it. */
function pair(ageDays: number, workdir: "delete" | "keep"): { w: World; repo: ShadowRepo; twin: ShadowRepo } {
  const w = world();
  w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
  return { w, repo: w.repo("repo", { ageDays, workdir }), twin: w.repo("twin", { ageDays, workdir }) };
}
