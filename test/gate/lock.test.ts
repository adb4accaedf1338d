// The run lock: a waiting run learns who holds it, it ends with its process, and without locks the run continues.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type Lock, acquireLock } from "../../src/gate/lock.ts";
import { autoPrune, prune, scan } from "../../src/index.ts";
import { fifo, scratch } from "../fs/support.ts";
import { errno, interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { DAY_MS, HOUR_MS } from "../support/paths.ts";
import { type World, world } from "../support/world.ts";

/** Longer than any test. */
const NEVER = 600_000;

function take(state: string, wait = 0, holder = "me", signal?: AbortSignal): Promise<Lock> {
  return acquireLock({ state, wait, holder, signal });
}

async function took(state: string, holder?: string): Promise<() => void> {
  const lock = await take(state, 0, holder);
  if (lock.kind !== "held") throw new Error(`the lock is ${lock.kind}`);
  return lock.release;
}

/** Another process that holds the lock, as a run of this program would. */
async function holding(state: string, holder: string): Promise<ChildProcess> {
  const script = 'echo "$0" > "$1/lock"; exec 3<>"$1/lock"; flock -n 3 || exit 9; echo ready; exec sleep 600';
  const child = spawn("sh", ["-c", script, holder, state], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child;
}

function stateOf(w: World): string {
  const path = join(w.home, ".checkpoints.gc");
  mkdirSync(path, { mode: 0o700, recursive: true });
  return path;
}

describe("the lock", () => {
  it("keeps a second one out, of the same process too, and is free after its release", async () => {
    const state = scratch();
    const release = await took(state, "the first");
    expect(await take(state)).toEqual({ kind: "busy", holder: "the first" });
    release();
    (await took(state, "the second"))();
    expect(lstatSync(join(state, "lock"))).toMatchObject({ size: 0 });
    expect(lstatSync(join(state, "lock")).mode & 0o777).toBe(0o600);
  });

  it("has one winner of many that ask at once", async () => {
    const state = scratch();
    const locks = await Promise.all(Array.from({ length: 8 }, (_, n) => take(state, 0, `number ${n}`)));
    expect(locks.map(({ kind }) => kind).toSorted()).toEqual([...Array.from({ length: 7 }, () => "busy"), "held"]);
    for (const lock of locks) if (lock.kind === "held") lock.release();
  });

  it("waits as long as `wait` says", async () => {
    const state = scratch();
    const release = await took(state);
    const waiting = take(state, NEVER);
    setTimeout(release, 100);
    expect((await waiting).kind).toBe("held");
    expect((await take(state, 50)).kind).toBe("busy");
  });

  it("stops waiting when the run is aborted, at once", async () => {
    const state = scratch();
    await took(state);
    const abort = new AbortController();
    const waiting = take(state, NEVER, "me", abort.signal);
    setTimeout(() => abort.abort(), 50);
    await expect(waiting).rejects.toMatchObject({ code: "interrupted" });
  });

  it("names who has it and since when, and dies with a process that is killed", async () => {
    const w = world();
    w.repo("gone", { workdir: "delete" });
    const holder = await holding(stateOf(w), "bob@desk, pid 4711, since 2026-11-20T10:00:00.000Z");
    const options = { home: w.home, env: { HOME: w.root }, settings: { orphan_grace_hours: 0, trash_days: 0 } };
    const plan = await scan(options);
    await expect(prune(plan, options)).rejects.toMatchObject({
      code: "locked",
      exitCode: 75,
      message: `another run is in progress on ${w.base}: bob@desk, pid 4711, since 2026-11-20T10:00:00.000Z`,
    });
    const locked = await autoPrune({ ...options, optIn: true });
    expect([locked.status, locked.bases[0]?.error?.code]).toEqual(["locked", "locked"]);

    const exited = once(holder, "exit");
    holder.kill("SIGKILL");
    await exited;
    const swept = await autoPrune({ ...options, optIn: true });
    expect([swept.status, swept.bases[0]?.entries.map(({ outcome }) => outcome)]).toEqual(["done", ["removed"]]);
  });

  it("does not keep a plan from being made", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    await holding(stateOf(w), "bob");
    const plan = await scan({ home: w.home, env: { HOME: w.root } });
    expect(plan.bases[0]?.entries.map((row) => row.judged.entry.id)).toEqual([gone.id]);
  });
});

describe("where the lock cannot be had", () => {
  it.each([
    ["of now", 0],
    ["that lies ahead, as the time of the next sweep does", 10 * DAY_MS],
  ])("what a killed run has left with a time %s stays for an hour and no longer", async (_, ahead) => {
    const w = world();
    const state = stateOf(w);
    const left = join(state, ".tmp-0123456789abcdef");
    writeFileSync(left, "");
    utimesSync(left, new Date(), new Date(Date.now() + ahead));
    setPath("");
    const sweep = async (): Promise<unknown> =>
      autoPrune({ home: w.home, env: { HOME: w.root }, optIn: true, force: true });
    await sweep();
    expect(existsSync(left)).toBe(true);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2 * HOUR_MS });
    onTestFinished(() => void vi.useRealTimers());
    await sweep();
    expect(existsSync(left)).toBe(false);
  });

  it.each(["", "/nonexistent"])("no helper with PATH=%j: the sweep continues and is correct", async (path) => {
    const w = world();
    const [gone, alive] = [w.repo("gone", { workdir: "delete" }), w.repo("alive")];
    setPath(path);
    expect(await take(stateOf(w))).toEqual({ kind: "unavailable" });
    const settings = { orphan_grace_hours: 0, trash_days: 0 };
    const result = await autoPrune({ home: w.home, env: { HOME: w.root }, optIn: true, settings });
    expect([result.status, result.bases[0]?.entries.map((row) => [row.planned.judged.entry.id, row.outcome])]).toEqual([
      "done",
      [[gone.id, "removed"]],
    ]);
    expect(lstatSync(alive.path).isDirectory()).toBe(true);
    expect((await autoPrune({ home: w.home, env: { HOME: w.root }, optIn: true })).status).toBe("not-due");
  });

  it.each([1, 2, 3])("asks perl where flock is not there or fails (%i)", async (exit) => {
    const bin = mkdtempSync(join(scratch(), "bin-"));
    const perl = ["/usr/bin/perl", "/bin/perl"].find(
      (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined,
    );
    if (perl === undefined) return;
    symlinkSync(perl, join(bin, "perl"));
    // 1 is the exit code for a lock that is held; any other code means no answer.
    if (exit > 1) writeFileSync(join(bin, "flock"), `#!/bin/sh\nexit ${exit}\n`, { mode: 0o755 });
    setPath(bin);
    const state = scratch();
    const release = await took(state, "by perl");
    expect(await take(state)).toEqual({ kind: "busy", holder: "by perl" });
    release();
    expect((await take(state)).kind).toBe("held");
  });

  it("keeps no lock for ever when there was no room for the name of its holder", async () => {
    const state = scratch();
    interceptCalls((operation) => {
      if (operation === "write") throw errno("ENOSPC");
    });
    const lock = await take(state).catch(() => null);
    if (lock?.kind === "held") lock.release();
    stopIntercepting();
    expect((await take(state)).kind).toBe("held");
  });
});

describe("something else in the place of the lock", () => {
  it.each([
    { name: "a symlink", make: (path: string, victim: string) => symlinkSync(victim, path) },
    { name: "a dangling symlink", make: (path: string, victim: string) => symlinkSync(`${victim}-not-there`, path) },
    { name: "a FIFO", make: (path: string) => void fifo(path) },
  ])("$name: replaced, its victim untouched", async ({ make }) => {
    const state = scratch();
    const victim = join(scratch(), "victim");
    writeFileSync(victim, "precious");
    make(join(state, "lock"), victim);
    const release = await took(state);
    expect(lstatSync(join(state, "lock")).isFile()).toBe(true);
    release();
    expect(readFileSync(victim, "utf8")).toBe("precious");
    expect(lstatSync(`${victim}-not-there`, { throwIfNoEntry: false })).toBeUndefined();
  });

  it("a directory: refused with a word that a person understands", async () => {
    const state = scratch();
    mkdirSync(join(state, "lock"));
    await expect(take(state)).rejects.toMatchObject({ code: "state-unusable" });
  });

  it("a holder who wrote a megabyte of nonsense is not repeated", async () => {
    const state = scratch();
    await took(state);
    writeFileSync(join(state, "lock"), "x".repeat(1 << 20));
    expect(await take(state)).toEqual({ kind: "busy", holder: null });
  });
});

function setPath(path: string): void {
  const before = process.env["PATH"];
  process.env["PATH"] = path;
  onTestFinished(() => {
    process.env["PATH"] = before;
  });
}
