// What this user cannot move is kept by the plan, with whom it belongs to: the dry run, the run and the JSON agree. The
// built command runs as another uid, since root may do everything.

import { chmodSync, chownSync, existsSync, lchownSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, type TestContext } from "vitest";
import { give, isRoot, letPass, loudly, OTHER_UID } from "../fs/support.ts";
import { git } from "../support/git.ts";
import { type HermesStore, hermesStore, type StoreProject } from "../support/hermes-store.ts";
import { DAY_MS, everythingBelow, removeTree } from "../support/paths.ts";
import { inNamespace, noMounts, skipped } from "../support/mounts.ts";
import { COMMAND, run, type RunResult } from "../support/run.ts";
import { entryOf, type Report } from "../support/report.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";

const ANOTHER = 1234;

interface Home {
  readonly w: World;
  readonly old: ShadowRepo;
  readonly twin: ShadowRepo;
}

/** The home of a user who is not root, with two repos that are old. */
function homeOf(test: TestContext): Home {
  if (!isRoot()) loudly(test, "repos of another owner need root");
  const w = world();
  letPass(w.root);
  const old = w.repo("old", { ageDays: 30 });
  const twin = w.repo("twin", { ageDays: 30 });
  give(w.root);
  return { w, old, twin };
}

function giveTo(path: string, uid: number): void {
  for (const each of everythingBelow(path)) lchownSync(each, uid, uid);
}

async function asUser(w: World, ...args: readonly string[]): Promise<RunResult> {
  return run(args, { home: w, uid: OTHER_UID });
}

/** What the dry run says, then what a run does. */
async function promisedAndDone(w: World): Promise<{ promised: Report; done: Report; code: number | null }> {
  const promised = (await asUser(w, "prune", "--dry-run", "--json")).report();
  const done = await asUser(w, "prune", "--yes", "--json");
  return { promised, done: done.report(), code: done.code };
}

describe("a repo of another owner", () => {
  it.for([
    ["root", 0, "root", "sudo chown -R"],
    ["a user without a name here", ANOTHER, `user ${ANOTHER}`, "sudo chown -R"],
  ] as const)(
    "%s: is kept, with its owner and the next step; its twin is removed",
    async ([, uid, name, step], test) => {
      const { w, old, twin } = homeOf(test);
      giveTo(old.path, uid);
      const { promised, done, code } = await promisedAndDone(w);
      expect(entryOf(promised, old.id)).toMatchObject({ action: "keep", rule: "stale", holds: ["no-permission"] });
      expect(entryOf(promised, old.id).detail).toContain(`belongs to ${name}`);
      expect(entryOf(promised, old.id).detail).toContain(step);
      expect(entryOf(promised, twin.id).action).toBe("remove");
      expect(entryOf(done, old.id)).toMatchObject({ action: "keep", outcome: null, error: null });
      expect(entryOf(done, twin.id).outcome).toBe("removed");
      expect(code).toBe(0);
      expect(existsSync(join(old.path, "HEAD"))).toBe(true);
    },
  );

  it("that its group may write is removed: the near twin", async (test) => {
    const { w, old } = homeOf(test);
    for (const each of everythingBelow(old.path)) {
      lchownSync(each, ANOTHER, OTHER_UID);
      chmodSync(each, 0o775);
    }
    const done = await run(["prune", "--yes", "--json"], {
      home: w,
      through: ["setpriv", `--reuid=${OTHER_UID}`, `--regid=${OTHER_UID}`, "--clear-groups"],
    });
    expect(entryOf(done.report(), old.id).outcome).toBe("removed");
  });

  it.for([
    ["with something in it is kept, whole", true],
    ["that is empty is removed with the rest: the near twin", false],
  ] as const)("deep in an own repo, a directory %s", async ([, filled], test) => {
    const { w, old, twin } = homeOf(test);
    const deep = join(old.path, "objects", "zz");
    mkdirSync(deep);
    if (filled) writeFileSync(join(deep, "left"), "by root");
    for (const path of filled ? [deep, join(deep, "left")] : [deep]) lchownSync(path, ANOTHER, ANOTHER);
    w.age(old, 30);
    chownSync(join(old.path, "objects"), OTHER_UID, OTHER_UID);
    const { promised, done, code } = await promisedAndDone(w);
    expect(entryOf(done, twin.id).outcome).toBe("removed");
    expect(code).toBe(0);
    if (!filled) return expect(entryOf(done, old.id).outcome).toBe("removed");
    expect(entryOf(promised, old.id)).toMatchObject({ action: "keep", rule: "stale", holds: ["no-permission"] });
    expect(entryOf(promised, old.id).detail).toContain(`${deep} belongs to user ${ANOTHER}`);
    expect(entryOf(promised, old.id).detail).toContain(`sudo chown -R "$(id -u)" ${deep}`);
    expect(entryOf(done, old.id)).toMatchObject({ action: "keep", outcome: null });
    expect(existsSync(join(old.path, "HEAD"))).toBe(true);
    // The advice helps.
    for (const path of [deep, join(deep, "left")]) lchownSync(path, OTHER_UID, OTHER_UID);
    expect(entryOf((await promisedAndDone(w)).done, old.id).outcome).toBe("removed");
  });

  it("in a sticky base is kept even where every user may write to it", async (test) => {
    const { w, old, twin } = homeOf(test);
    // A base of another user that everybody may write to, as /tmp is one.
    chownSync(w.base, ANOTHER, ANOTHER);
    chmodSync(w.base, 0o1777);
    for (const each of everythingBelow(old.path)) {
      lchownSync(each, ANOTHER, ANOTHER);
      chmodSync(each, 0o777);
    }
    const { promised, done } = await promisedAndDone(w);
    expect(entryOf(promised, old.id)).toMatchObject({ action: "keep", holds: ["no-permission"] });
    expect(entryOf(done, old.id).outcome).toBeNull();
    expect(entryOf(done, twin.id).outcome).toBe("removed");
  });

  it("of the same user with mode 500 is removed", async (test) => {
    const { w, old } = homeOf(test);
    chmodSync(old.path, 0o500);
    expect(entryOf((await promisedAndDone(w)).done, old.id).outcome).toBe("removed");
  });
});

describe("the refs of a store", () => {
  interface Refs {
    readonly w: World;
    readonly store: HermesStore;
    readonly old: StoreProject;
    /** The directory that another user has to make over. */
    readonly at: string;
  }

  /** A store of a user who is not root, with one project that is old. */
  function storeOf(test: TestContext, packed: boolean): Refs {
    if (!isRoot()) loudly(test, "refs of another owner need root");
    const w = world();
    letPass(w.root);
    w.settings({ stores: ["hermes-store"] }, "checkpoint_gc");
    const store = hermesStore(w.base);
    const workdir = join(w.work, "old");
    store.snapshot(workdir, { "a.txt": "a\n" }, Date.now() - 60 * DAY_MS);
    if (packed) git({ repo: store.path }, "pack-refs", "--all", "--prune");
    const own = join(store.path, "refs", "hermes");
    if (packed) removeTree(own);
    give(w.root);
    return { w, store, old: store.project(workdir), at: packed ? dirname(own) : own };
  }

  it.for([
    ["loose", false],
    ["packed", true],
  ] as const)("%s: of another user, are kept, with the step that helps", async ([, packed], test) => {
    const { w, store, old, at } = storeOf(test, packed);
    giveTo(at, 0);
    const { promised, done, code } = await promisedAndDone(w);
    expect(entryOf(promised, old.id)).toMatchObject({ action: "keep", rule: "stale", holds: ["no-permission"] });
    expect(entryOf(promised, old.id).detail).toContain(`${at} belongs to root`);
    // Not "run it as root": root would be refused, because the base is another user's.
    expect(entryOf(promised, old.id).detail).toContain(`sudo chown -R "$(id -u)" ${at}`);
    expect(entryOf(done, old.id)).toMatchObject({ action: "keep", outcome: null, error: null });
    expect(code).toBe(0);
    expect(store.tip(old.workdir)).not.toBeNull();
    giveTo(at, OTHER_UID);
    expect(entryOf((await promisedAndDone(w)).done, old.id).outcome).toBe("removed");
    expect(store.tip(old.workdir)).toBeNull();
  });

  it("in a directory that only has to be made writable: says so", async (test) => {
    const { w, old, at } = storeOf(test, false);
    chmodSync(at, 0o500);
    const { promised } = await promisedAndDone(w);
    expect(entryOf(promised, old.id)).toMatchObject({ action: "keep", holds: ["no-permission"] });
    expect(entryOf(promised, old.id).detail).toContain(`chmod u+rwx ${at}`);
  });

  it.for([
    ["is kept", 0],
    ["is removed where it is one's own: the near twin", OTHER_UID],
  ] as const)("one of another user in a sticky directory %s", async ([, uid], test) => {
    const { w, store, old, at } = storeOf(test, false);
    chownSync(at, 0, 0);
    chmodSync(at, 0o1777);
    giveTo(join(store.path, old.ref), uid);
    const { promised, done } = await promisedAndDone(w);
    expect(entryOf(promised, old.id).action).toBe(uid === 0 ? "keep" : "remove");
    expect(entryOf(done, old.id).outcome).toBe(uid === 0 ? null : "removed");
  });

  it("of another user that this one may write to are removed: the near twin", async (test) => {
    const { w, old, at } = storeOf(test, false);
    giveTo(at, ANOTHER);
    for (const each of everythingBelow(at)) chmodSync(each, 0o777);
    const { promised, done } = await promisedAndDone(w);
    expect(entryOf(promised, old.id).action).toBe("remove");
    expect(entryOf(done, old.id).outcome).toBe("removed");
  });
});

it("a store of another user in one's own base is kept, with the step that helps", async (test) => {
  if (!isRoot()) loudly(test, "a store of another owner needs root");
  const w = world();
  letPass(w.root);
  w.settings({ stores: ["hermes-store"] }, "checkpoint_gc");
  const store = hermesStore(w.base);
  store.snapshot(join(w.work, "old"), { "a.txt": "a\n" }, Date.now() - 60 * DAY_MS);
  give(w.root);
  giveTo(store.path, ANOTHER);
  const { promised } = await promisedAndDone(w);
  const { detail, holds } = entryOf(promised, store.project(join(w.work, "old")).id);
  expect(holds).toEqual(["no-permission"]);
  expect(detail).toContain(`sudo chown -R "$(id -u)" ${store.path}`);
});

describe("a base that this user may not write to", () => {
  it("of another user: says as whom to run it", async (test) => {
    const { w, old } = homeOf(test);
    chownSync(w.base, ANOTHER, ANOTHER);
    chmodSync(w.base, 0o755);
    const { promised, done, code } = await promisedAndDone(w);
    expect(entryOf(promised, old.id)).toMatchObject({ action: "keep", holds: ["no-permission"] });
    expect(entryOf(promised, old.id).detail).toContain(`sudo -u '#${ANOTHER}' checkpoints prune`);
    expect(entryOf(done, old.id).outcome).toBeNull();
    expect(code).toBe(0);
  });

  it("of this user: says what to change", async (test) => {
    const { w, old } = homeOf(test);
    chmodSync(w.base, 0o500);
    const { promised } = await promisedAndDone(w);
    chmodSync(w.base, 0o700);
    expect(entryOf(promised, old.id)).toMatchObject({ action: "keep", holds: ["no-permission"] });
    expect(entryOf(promised, old.id).detail).toContain(`chmod u+rwx ${w.base}`);
  });
});

describe("a state that this user may not write to", () => {
  it.for(["", "checkpoints", "trash"])("%s: is said before the question", async (below, test) => {
    const { w, old } = homeOf(test);
    const state = join(w.home, ".checkpoints.gc");
    mkdirSync(join(state, below === "" ? "checkpoints" : below), { recursive: true, mode: 0o700 });
    giveTo(state, OTHER_UID);
    chmodSync(join(state, below), 0o500);
    const { promised, done } = await promisedAndDone(w);
    expect(entryOf(promised, old.id)).toMatchObject({ action: "keep", holds: ["no-permission"] });
    expect(entryOf(promised, old.id).detail).toContain(join(state, below));
    expect(entryOf(done, old.id).outcome).toBeNull();
    chmodSync(join(state, below), 0o700);
    expect(entryOf((await promisedAndDone(w)).done, old.id).outcome).toBe("removed");
  });
});

it("root on another user's home promises nothing either, and names the user", async (test) => {
  const { w, old } = homeOf(test);
  const dry = await run(["prune", "--dry-run", "--json"], { home: w });
  expect(entryOf(dry.report(), old.id)).toMatchObject({ action: "keep", holds: ["no-permission"] });
  expect(entryOf(dry.report(), old.id).detail).toContain(`sudo -u '#${OTHER_UID}'`);
  expect((await run(["prune", "--yes"], { home: w })).code).toBe(2);
});

it.skipIf(skipped(noMounts()))("below a read-only mount nothing is promised, by root neither", () => {
  const w = world();
  const old = w.repo("old", { ageDays: 30 });
  const script = `
    mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"
    HOME="$2" HERMES_HOME="$1" "$3" "$4" prune --dry-run --json
  `;
  const done = inNamespace(script, w.home, w.root, process.execPath, COMMAND);
  const report = JSON.parse(done.stdout) as Report;
  expect(entryOf(report, old.id)).toMatchObject({ action: "keep", rule: "stale", holds: ["read-only"] });
  expect(entryOf(report, old.id).detail).toContain("read-only file system");
});
