// What git waits for: a lock of the whole store is the reason of all refs and not of each, no repo decides how long git
// waits for one, and a signal ends a git that is at work for minutes wherever stopping loses nothing.

import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, scan, type ScanOptions } from "../../../../src/index.ts";
import { scratch } from "../../../fs/support.ts";
import { namesIn, trashNames } from "../../../reclaim/runs.ts";
import { countedPrograms } from "../../../support/counted-programs.ts";
import { assertSound, git } from "../../../support/git.ts";
import { type HermesStore, hermesStore } from "../../../support/hermes-store.ts";
import { interceptCallAt, interceptCalls, stopIntercepting } from "../../../support/intercept-calls.ts";
import { manyProjects } from "../../../support/many-projects.ts";
import { removeTree } from "../../../support/paths.ts";
import { run, type RunResult } from "../../../support/run.ts";
import { type World, world } from "../../../support/world.ts";

interface Made {
  readonly w: World;
  readonly store: HermesStore;
  readonly options: ScanOptions;
  readonly workdirs: readonly string[];
  readonly histories: ReadonlyMap<string, readonly string[]>;
}

function made(count: number): Made {
  const w = world();
  w.settings({ stores: ["hermes-store"] }, "checkpoint_gc");
  const store = hermesStore(w.base);
  const workdirs = manyProjects(store, w.work, count);
  const histories = new Map(workdirs.map((workdir) => [workdir, store.list(workdir)]));
  return { w, store, workdirs, histories, options: { home: w.home, env: { HOME: w.root } } };
}

function areInPlace({ store, workdirs, histories }: Made): void {
  for (const workdir of workdirs) expect(store.list(workdir)).toEqual(histories.get(workdir));
}

/** A git that was killed three days ago left it. */
function lockLeft(path: string): string {
  writeFileSync(path, "");
  const at = Date.now() / 1000 - 3 * 86_400;
  utimesSync(path, at, at);
  return path;
}

describe("a lock of all refs", () => {
  it("refuses all projects at once, with the file to remove; without it all are removed", async () => {
    const all = made(6);
    const { w, store, workdirs } = all;
    const lock = lockLeft(join(store.path, "packed-refs.lock"));
    const { path, starts } = countedPrograms(w.root, ["git"]);
    const args = ["prune", "--yes", "--trash", "--json"];
    const done = await run(args, { home: w, env: { PATH: path } });
    expect(starts("git").filter((line) => line.includes("update-ref"))).toHaveLength(1);
    const { entries } = done.report();
    expect(new Set(entries.map(({ outcome, error }) => `${outcome} ${error?.code}`))).toEqual(
      new Set(["failed EBUSY"]),
    );
    for (const { error } of entries) expect(error?.message).toContain(`${lock}: remove that file`);
    areInPlace(all);
    expect(trashNames(w)).toEqual([]);
    removeTree(lock);
    expect((await run(args, { home: w })).report().totals).toMatchObject({ trashed: workdirs.length, failed: 0 });
  });

  it("is not waited for as long as the configuration of the repo says", async () => {
    const all = made(2);
    const { w, store } = all;
    for (const key of ["core.packedRefsTimeout", "core.filesRefLockTimeout"])
      git({ repo: store.path }, "config", key, "-1");
    lockLeft(join(store.path, "packed-refs.lock"));
    const { entries } = (await run(["prune", "--yes", "--trash", "--json"], { home: w })).report();
    expect(entries.map(({ error }) => error?.code)).toEqual(["EBUSY", "EBUSY"]);
    areInPlace(all);
  });
});

it("the lock of one ref is not waited for as long as the configuration of the repo says", async () => {
  const { store, options, workdirs } = made(2);
  git({ repo: store.path }, "config", "core.filesRefLockTimeout", "-1");
  const plan = await scan({ ...options, disposal: "trash" });
  const { ref } = store.project(workdirs[0] ?? "");
  interceptCalls((operation) => {
    if (operation === "point:guard-taken") writeFileSync(join(store.path, `${ref}.lock`), "");
  });
  const { entries = [] } = (await prune(plan, options)).bases[0] ?? {};
  const told = entries.map(({ outcome, error }) => `${outcome} ${error?.code ?? ""}`).toSorted();
  expect(told).toEqual(["failed EGIT", "trashed "]);
});

it("a signal stops between two refs that are tried by themselves", async () => {
  const all = made(5);
  const { store, options, workdirs } = all;
  const plan = await scan({ ...options, disposal: "trash" });
  const abort = new AbortController();
  const { ref } = store.project(workdirs[0] ?? "");
  let holds = 0;
  interceptCalls((operation) => {
    if (operation !== "point:guard-taken") return;
    holds += 1;
    if (holds === 1) writeFileSync(join(store.path, `${ref}.lock`), "");
    if (holds === 2) abort.abort();
  });
  const result = await prune(plan, { ...options, signal: abort.signal });
  stopIntercepting();
  expect(result.status).toBe("interrupted");
  expect(holds).toBe(2);
  expect(workdirs.filter((workdir) => store.tip(workdir) !== null).length).toBeGreaterThanOrEqual(4);
  const untold = (result.bases[0]?.entries ?? []).filter(({ outcome }) => outcome === "skipped");
  expect(untold.length).toBeGreaterThanOrEqual(4);
});

/** A git that is interrupted at the terminal, with us, as it begins one command, and is not done for a long time. */
async function interrupted({ w }: Made, command: string, args: readonly string[]): Promise<RunResult> {
  const pid = join(w.root, "pid");
  const preload = join(w.root, "pid.mjs");
  writeFileSync(
    preload,
    `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(pid)}, String(process.pid));\n`,
  );
  const before = `case "$*" in *"${command}"*)
  if mkdir "$0.done" 2>/dev/null; then kill -INT "$(cat '${pid}')"; fi; exec sleep 100;; esac`;
  const { path, starts } = countedPrograms(w.root, ["git"], { git: before });
  const done = await run(args, { home: w, env: { PATH: path }, node: ["--import", preload], timeout: 90_000 });
  expect(
    starts("git").some((line) => line.includes(command)),
    done.stderr,
  ).toBe(true);
  return done;
}

describe("Ctrl-C ends git", () => {
  it.each([
    ["that packs what goes to the trash", ["prune", "--yes", "--trash", "--json"]],
    ["that packs what is saved elsewhere", ["prune", "--yes", "--json", "--to"]],
  ])("%s: all is as it was", async (_, args) => {
    const all = made(3);
    const { w } = all;
    const elsewhere = args.at(-1) === "--to" ? [scratch("/dev/shm")] : [];
    const done = await interrupted(all, "bundle create", [...args, ...elsewhere]);
    expect(done.code, done.stderr).toBe(130);
    expect(done.report()).toMatchObject({ status: "interrupted", totals: { failed: 0, trashed: 0, removed: 0 } });
    areInPlace(all);
    expect(trashNames(w)).toEqual([]);
    for (const directory of elsewhere) expect(namesIn(directory)).toEqual([]);
  });

  it.each(["index-pack", "rev-list --objects --quiet"])(
    "that reads a history back (%s): it stays in the trash, and comes back later",
    async (command) => {
      const all = made(1);
      const { w, store, workdirs } = all;
      const { id } = store.project(workdirs[0] ?? "");
      expect((await run(["prune", "--yes", "--trash", "-q"], { home: w })).code).toBe(0);
      const before = trashNames(w);
      const done = await interrupted(all, command, ["trash", "restore", id, "--json"]);
      expect(done.code, done.stderr).toBe(130);
      expect(trashNames(w)).toEqual(before);
      expect((await run(["trash", "restore", id], { home: w })).code).toBe(0);
      areInPlace(all);
      assertSound(store.path);
    },
  );

  it("that restores what came back by itself: it stays in the trash, and comes back later", async () => {
    const all = made(1);
    const { w, workdirs } = all;
    removeTree(workdirs[0] ?? "");
    expect((await run(["prune", "--yes", "--trash", "-q"], { home: w })).code).toBe(0);
    const before = trashNames(w);
    mkdirSync(workdirs[0] ?? "");
    const done = await interrupted(all, "index-pack", ["prune", "--yes", "--json"]);
    expect(done.code, done.stderr).toBe(130);
    expect(done.report().totals).toMatchObject({ failed: 0 });
    expect(trashNames(w)).toEqual(before);
    expect((await run(["prune", "--yes", "--json"], { home: w })).code).toBe(0);
    areInPlace(all);
  });
});

it("a signal does not stop what puts a ref back", async () => {
  const all = made(1);
  const { w, store, options, workdirs } = all;
  const plan = await scan({ ...options, disposal: "trash" });
  const abort = new AbortController();
  interceptCallAt("point:isolated", () => {
    abort.abort();
    // Its own trace of a use: the check in the trash finds it, and all goes back.
    const { id } = store.project(workdirs[0] ?? "");
    writeFileSync(join(store.path, "indexes", `${id}.lock`), "");
  });
  const result = await prune(plan, { ...options, signal: abort.signal });
  stopIntercepting();
  expect(result.bases[0]?.entries.map(({ outcome }) => outcome)).toEqual(["changed"]);
  areInPlace(all);
  expect(trashNames(w).filter((name) => !name.includes("="))).toEqual([]);
});
