// Hermes' lock against a real Python holder, both ways: while another process has it nothing is moved, and we hold it for
// the moves alone, never while a history is packed.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { autoPrune, prune, restore, type RunResult, scan, type ScanOptions } from "../../../../src/index.ts";
import { OWNER_LOCK_WAIT_MS } from "../../../../src/owner-locks.ts";
import { type HermesStore, hermesStore } from "../../../support/hermes-store.ts";
import { DAY_MS } from "../../../support/paths.ts";
import { run } from "../../../support/run.ts";
import { interceptCalls } from "../../../support/intercept-calls.ts";
import { diff, fingerprint } from "../../../support/tree.ts";
import { type World, world } from "../../../support/world.ts";

interface Made {
  readonly w: World;
  readonly store: HermesStore;
  readonly options: ScanOptions;
  readonly old: string;
  readonly lock: string;
}

function made(files: Readonly<Record<string, string>> = { "a.txt": "one\n" }): Made {
  const w = world();
  const store = hermesStore(w.base);
  const old = join(w.work, "old");
  store.snapshot(old, files, Date.now() - 60 * DAY_MS);
  store.snapshot(join(w.work, "fresh"), { "b.txt": "two\n" });
  w.settings({ stores: ["hermes-store"] }, "checkpoint_gc");
  const lock = join(w.home, ".checkpoints.lock");
  return { w, store, old, lock, options: { home: w.home, env: { HOME: w.root } } };
}

/** Takes the lock as Hermes does, says so, and keeps it until its input ends. */
const HOLDER = `
import fcntl, os, sys
f = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
print("held", flush=True)
sys.stdin.read()
`;

async function held(lock: string): Promise<ChildProcess> {
  const child = spawn("python3", ["-c", HOLDER, lock], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill());
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return child;
}

/** Whether Hermes would get its lock now. */
function isFree(lock: string): boolean {
  const code = `import fcntl,os,sys\nf=os.open(sys.argv[1],os.O_RDWR|os.O_CREAT,0o600)\ntry: fcntl.flock(f,fcntl.LOCK_EX|fcntl.LOCK_NB)\nexcept OSError: sys.exit(9)`;
  return spawnSync("python3", ["-c", code, lock]).status === 0;
}

function results(result: RunResult): readonly (readonly [string, string | undefined])[] {
  return (result.bases[0]?.entries ?? []).map(({ outcome, error }) => [outcome, error?.code] as const);
}

describe("while Hermes has its lock", () => {
  it("a sweep does not wait, moves nothing, and says so; the next one removes it", async () => {
    const { w, options, lock, store, old } = made();
    const holder = await held(lock);
    const before = fingerprint(store.path);
    const started = performance.now();
    const swept = await autoPrune({ ...options, optIn: true, force: true });
    expect(performance.now() - started).toBeLessThan(OWNER_LOCK_WAIT_MS);
    expect(results(swept)).toEqual([["failed", "EBUSY"]]);
    expect(diff(before, fingerprint(store.path))).toEqual([]);
    const trash = join(w.home, ".checkpoints.gc", "trash");
    expect(readdirSync(trash)).toEqual([]);
    const ended = new Promise((resolve) => holder.once("exit", resolve));
    holder.stdin?.end();
    await ended;
    expect(results(await autoPrune({ ...options, optIn: true, force: true }))).toEqual([["trashed", undefined]]);
    expect(store.tip(old)).toBe(null);
  });

  it("a manual run waits for it once for all entries together, and then removes them", async () => {
    const { options, lock, store, old, w } = made();
    store.snapshot(join(w.work, "old2"), { "c.txt": "c\n" }, Date.now() - 60 * DAY_MS);
    const holder = await held(lock);
    const plan = await scan(options);
    let looks = 0;
    interceptCalls((operation) => {
      if (operation === "point:bundled" && looks++ === 0) setTimeout(() => holder.stdin?.end(), 700);
    });
    expect(results(await prune(plan, options))).toEqual([
      ["removed", undefined],
      ["removed", undefined],
    ]);
    expect(store.tip(old)).toBe(null);
  });

  it("a restore waits for it too", async () => {
    const { options, lock, store, old } = made();
    await prune(await scan({ ...options, disposal: "trash" }), options);
    const holder = await held(lock);
    setTimeout(() => holder.stdin?.end(), 500);
    const { rows } = await restore({ ...options, ids: [store.project(old).id] });
    expect(rows.map(({ outcome, error }) => [outcome, error])).toEqual([["restored", null]]);
    expect(store.list(old)).toHaveLength(1);
  });
});

describe("our hold on it", () => {
  it("lasts for the moves and not for the packing, and its file stays", async () => {
    const { options, lock } = made();
    const seen: (readonly [string, boolean])[] = [];
    interceptCalls((operation) => {
      if (!["packed", "bundled", "guard-taken", "ref-deleted", "isolated"].some((one) => operation === `point:${one}`))
        return;
      seen.push([operation.slice("point:".length), isFree(lock)]);
    });
    await prune(await scan({ ...options, disposal: "trash" }), options);
    expect(seen).toEqual([
      ["packed", true],
      ["bundled", true],
      ["guard-taken", false],
      ["ref-deleted", false],
      ["isolated", true],
    ]);
    expect([statSync(lock).size, statSync(lock).mode & 0o777]).toEqual([0, 0o600]);
  });

  it("lasts one process of git, however large the history", async () => {
    const noise = Array.from({ length: 40 }, (_, n) => [`f${n}.txt`, String(Math.random()).repeat(4000)]);
    const { options } = made(Object.fromEntries(noise) as Record<string, string>);
    const seen: string[] = [];
    interceptCalls((operation) => seen.push(operation));
    await prune(await scan({ ...options, disposal: "trash" }), options);
    const during = seen.slice(seen.indexOf("point:guard-taken"), seen.indexOf("point:guard-released"));
    expect(during.filter((operation) => operation === "git")).toHaveLength(1);
  });

  it("cannot be had: nothing is moved, and that is reported", async () => {
    const { w, lock, store } = made();
    const bin = join(w.root, "bin");
    mkdirSync(bin);
    const git = spawnSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).stdout.trim();
    symlinkSync(git, join(bin, "git"));
    const before = fingerprint(store.path);
    const done = await run(["prune", "--yes", "--json"], { home: w, env: { PATH: bin } });
    expect(done.code).toBe(1);
    expect(done.report().entries.find(({ action }) => action === "remove")).toMatchObject({
      outcome: "failed",
      error: { code: "ENOLCK" },
    });
    expect(diff(before, fingerprint(store.path))).toEqual([]);
    expect(existsSync(lock)).toBe(true);
  });

  it("is not acquired where a shadow repo is removed", async () => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    writeFileSync(join(w.root, "unrelated"), "");
    expect((await run(["prune", "--yes"], { home: w })).code).toBe(0);
    expect(existsSync(join(w.home, ".checkpoints.lock"))).toBe(false);
  });
});

describe("a project with a snapshot taken in between stays", () => {
  it.each(["bundled", "guard-taken"])("at %s", async (at) => {
    const { options, store, old, w } = made();
    const plan = await scan({ ...options, disposal: "trash" });
    let commit: string | null = null;
    interceptCalls((operation) => {
      if (operation === `point:${at}` && commit === null) commit = store.snapshot(old, { "a.txt": "saved\n" });
    });
    expect(results(await prune(plan, options))).toEqual([["changed", "ECHANGED"]]);
    expect([store.list(old)[0], store.list(old).length]).toEqual([commit, 2]);
    expect(readdirSync(join(w.home, ".checkpoints.gc", "trash"))).toEqual([]);
  });

  it("an attempt that changed nothing is a use as well", async () => {
    const { options, store, old, w } = made();
    const plan = await scan({ ...options, disposal: "trash" });
    interceptCalls((operation) => {
      if (operation === "point:bundled") store.snapshot(old);
    });
    const before = store.list(old);
    expect(results(await prune(plan, options))).toEqual([["changed", "ECHANGED"]]);
    expect(store.list(old)).toEqual(before);
    // Its ref was gone for a moment: a copy stays for two hours.
    const [copy, ...others] = readdirSync(join(w.home, ".checkpoints.gc", "trash"));
    expect([copy, others]).toEqual([expect.stringMatching(/=\..*\+ref/), []]);
  });
});
