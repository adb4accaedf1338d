// Collecting unreachable objects after a removal: space is freed, no process that is at work loses an object, and what
// prevents it is reported.

import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, prune, scan, type RunResult, type ScanOptions } from "../../../../src/index.ts";
import { collectIn, repositoriesWithDeletedRefs } from "../../../../src/reclaim/collect.ts";
import { refIdentity } from "../../../../src/model/entry.ts";
import { assertSound, git } from "../../../support/git.ts";
import { type HermesStore, hermesStore } from "../../../support/hermes-store.ts";
import { DAY_MS, setTimes } from "../../../support/paths.ts";
import { run } from "../../../support/run.ts";
import { interceptCalls, stopIntercepting } from "../../../support/intercept-calls.ts";
import { type World, world } from "../../../support/world.ts";

interface Made {
  readonly w: World;
  readonly store: HermesStore;
  readonly options: ScanOptions;
  readonly old: string;
  readonly fresh: string;
}

/** An old project with a megabyte of its own, loose or packed, and a live one. */
function made(packed: boolean): Made {
  const w = world();
  const store = hermesStore(w.base);
  const [old, fresh] = [join(w.work, "old"), join(w.work, "fresh")];
  const noise = Array.from({ length: 60_000 }, () => Math.random().toString(36)).join("");
  store.snapshot(old, { "noise.bin": noise }, Date.now() - 60 * DAY_MS);
  store.snapshot(fresh, { "a.txt": "mine\n" });
  if (packed) git({ repo: store.path }, "gc", "--quiet");
  if (packed) store.snapshot(fresh, { "a.txt": "loose beside a pack\n" });
  setTimes(join(store.path, "objects"), Date.now() - 3 * 3_600_000);
  return {
    w,
    store,
    old,
    fresh,
    options: { home: w.home, env: { HOME: w.root }, settings: { stores: ["hermes-store"] } },
  };
}

/** A zombie without a waiting parent is dead. */
function isAlive(pid: number): boolean {
  const ps = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
  return ps !== "" && !ps.startsWith("Z");
}

function collected(result: RunResult): readonly (readonly [string, string | undefined])[] {
  return (result.bases[0]?.collected ?? []).map(({ outcome, error }) => [outcome, error?.code] as const);
}

function gone(store: HermesStore): boolean {
  return git({ repo: store.path }, "count-objects", "-v")
    .split("\n")
    .filter((line) => /^(?:size|size-pack):/.test(line))
    .every((line) => Number(line.split(" ")[1]) < 300);
}

describe("after a project was removed", () => {
  it.each([
    { how: "loose", packed: false },
    { how: "packed", packed: true },
  ])("its $how objects come free, and the rest is whole", async ({ packed }) => {
    const { options, store, fresh } = made(packed);
    expect(gone(store)).toBe(false);
    const result = await prune(await scan(options), options);
    expect(collected(result)).toEqual([["collected", undefined]]);
    expect(result.bases[0]?.collected?.[0]?.bytes).toBeGreaterThan(400_000);
    expect(gone(store)).toBe(true);
    assertSound(store.path);
    // What the new pack has is not there twice.
    if (packed) expect(git({ repo: store.path }, "count-objects")).toMatch(/^0 objects/);
    expect(store.snapshot(fresh, { "a.txt": "more\n" })).not.toBe(null);
    expect(store.list(fresh)).toHaveLength(packed ? 3 : 2);
  });

  it("an interruption during the search for borrowers is reported, with what was removed before", async () => {
    const { options, store } = made(false);
    const stop = new AbortController();
    const plan = await scan(options);
    interceptCalls((operation, path) => {
      // The last look before that question.
      if (operation === "lstat" && path.endsWith("/objects/maintenance.lock")) stop.abort();
    });
    const result = await prune(plan, { ...options, signal: stop.signal });
    expect(result.bases[0]).toMatchObject({ status: "interrupted", error: null, entries: [{ outcome: "removed" }] });
    expect(collected(result)).toEqual([["stopped", "EINTR"]]);
    stopIntercepting();
    // The next sweep continues with it.
    expect(gone(store)).toBe(false);
    expect(collected(await autoPrune({ ...options, optIn: true, force: true }))).toEqual([["collected", undefined]]);
    expect(gone(store)).toBe(true);
  });

  it("what was written within two hours stays: it may be a snapshot in the making", async () => {
    const { options, store } = made(false);
    setTimes(join(store.path, "objects"), Date.now() - 3_600_000);
    const loose = git({ repo: store.path, input: "in the making\n" }, "hash-object", "-w", "--stdin");
    expect(collected(await prune(await scan(options), options))).toEqual([["collected", undefined]]);
    expect(gone(store)).toBe(false);
    expect(git({ repo: store.path }, "cat-file", "-t", loose)).toBe("blob");
  });

  it("no lock of Hermes is held meanwhile, and nothing is collected where nothing was removed", async () => {
    const { options, w } = made(false);
    const order: string[] = [];
    interceptCalls((operation) => {
      if (/^point:(?:guard-|collecting)/.test(operation)) order.push(operation.slice(6));
    });
    await prune(await scan(options), options);
    expect(order).toEqual(["guard-taken", "guard-released", "collecting"]);
    order.length = 0;
    w.repo("gone", { workdir: "delete" });
    const both = { ...options, settings: { stores: ["hermes-store" as const, "hermes-shadow" as const] } };
    expect(collected(await prune(await scan(both), both))).toEqual([]);
    expect(order).toEqual([]);
  });
});

describe("what was not collected is remembered:", () => {
  /** A sweep with nothing to remove. */
  const sweep = async ({ options }: Pick<Made, "options">): Promise<RunResult> =>
    autoPrune({ ...options, optIn: true, force: true });
  const fileIn = ({ w }: Pick<Made, "w">): string => join(w.home, ".checkpoints.gc", "uncollected.json");
  const remembered = (all: Pick<Made, "w">): unknown =>
    existsSync(fileIn(all))
      ? (JSON.parse(readFileSync(fileIn(all), "utf8")) as { repositories: unknown }).repositories
      : null;
  const IT = [{ store: "hermes-store", place: "store" }];
  const aged = ({ store }: Made, hours: number): void =>
    setTimes(join(store.path, "objects"), Date.now() - hours * 3_600_000);

  it.each([
    { how: "loose objects", packed: false },
    { how: "packs", packed: true },
  ])("young $how, until a sweep has collected them, though it removes nothing", async ({ packed }) => {
    const all = made(packed);
    aged(all, 1);
    expect(collected(await prune(await scan(all.options), all.options))).toEqual([["collected", undefined]]);
    expect([gone(all.store), remembered(all)]).toEqual([false, IT]);
    // Still too young.
    aged(all, 1);
    expect(collected(await sweep(all))).toEqual([["collected", undefined]]);
    expect([gone(all.store), remembered(all)]).toEqual([false, IT]);
    aged(all, 3);
    expect(collected(await sweep(all))).toEqual([["collected", undefined]]);
    expect([gone(all.store), remembered(all)]).toEqual([true, null]);
    assertSound(all.store.path);
    expect(collected(await sweep(all))).toEqual([]);
  });

  it("another gc at work", async () => {
    const all = made(false);
    const pid = join(all.store.path, "gc.pid");
    const plan = await scan(all.options);
    interceptCalls((operation) => {
      if (operation === "point:guard-released") writeFileSync(pid, "1 host\n");
    });
    expect(collected(await prune(plan, all.options))).toEqual([["skipped", "EBUSY"]]);
    expect(remembered(all)).toEqual(IT);
    interceptCalls(() => undefined);
    rmSync(pid);
    expect(collected(await sweep(all))).toEqual([["collected", undefined]]);
    expect([gone(all.store), remembered(all)]).toEqual([true, null]);
  });

  it("from before the first ref is removed, for a run that is killed", async () => {
    const all = made(false);
    const plan = await scan(all.options);
    const seen: unknown[] = [];
    interceptCalls((operation) => {
      if (operation === "point:guard-taken") seen.push(remembered(all));
    });
    await prune(plan, all.options);
    expect([seen, remembered(all)]).toEqual([[IT], null]);
  });

  it("by the kind that it is an entry of, whatever else is removed from there", async () => {
    const all = made(false);
    const pack = join(all.store.path, "objects", "pack", "tmp_pack_dead");
    mkdirSync(dirname(pack), { recursive: true });
    writeFileSync(pack, "half");
    aged(all, 1);
    utimesSync(pack, 1, 1);
    const both = { ...all.options, settings: { stores: ["hermes-store" as const, "hermes-debris" as const] } };
    await prune(await scan(both), both);
    expect([existsSync(pack), remembered(all)]).toEqual([false, IT]);
  });

  it("not collected by a manual run, where another plan was shown", async () => {
    const all = made(false);
    aged(all, 1);
    await prune(await scan(all.options), all.options);
    aged(all, 3);
    all.w.repo("gone", { workdir: "delete" });
    const both = { ...all.options, settings: { stores: ["hermes-store" as const, "hermes-shadow" as const] } };
    expect(collected(await prune(await scan(both), both))).toEqual([]);
    expect([gone(all.store), remembered(all)]).toEqual([false, IT]);
  });

  it("also while its is not in stores kind, and left alone until then", async () => {
    const all = made(false);
    aged(all, 1);
    await prune(await scan(all.options), all.options);
    aged(all, 3);
    expect(collected(await sweep({ options: { ...all.options, settings: { stores: ["hermes-shadow"] } } }))).toEqual(
      [],
    );
    expect([gone(all.store), remembered(all)]).toEqual([false, IT]);
    expect(collected(await sweep(all))).toEqual([["collected", undefined]]);
    expect(gone(all.store)).toBe(true);
  });

  it.each([
    ["half a file", '{"version":1,"repositories":[{"st'],
    ["of an unknown version", JSON.stringify({ version: 0, repositories: IT })],
    ["one that leads out of the base", JSON.stringify({ version: 1, repositories: [row("..")] })],
    ["deeper out", JSON.stringify({ version: 1, repositories: [row("../../elsewhere")] })],
    ["of what is not there", JSON.stringify({ version: 1, repositories: [row("store-of-old")] })],
  ])("nothing, where the file is %s", async (_, text) => {
    const all = made(false);
    await prune(await scan(all.options), all.options);
    writeFileSync(fileIn(all), text);
    const order: string[] = [];
    interceptCalls((operation) => {
      if (operation === "point:collecting") order.push(operation);
    });
    expect(collected(await sweep(all))).toEqual([]);
    expect(order).toEqual([]);
  });

  it("and where a newer version remembers, nothing is done at all", async () => {
    const all = made(false);
    const plan = await scan(all.options);
    mkdirSync(dirname(fileIn(all)), { mode: 0o700, recursive: true });
    writeFileSync(fileIn(all), JSON.stringify({ version: 2 }));
    await expect(prune(plan, all.options)).rejects.toMatchObject({ code: "state-newer" });
    expect(existsSync(join(all.store.path, "projects", `${all.store.project(all.old).id}.json`))).toBe(true);
  });
});

function row(place: string): object {
  return { store: "hermes-store", place };
}

describe("what prevents it", () => {
  it.each(["gc.pid", "packed-refs.lock"])("a young %s means a process at work: skipped, and reported", async (name) => {
    const { options, store } = made(false);
    const plan = await scan(options);
    interceptCalls((operation) => {
      if (operation === "point:guard-released") writeFileSync(join(store.path, name), "1 host\n");
    });
    expect(collected(await prune(plan, options))).toEqual([["skipped", "EBUSY"]]);
    expect(gone(store)).toBe(false);
  });

  it("a gc.pid of the day before yesterday is not", async () => {
    const { options, store } = made(false);
    const path = join(store.path, "gc.pid");
    writeFileSync(path, "999999 elsewhere\n");
    const at = Date.now() / 1000 - 2 * 86_400;
    utimesSync(path, at, at);
    expect(collected(await prune(await scan(options), options))).toEqual([["collected", undefined]]);
  });

  it("no room for a copy: skipped, and said", async () => {
    const { store, options } = made(true);
    interceptCalls((operation) => {
      if (operation === "statfs") throw Object.assign(new Error("ENOSPC: no room"), { code: "ENOSPC" });
    });
    const [row] = collected(await prune(await scan(options), options));
    expect(row?.[1]).toBe("ENOSPC");
    expect(existsSync(join(store.path, "HEAD"))).toBe(true);
  });

  it("a failing git is reported with exit 1: the project was removed, its space was not freed", async () => {
    const { w, store, old } = made(true);
    const bin = join(w.root, "bin");
    mkdirSync(bin);
    const real = spawnSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).stdout.trim();
    const refusing = `case "$*" in *--reflog*) echo "fatal: bad object" >&2; exit 128 ;; esac`;
    writeFileSync(join(bin, "git"), `#!/bin/sh\n${refusing}\nexec ${real} "$@"\n`);
    chmodSync(join(bin, "git"), 0o755);
    const { id } = store.project(old);
    const args = ["prune", "--yes", "--set", "stores=hermes-store", "--home", w.home];
    const env = { PATH: `${bin}${delimiter}${process.env["PATH"]}` };
    const { code, stdout } = await run(args, { home: w, env });
    expect(stdout).toMatch(/were not removed: .*bad object/);
    expect([code, existsSync(join(store.path, "projects", `${id}.json`))]).toEqual([1, false]);
    // The next sweep would be refused as well: it is not reported every day.
    const auto = ["auto", "--opt-in", "--now", "--set", "stores=hermes-store"];
    expect((await run(auto, { home: w, env })).code).toBe(0);
    // A sweep that had it to do says why it ends with 1.
    writeFileSync(
      join(w.home, ".checkpoints.gc", "uncollected.json"),
      JSON.stringify({ version: 1, repositories: [row("store")] }),
    );
    const swept = await run(auto, { home: w, env });
    expect([swept.code, swept.stderr]).toEqual([1, expect.stringMatching(/were not removed: .*bad object/)]);
  });

  it("a signal in the middle of it leaves no process and no temporary file", async () => {
    const { w, store, old } = made(true);
    git({ repo: store.path }, "update-ref", "-d", store.project(old).ref);
    const before = readdirSync(join(store.path, "objects", "pack"));
    // A git that writes a temporary pack and then takes its time, in a child of its own as repack is.
    const bin = join(w.root, "bin");
    mkdirSync(bin);
    const pack = join(store.path, "objects", "pack", "tmp_pack_Zz9");
    const real = spawnSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).stdout.trim();
    const passing = `case "$*" in *repack*) ;; *) exec ${real} "$@" ;; esac`;
    writeFileSync(
      join(bin, "git"),
      `#!/bin/sh\n${passing}\nsh -c 'exec 9>"${pack}"; echo $$ > "${w.root}/pid"; sleep 60'\n`,
    );
    chmodSync(join(bin, "git"), 0o755);
    const [path, controller] = [process.env["PATH"], new AbortController()];
    process.env["PATH"] = `${bin}${delimiter}${path ?? ""}`;
    try {
      const ref = join(store.path, "refs/hermes/0123456789abcdef");
      const member = {
        path: ref,
        place: "store/refs/hermes/0123456789abcdef",
        identity: refIdentity("0".repeat(40)),
        as: "ref",
      } as const;
      const entry = { base: w.base, store: "hermes-store", id: "x", members: [member] } as const;
      const running = collectIn(repositoriesWithDeletedRefs([entry]), Date.now(), controller.signal);
      while (!existsSync(join(w.root, "pid"))) await new Promise((resolve) => setImmediate(resolve));
      controller.abort();
      expect(await running).toMatchObject([{ outcome: "stopped", error: { code: "EINTR" }, left: true }]);
    } finally {
      process.env["PATH"] = path;
    }
    expect(readdirSync(join(store.path, "objects", "pack"))).toEqual(before);
    const pid = Number(readFileSync(join(w.root, "pid"), "utf8"));
    expect(isAlive(pid)).toBe(false);
  });
});

// Two minutes with LONG=1. A writer takes snapshots with Hermes' own commands, without a lock as older versions do,
// while projects are removed and their objects collected again and again.
describe("a writer at work", () => {
  const SECONDS = process.env["LONG"] === "1" ? 120 : 10;

  it(`loses no snapshot in ${SECONDS} seconds`, { timeout: (SECONDS + 60) * 1000 }, async () => {
    const w = world();
    const store = hermesStore(w.base);
    const options: ScanOptions = { home: w.home, env: { HOME: w.root }, settings: { stores: ["hermes-store"] } };
    const workdir = join(w.work, "busy");
    store.snapshot(workdir, { "a.txt": "0\n" });
    symlinkSync(workdir, join(w.root, "link"));
    const log = join(w.root, "commits");
    const project = store.project(workdir);
    const script = `
      n=0; export GIT_DIR="${store.path}" GIT_WORK_TREE="${workdir}" GIT_INDEX_FILE="${project.index}"
      while [ ! -e "${w.root}/stop" ]; do
        n=$((n+1)); echo "turn $n" > "${workdir}/a.txt"; echo "$((n%7))" > "${workdir}/again.txt"; seq $n > "${workdir}/f$((n%20)).txt"
        old=$(git rev-parse ${project.ref}) && git read-tree "$old" && git add -A && tree=$(git write-tree) &&
        new=$(git commit-tree "$tree" -p "$old" -m "turn $n") && git update-ref ${project.ref} "$new" "$old" && echo "$new" >> "${log}" || echo "failed $n" >> "${w.root}/failures"
      done`;
    const env = { PATH: process.env["PATH"], HOME: w.root, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
    const writer = spawn("sh", ["-c", script], {
      cwd: workdir,
      stdio: ["ignore", "ignore", openSync(join(w.root, "said"), "w")],
      env,
    });
    const ended = new Promise((resolve) => writer.once("exit", resolve));
    const until = performance.now() + SECONDS * 1000;
    let rounds = 0;
    while (performance.now() < until) {
      store.snapshot(join(w.work, `old-${rounds}`), { "b.txt": `${Math.random()}\n` }, Date.now() - 60 * DAY_MS);
      const result = await prune(await scan(options), options);
      expect(collected(result)).toEqual([["collected", undefined]]);
      rounds += 1;
    }
    writeFileSync(join(w.root, "stop"), "");
    await ended;
    const commits = readFileSync(log, "utf8").trim().split("\n");
    expect(commits.length).toBeGreaterThan(3);
    expect(rounds).toBeGreaterThan(1);
    expect(existsSync(join(w.root, "failures")) ? readFileSync(join(w.root, "said"), "utf8") : "").toBe("");
    expect(store.list(workdir).slice(0, commits.length)).toEqual(commits.toReversed());
    assertSound(store.path);
  });
});
