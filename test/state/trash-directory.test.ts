// Where the trash is: under a name that `hermes backup` leaves out, with the old name leading there, and beside what
// version 1.0.0 left under that.

import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyTrash, scan } from "../../src/index.ts";
import { hermesStore } from "../support/hermes-store.ts";
import { DAY_MS } from "../support/paths.ts";
import { interceptCalls, failCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { run } from "../support/run.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { byHand, common, giveBack, inDays, outcomes, stateOf, sweep, trashNames, trashOf } from "../reclaim/runs.ts";

/** Directories that `hermes backup` leaves out, as it does: by their exact name, at any level; no link is followed. */
const LEFT_OUT = new Set(["checkpoints", "node_modules", "__pycache__", ".git"]);

function backup(directory: string, below = ""): readonly string[] {
  return readdirSync(join(directory, below), { withFileTypes: true }).flatMap((each) => {
    const path = join(below, each.name);
    if (each.isDirectory()) return LEFT_OUT.has(each.name) ? [] : backup(directory, path);
    return each.isFile() ? [path] : [];
  });
}

/** What version 1.0.0 left: the same in a real directory. */
function asOnceWritten(state: string): void {
  rmSync(join(state, "trash"));
  renameSync(join(state, "checkpoints"), join(state, "trash"));
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

async function ids(w: World): Promise<readonly string[]> {
  return (await trashOf(w)).map(({ item }) => item.entryId).toSorted();
}

function sorted(...repos: readonly ShadowRepo[]): readonly string[] {
  return repos.map(({ id }) => id).toSorted();
}

describe("hermes backup", () => {
  it("leaves out everything in the trash, and has the record", async () => {
    const w = world();
    w.settings({ stores: ["hermes-shadow", "hermes-store"] }, "checkpoint_gc");
    const repo = w.repo("one", { workdir: "delete" });
    const store = hermesStore(w.base);
    store.snapshot(join(w.work, "old"), { "a.txt": "one\n" }, Date.now() - 60 * DAY_MS);
    const done = await run(["prune", "--yes", "--trash", "--json"], { home: w });
    expect(done.report().totals.trashed).toBe(2);
    const kept = backup(w.home);
    expect(kept).toContain(join(".checkpoints.gc", "state.json"));
    const names = trashNames(w);
    expect(names).toHaveLength(4);
    expect(kept.filter((path) => names.some((name) => path.includes(name)) || path.includes(repo.id))).toEqual([]);
    expect(kept.filter((path) => /HEAD$|\/objects\/|\+ref|^\.checkpoints\.gc\/.*\//.test(path))).toEqual([]);
  });
});

describe("the old name of the trash", () => {
  it("is a relative link to the new one, and nothing is shown twice", async () => {
    const w = world();
    const repo = w.repo("one", { workdir: "delete" });
    await byHand(w, { disposal: "trash" });
    expect(readlinkSync(join(stateOf(w), "trash"))).toBe("checkpoints");
    expect(lstatSync(join(stateOf(w), "checkpoints")).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(stateOf(w), "trash"))).toEqual(readdirSync(join(stateOf(w), "checkpoints")));
    const [row, ...others] = await trashOf(w);
    expect([row?.item.entryId, others]).toEqual([repo.id, []]);
    expect(row?.item.members[0]?.path).toContain("/.checkpoints.gc/checkpoints/");
    expect(row?.bytes).toBeGreaterThan(0);
  });

  it("is never followed where it is a symlink, and the symlink stays", async () => {
    const w = world();
    const [repo, theirs] = [w.repo("one", { workdir: "delete" }), join(w.root, "theirs")];
    mkdirSync(stateOf(w), { mode: 0o700 });
    mkdirSync(theirs);
    symlinkSync(theirs, join(stateOf(w), "trash"));
    mkdirSync(join(theirs, `1aeadc333175595d.1000000000000.0a1b2c3d.stale.hermes-shadow`));
    const before = fingerprint(theirs);
    await expect(byHand(w, { disposal: "trash" })).rejects.toMatchObject({ code: "state-unusable" });
    expect(await ids(w)).toEqual([]);
    await sweep(w, { now: inDays(30) });
    expect(lstatSync(repo.path).isDirectory()).toBe(true);
    expect(diff(before, fingerprint(theirs))).toEqual([]);
    expect(readlinkSync(join(stateOf(w), "trash"))).toBe(theirs);
  });

  it.each(["EPERM", "ENOSYS", "ENOSPC"])("is done without where no link can be made (%s)", async (code) => {
    const w = world();
    const repo = w.repo("one", { workdir: "delete" });
    const before = fingerprint(repo.path);
    failCalls(code, (operation) => operation === "symlink");
    expect(outcomes(await byHand(w, { disposal: "trash" }))).toEqual({ trashed: 1 });
    stopIntercepting();
    expect(lstatSync(join(stateOf(w), "trash"), { throwIfNoEntry: false })).toBe(undefined);
    expect((await giveBack(w, { ids: [repo.id] })).rows).toMatchObject([{ outcome: "restored" }]);
    expect(diff(before, fingerprint(repo.path))).toEqual([]);
  });

  it("is there for a base of another name, and for a state inside the base", async () => {
    for (const inside of [false, true]) {
      const w = world();
      w.repo("one", { workdir: "delete" });
      const base = join(w.home, inside ? "checkpoints" : "snapshots");
      if (!inside) renameSync(w.base, base);
      else mkdirSync(join(base, ".checkpoint-gc"), { mode: 0o700 });
      const state = inside ? join(base, ".checkpoint-gc") : join(w.home, ".snapshots.gc");
      const done = await run(["prune", "--yes", "--trash", "--json", "--base", base], { home: w });
      expect(done.report().totals.trashed).toBe(1);
      expect(readlinkSync(join(state, "trash"))).toBe("checkpoints");
      expect((await run(["trash", "list", "--json", "--base", base], { home: w })).report().trash).toHaveLength(1);
      if (!inside) expect(backup(w.home).filter((path) => path.endsWith("HEAD"))).toEqual([]);
    }
  });
});

describe("a trash that version 1.0.0 wrote", () => {
  it("is listed, restored and expired beside the new one, and gives way to the link when it is empty", async () => {
    const w = world();
    const [back, expired] = [w.repo("one", { workdir: "delete" }), w.repo("two", { workdir: "delete" })];
    const before = fingerprint(back.path);
    await byHand(w, { disposal: "trash" });
    asOnceWritten(stateOf(w));
    const size = (await trashOf(w)).map(({ bytes }) => bytes);
    expect(size.every((bytes) => (bytes ?? 0) > 0)).toBe(true);
    const young = w.repo("three", { workdir: "delete" });
    expect(outcomes(await byHand(w, { disposal: "trash", now: inDays(1) }))).toEqual({ trashed: 1 });
    expect(lstatSync(join(stateOf(w), "trash")).isDirectory()).toBe(true);
    expect(await ids(w)).toEqual(sorted(back, expired, young));
    expect((await trashOf(w)).every(({ bytes }) => (bytes ?? 0) > 0)).toBe(true);
    expect((await giveBack(w, { ids: [back.id] })).rows).toMatchObject([{ outcome: "restored" }]);
    expect(diff(before, fingerprint(back.path))).toEqual([]);
    expect(outcomes(await sweep(w, { now: inDays(7.5) }))["removed"]).toBe(1);
    // What was put back is unused again by then.
    expect(await ids(w)).toEqual(sorted(back, young));
    expect(isLink(join(stateOf(w), "trash"))).toBe(false);
    await sweep(w, { now: inDays(7.6) });
    expect(isLink(join(stateOf(w), "trash"))).toBe(true);
    expect(await ids(w)).toEqual(sorted(back, young));
  });

  it("is emptied with the new one", async () => {
    const w = world();
    w.repo("one", { workdir: "delete" });
    await byHand(w, { disposal: "trash" });
    asOnceWritten(stateOf(w));
    w.repo("two", { workdir: "delete" });
    await byHand(w, { disposal: "trash" });
    const result = await emptyTrash({ ...common(w), plan: await scan(common(w)) });
    expect(outcomes(result)).toEqual({ removed: 2 });
    expect(await trashOf(w)).toEqual([]);
  });

  it("holds what the disk has no room for elsewhere", async () => {
    const w = world();
    w.repo("one", { workdir: "delete" });
    await byHand(w, { disposal: "trash" });
    asOnceWritten(stateOf(w));
    const young = w.repo("two", { workdir: "delete" });
    failCalls("ENOSPC", (operation, path) => operation === "mkdir" && path.endsWith("/checkpoints"));
    expect(outcomes(await byHand(w, { disposal: "trash" }))).toEqual({ trashed: 1 });
    stopIntercepting();
    expect(trashNames(w).some((name) => name.startsWith(young.id))).toBe(true);
    expect(lstatSync(join(stateOf(w), "checkpoints"), { throwIfNoEntry: false })).toBe(undefined);
  });

  it("gets nothing new between the look that it is empty and its removal", async () => {
    const w = world();
    w.repo("one", { workdir: "delete" });
    mkdirSync(join(stateOf(w), "trash"), { recursive: true, mode: 0o700 });
    const name = join(stateOf(w), "trash", "somebody");
    interceptCalls((operation, path) => {
      if (operation === "rmdir" && path.endsWith("/trash")) mkdirSync(name);
    });
    expect(outcomes(await byHand(w, { disposal: "trash" }))).toEqual({ trashed: 1 });
    stopIntercepting();
    expect(lstatSync(name).isDirectory()).toBe(true);
    expect(readFileSync(join(stateOf(w), "state.json"), "utf8")).not.toBe("");
  });

  it.each([
    { what: "what it holds still has its time", once: true },
    { what: "so has what the new one holds", once: false },
  ])("of a base that is gone: $what", async ({ once }) => {
    const w = world();
    w.repo("one", { workdir: "delete" });
    await byHand(w, { disposal: "trash" });
    if (once) asOnceWritten(stateOf(w));
    rmSync(w.base, { recursive: true });
    const { checkDue } = await import("../../src/hook/check-due.ts");
    const location = { kind: "home", path: w.home, userHome: w.root } as const;
    expect(checkDue(location, { now: Date.now(), consented: true, ownFile: "/nowhere/config.yaml" }).kind).toBe("due");
    rmSync(join(stateOf(w), once ? "trash" : "checkpoints"), { recursive: true });
    expect(checkDue(location, { now: Date.now(), consented: true, ownFile: "/nowhere/config.yaml" }).kind).toBe(
      "nothing",
    );
  });
});
