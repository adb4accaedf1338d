// Where the state of a base lives, and which directories are refused: files put there would go where another user
// wants them.

import {
  chmodSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { autoPrune, prune, scan } from "../../src/index.ts";
import { findState, makeState } from "../../src/state/place.ts";
import { fifo, give, isRoot, letPass, loudly, scratch, OTHER_UID } from "../fs/support.ts";
import { PROJECT } from "../support/paths.ts";
import { entryOf } from "../support/report.ts";
import { run } from "../support/run.ts";
import { errno, interceptCalls } from "../support/intercept-calls.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type World, world } from "../support/world.ts";

function baseIn(directory: string): string {
  const base = join(directory, "checkpoints");
  mkdirSync(base);
  return base;
}

describe("the place of the state", () => {
  it("is beside the base, for its owner alone", () => {
    const home = scratch();
    const base = baseIn(home);
    expect(findState(base)).toBeNull();
    const state = makeState(base);
    expect(state).toBe(join(home, ".checkpoints.gc"));
    expect(lstatSync(state).mode & 0o777).toBe(0o700);
    expect([findState(base), makeState(base)]).toEqual([state, state]);
    expect(readdirSync(base)).toEqual([]);
  });

  it("is another one for every base of a directory", () => {
    const home = scratch();
    for (const name of ["a", "b"]) {
      mkdirSync(join(home, name));
      expect(makeState(join(home, name))).toBe(join(home, `.${name}.gc`));
    }
  });

  it("is inside the base where its parent cannot be written, and works from there", async (test) => {
    if (statSync(join(PROJECT, "dist", "cli.js"), { throwIfNoEntry: false }) === undefined)
      return loudly(test, "the command is not built");
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    letPass(w.root);
    give(w.base);
    chmodSync(w.home, 0o555);
    onTestFinished(() => chmodSync(w.home, 0o755));
    const otherUser = isRoot() ? { uid: OTHER_UID } : {};
    const trashed = await run(["prune", "--yes", "--trash", "--json", "--home", w.home], { home: w, ...otherUser });
    expect([trashed.code, entryOf(trashed.report(), gone.id).outcome]).toEqual([0, "trashed"]);
    expect(readdirSync(w.base)).toEqual([".checkpoint-gc"]);
    expect(lstatSync(join(w.base, ".checkpoint-gc")).mode & 0o777).toBe(0o700);
    const restored = await run(["trash", "restore", gone.id, "--home", w.home], { home: w, ...otherUser });
    expect([restored.code, readdirSync(w.base).toSorted()]).toEqual([0, [".checkpoint-gc", gone.id].toSorted()]);
  });

  it("stays inside the base when the parent becomes writable later", () => {
    const base = baseIn(scratch());
    mkdirSync(join(base, ".checkpoint-gc"), { mode: 0o700 });
    expect(makeState(base)).toBe(join(base, ".checkpoint-gc"));
  });

  it("is beside where there is one in both places", () => {
    const home = scratch();
    const base = baseIn(home);
    mkdirSync(join(base, ".checkpoint-gc"), { mode: 0o700 });
    mkdirSync(join(home, ".checkpoints.gc"), { mode: 0o700 });
    expect(findState(base)).toBe(join(home, ".checkpoints.gc"));
  });
});

interface Refused {
  readonly name: string;
  readonly make: (path: string) => void;
  readonly word: RegExp;
}

const REFUSED: readonly Refused[] = [
  { name: "a symlink to a good one", make: (path) => symlinkSync(scratch(), path), word: /it is a symlink/ },
  { name: "a dangling symlink", make: (path) => symlinkSync("nowhere", path), word: /it is a symlink/ },
  { name: "a file", make: (path) => writeFileSync(path, ""), word: /it is a file/ },
  { name: "a FIFO", make: (path) => void fifo(path), word: /expected a directory/ },
  { name: "writable for its group", make: mode(0o770), word: /others may write into it \(mode 770\)/ },
  { name: "writable for the world", make: mode(0o777), word: /others may write into it \(mode 777\)/ },
  { name: "writable for the world, sticky", make: mode(0o1777), word: /others may write into it \(mode 1777\)/ },
];

function mode(bits: number): (path: string) => void {
  return (path) => {
    mkdirSync(path);
    chmodSync(path, bits);
  };
}

describe("a state directory that is not usable", () => {
  it.each(REFUSED)("$name: refused by name", ({ make, word }) => {
    const home = scratch();
    const base = baseIn(home);
    make(join(home, ".checkpoints.gc"));
    for (const act of [findState, makeState]) {
      expect(() => act(base)).toThrow(
        expect.objectContaining({ code: "state-unusable", message: expect.stringMatching(word) as unknown }),
      );
    }
  });

  it.each(REFUSED)("$name: no run does anything", async ({ make }) => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    const plan = await scan(options(w));
    make(join(w.home, ".checkpoints.gc"));
    const before = fingerprint(w.root);
    await expect(prune(plan, options(w))).rejects.toMatchObject({ code: "state-unusable", exitCode: 2 });
    const result = await autoPrune({ ...options(w), optIn: true });
    expect([result.status, result.bases[0]?.error?.code]).toEqual(["error", "state-unusable"]);
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it.each(REFUSED)("$name inside the base: refused as well", ({ make }) => {
    const base = baseIn(scratch());
    make(join(base, ".checkpoint-gc"));
    expect(() => findState(base)).toThrow(expect.objectContaining({ code: "state-unusable" }));
  });

  it("readable for others is accepted", () => {
    const home = scratch();
    const base = baseIn(home);
    mode(0o755)(join(home, ".checkpoints.gc"));
    expect(findState(base)).toBe(join(home, ".checkpoints.gc"));
  });

  it("of another user: refused", (test) => {
    if (!isRoot()) return loudly(test, "a state directory of another user needs root");
    const home = scratch();
    const base = baseIn(home);
    mkdirSync(join(home, ".checkpoints.gc"), { mode: 0o700 });
    lchownSync(join(home, ".checkpoints.gc"), OTHER_UID, OTHER_UID);
    expect(() => findState(base)).toThrow(expect.objectContaining({ code: "state-unusable" }));
  });

  it("root is refused with foreign-owner, where base and state belong to another user", async (test) => {
    if (!isRoot()) return loudly(test, "the home of another user needs root");
    const w = world();
    w.repo("gone", { workdir: "delete" });
    mkdirSync(join(w.home, ".checkpoints.gc"), { mode: 0o700 });
    give(w.home);
    const before = fingerprint(w.root);
    // A scan does no harm, and the advice must not be to move that user's trash away.
    const plan = await scan(options(w));
    expect(plan.bases[0]?.entries).toHaveLength(1);
    await expect(prune(plan, options(w))).rejects.toMatchObject({ code: "foreign-owner" });
    expect((await autoPrune({ ...options(w), optIn: true })).bases[0]?.error?.code).toBe("foreign-owner");
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it("one that cannot be looked at is refused, not made again", () => {
    const home = scratch();
    const base = baseIn(home);
    interceptCalls((operation, path) => {
      if (operation === "lstat" && path.endsWith(".gc")) throw errno("EIO");
    });
    expect(() => makeState(base)).toThrow(expect.objectContaining({ code: "state-unusable" }));
    expect(readdirSync(home)).toEqual(["checkpoints"]);
  });
});

describe("the trash in it", () => {
  it.each(
    [
      { name: "a symlink to a directory of the same person", make: (path: string) => symlinkSync(scratch(), path) },
      { name: "writable for the world", make: mode(0o777) },
      { name: "a file", make: (path: string) => writeFileSync(path, "") },
    ].flatMap((each) => ["checkpoints", "trash"].map((called) => ({ ...each, called }))),
  )("$called, $name: nothing is moved into it", async ({ make, called }) => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    const plan = await scan({ ...options(w), disposal: "trash" });
    mkdirSync(join(w.home, ".checkpoints.gc"), { mode: 0o700 });
    make(join(w.home, ".checkpoints.gc", called));
    const before = fingerprint(w.base);
    await expect(prune(plan, options(w))).rejects.toMatchObject({ code: "state-unusable" });
    expect(diff(before, fingerprint(w.base))).toEqual([]);
  });

  it.each(
    [
      { name: "the trash beside the base", state: (w: World) => join(w.home, ".checkpoints.gc") },
      { name: "a trash inside the base", state: (w: World) => join(w.base, ".checkpoint-gc") },
      { name: "a state inside an archive", state: (w: World) => join(w.base, "legacy-1", ".checkpoint-gc") },
    ].flatMap((each) => ["checkpoints", "trash"].map((called) => ({ ...each, called }))),
  )("$name ($called) that is a symlink: nothing that it leads to is listed or touched", async ({ state, called }) => {
    const [w, other] = [world(), world()];
    other.repo("gone", { workdir: "delete" });
    await prune(await scan({ ...options(other), disposal: "trash" }), options(other));
    const victim = join(other.home, ".checkpoints.gc", "checkpoints");
    mkdirSync(state(w), { recursive: true, mode: 0o700 });
    symlinkSync(victim, join(state(w), called));
    const before = fingerprint(victim);
    expect(readdirSync(victim).length).toBeGreaterThan(0);
    const later = { ...options(w), now: () => Date.now() + 20 * 86_400_000 };
    const plan = await scan(later).catch(() => null);
    expect(plan?.bases[0]?.trash ?? []).toEqual([]);
    if (plan !== null) await prune(plan, later).catch(() => null);
    await autoPrune({ ...later, optIn: true, force: true });
    expect(diff(before, fingerprint(victim))).toEqual([]);
  });

  it("a state inside the base that is a symlink, beside a good one: not entered", async () => {
    const [w, other] = [world(), world()];
    other.repo("gone", { workdir: "delete" });
    await prune(await scan({ ...options(other), disposal: "trash" }), options(other));
    mkdirSync(join(w.home, ".checkpoints.gc"), { mode: 0o700 });
    symlinkSync(join(other.home, ".checkpoints.gc"), join(w.base, ".checkpoint-gc"));
    expect((await scan(options(w))).bases[0]?.trash).toEqual([]);
  });
});

function options(w: World): { home: string; env: Record<string, string>; settings: { orphan_grace_hours: number } } {
  return { home: w.home, env: { HOME: w.root }, settings: { orphan_grace_hours: 0 } };
}
