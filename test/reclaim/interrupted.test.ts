// Ctrl-C and `kill` in the middle of many removals, with threads at work: what is whole stays whole. Each repo is in its
// place, or in the trash to be put back, or removed and reported; what keeps the mark of a destruction has lost files already.

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, prune, type PruneOptions, type RunResult as LibraryResult, scan } from "../../src/index.ts";
import { renderRemoved } from "../../src/report/removed.ts";
import { look } from "../report/build.ts";
import { assertSound } from "../support/git.ts";
import { hermesStore } from "../support/hermes-store.ts";
import { errno, interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { run, type RunResult } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { common, DAY_MS, isMarked, namesIn, stateOf, trashNames, trashOf } from "./runs.ts";

const MANY = 100;
/** As many as the pool has. */
const MOST_THREADS = Math.min(4, Math.max(2, availableParallelism()));

interface Scene {
  readonly w: World;
  readonly gone: readonly ShadowRepo[];
  /** Names in a repo that is whole. */
  readonly files: number;
}

function scene(many = MANY): Scene {
  const w = world();
  const gone = Array.from({ length: many }, (_, n) => w.repo(`gone-${n}`, { workdir: "delete" }));
  w.repo("alive");
  return { w, gone, files: filesIn(gone[0]?.path ?? "") };
}

function filesIn(path: string): number {
  return readdirSync(path, { recursive: true }).length;
}

/** Signals from inside the n-th rename that this process makes of a repo or of something in the trash. */
function signalAt(w: World, nth: number, signals: readonly string[]): readonly string[] {
  const file = join(w.root, `signal-${nth}.mjs`);
  writeFileSync(
    file,
    `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
const rename = fs.renameSync; let seen = 0;
fs.renameSync = (from, to) => {
  rename(from, to);
  if (!/checkpoints[/][0-9a-f]{16}$/.test(String(from)) || ++seen !== ${nth}) return;
  for (const signal of ${JSON.stringify(signals)}) process.kill(process.pid, signal);
  const end = performance.now() + 30; while (performance.now() < end);
};
syncBuiltinESMExports();
`,
  );
  return ["--import", file];
}

interface Where {
  readonly home: readonly string[];
  readonly trash: readonly string[];
  readonly marked: readonly string[];
  readonly gone: readonly string[];
}

/** Where each repo is, and that nothing that could be put back has lost anything. */
function whereIs({ w, gone, files }: Scene): Where {
  const names = trashNames(w);
  const base = namesIn(w.base);
  const nameOf = (id: string): string | undefined => names.find((name) => name.replace(/^~/, "").startsWith(id));
  const where = (id: string): keyof Where => {
    if (base.includes(id)) return "home";
    const name = nameOf(id);
    if (name === undefined) return "gone";
    return isMarked(name) ? "marked" : "trash";
  };
  const ids = gone.map(({ id }) => id);
  const at = (place: keyof Where): readonly string[] => ids.filter((id) => where(id) === place);
  const result = { home: at("home"), trash: at("trash"), marked: at("marked"), gone: at("gone") };
  for (const id of result.home) expect(filesIn(join(w.base, id))).toBe(files);
  for (const id of result.trash) expect(filesIn(join(stateOf(w), "trash", nameOf(id) ?? ""))).toBe(files);
  for (const id of result.marked) expect(filesIn(join(stateOf(w), "trash", nameOf(id) ?? ""))).toBeLessThan(files);
  // One of each is enough for git.
  for (const id of result.home.slice(-3)) assertSound(join(w.base, id));
  for (const id of result.trash.slice(-3)) assertSound(join(stateOf(w), "trash", nameOf(id) ?? ""));
  return result;
}

function outcomes(result: RunResult, outcome: string | null): readonly string[] {
  return result
    .report()
    .entries.filter((one) => one.action === "remove" && one.outcome === outcome)
    .map(({ id }) => id);
}

const sorted = (ids: readonly string[]): readonly string[] => ids.toSorted();

describe("prune --yes", () => {
  // 64 are handed to the threads at once; the others are isolated meanwhile.
  it.each([
    ["SIGINT", 130, 20],
    ["SIGINT", 130, 66],
    ["SIGINT", 130, 90],
    ["SIGTERM", 143, 75],
    ["SIGHUP", 129, 75],
  ])(
    "%s (exit %i) at move %i: what is not begun is in its place again, and all is reported",
    async (signal, code, nth) => {
      const all = scene();
      const { w } = all;
      const result = await run(["prune", "--yes", "--json"], { home: w, node: signalAt(w, nth, [signal]) });
      expect(result.code, result.stderr).toBe(code);
      expect(result.report()).toMatchObject({ status: "interrupted", totals: { failed: 0 } });
      const { home, trash, marked, gone } = whereIs(all);
      expect({ trash, marked }).toEqual({ trash: [], marked: [] });
      expect(sorted(gone)).toEqual(sorted(outcomes(result, "removed")));
      expect(sorted(home)).toEqual(sorted([...outcomes(result, "returned"), ...outcomes(result, null)]));
      expect(outcomes(result, "returned").length).toBeGreaterThan(0);
      const next = await run(["prune", "--yes", "--json"], { home: w });
      expect(next.report().totals).toMatchObject({ removed: home.length, failed: 0 });
    },
  );

  it("says how many were removed, put back and not reached", async () => {
    const { w } = scene();
    const { stdout } = await run(["prune", "--yes"], { home: w, node: signalAt(w, 70, ["SIGINT"]) });
    const told = /^Interrupted: (\d+) removed, (\d+) put back, (\d+) left untouched\.$/m.exec(stdout);
    expect(told, stdout).not.toBeNull();
    expect(Number(told?.[1]) + Number(told?.[2]) + Number(told?.[3])).toBe(MANY);
  });

  // The second signal ends the process where it stands.
  it.each([20, 66, 75, 90])("two signals at move %i: only what has lost files keeps the mark", async (nth) => {
    const all = scene();
    const { w } = all;
    const result = await run(["prune", "--yes"], { home: w, node: signalAt(w, nth, ["SIGINT", "SIGTERM"]) });
    expect([130, 143]).toContain(result.code);
    const { trash, marked, home } = whereIs(all);
    expect(marked.length).toBeLessThanOrEqual(MOST_THREADS);
    expect(trash.length + marked.length + home.length).toBeGreaterThan(0);
    const waiting = await trashOf(w);
    const ids = waiting.filter(({ item }) => !item.marked).map(({ item }) => item.id);
    expect(ids).toHaveLength(trash.length);
    if (ids.length > 0) expect((await run(["trash", "restore", ...ids], { home: w })).code).toBe(0);
    expect(whereIs(all).home).toHaveLength(home.length + trash.length);
    // `explain` names the command only for what can be put back.
    for (const id of marked.slice(0, 1))
      expect((await run(["explain", id], { home: w })).stdout).not.toContain("trash restore");
    if (waiting.length > 0)
      expect(result.stderr).toContain("Stopped. To list what was not put back: checkpoints trash list");
  });

  it("to the trash: what is there stays there, and nothing more is moved", async () => {
    const all = scene();
    const { w } = all;
    const result = await run(["prune", "--yes", "--trash", "--json"], { home: w, node: signalAt(w, 20, ["SIGINT"]) });
    expect(result.code).toBe(130);
    expect(whereIs(all)).toMatchObject({ marked: [], gone: [] });
    expect(outcomes(result, "trashed").length).toBe(whereIs(all).trash.length);
    expect(outcomes(result, "trashed").length).toBeLessThan(25);
  });
});

describe("trash empty", () => {
  it.each([
    [["SIGINT"], 130],
    [["SIGINT", "SIGTERM"], 143],
  ])("%j: what is not begun stays in the trash, and can be put back", async (signals, code) => {
    const all = scene();
    const { w } = all;
    expect((await run(["prune", "--yes", "--trash", "-q"], { home: w })).code).toBe(0);
    // From inside the first look at a member once the threads are at work.
    const file = join(w.root, "signal.mjs");
    writeFileSync(
      file,
      `import fs from "node:fs"; import { Worker } from "node:worker_threads";
const post = Worker.prototype.postMessage; let seen = 0;
Worker.prototype.postMessage = function (job, ...rest) {
  post.call(this, job, ...rest);
  if (job?.jobType !== "destroy" || ++seen !== 12) return;
  for (const signal of ${JSON.stringify(signals)}) process.kill(process.pid, signal);
};
`,
    );
    const args = ["trash", "empty", "--yes", "--json"];
    const result = await run(args, { home: w, node: ["--import", file] });
    if (availableParallelism() > 1) expect([130, code], result.stderr).toContain(result.code);
    const { home, trash, marked, gone } = whereIs(all);
    expect(home).toEqual([]);
    expect(trash.length).toBeGreaterThan(0);
    expect(marked.length).toBeLessThanOrEqual(signals.length > 1 ? MOST_THREADS : 0);
    if (signals.length === 1) {
      const report = result.report();
      expect(report).toMatchObject({ status: "interrupted", totals: { failed: 0 } });
      expect(report.trash.filter(({ outcome }) => outcome === "removed")).toHaveLength(gone.length);
      expect(report.trash.filter(({ outcome }) => outcome === null)).toHaveLength(trash.length);
    }
    const ids = (await trashOf(w)).filter(({ item }) => !item.marked).map(({ item }) => item.id);
    expect((await run(["trash", "restore", ...ids], { home: w })).code).toBe(0);
    expect(whereIs(all).home).toHaveLength(trash.length);
  });
});

describe("trash restore", () => {
  it("stops between two, and leaves the others in the trash", async () => {
    const all = scene(6);
    const { w, gone } = all;
    expect((await run(["prune", "--yes", "--trash", "-q"], { home: w })).code).toBe(0);
    const file = join(w.root, "signal.mjs");
    writeFileSync(
      file,
      `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
const rename = fs.renameSync; let seen = 0;
fs.renameSync = (from, to) => {
  rename(from, to);
  if (/checkpoints[/][0-9a-f]{16}$/.test(String(to)) && ++seen === 2) process.kill(process.pid, "SIGINT");
};
syncBuiltinESMExports();
`,
    );
    const args = ["trash", "restore", ...gone.map(({ id }) => id)];
    const result = await run(args, { home: w, node: ["--import", file] });
    expect(result.code, result.stderr).toBe(130);
    const { home, trash } = whereIs(all);
    expect(home.length + trash.length).toBe(6);
    expect(home.length).toBeGreaterThanOrEqual(2);
    expect(home.length).toBeLessThan(6);
    expect(result.stdout).toContain(
      `Interrupted: ${trash.length} ${trash.length === 1 ? "repo" : "repos"} left in the trash.`,
    );
    expect((await run(["trash", "restore", ...trash], { home: w })).code).toBe(0);
    expect(whereIs(all).home).toHaveLength(6);
  });
});

describe("an AbortSignal", () => {
  /** Aborts when the first entry has been reported. */
  function abortedAtFirst(): Pick<PruneOptions, "signal" | "onProgress"> {
    const abort = new AbortController();
    return {
      signal: abort.signal,
      onProgress: ({ stage }) => {
        if (stage === "remove") abort.abort();
      },
    };
  }

  const outcomesOf = (result: LibraryResult): readonly string[] =>
    result.bases.flatMap(({ entries }) => entries.map(({ outcome }) => outcome)).toSorted();

  it("of a host that prunes: the current one is finished, the others are as they were", async () => {
    const w = world();
    const gone = Array.from({ length: 6 }, (_, n) => w.repo(`gone-${n}`, { workdir: "delete" }));
    const before = new Map(gone.map(({ id, path }) => [id, fingerprint(path)]));
    const result = await prune(await scan(common(w)), { ...common(w), ...abortedAtFirst() });
    expect(result.status).toBe("interrupted");
    expect(outcomesOf(result)).toEqual(["removed", ...Array.from({ length: 5 }, () => "returned")]);
    const left = gone.filter(({ id }) => namesIn(w.base).includes(id));
    expect(left).toHaveLength(5);
    for (const { id, path } of left) expect(diff(before.get(id)!, fingerprint(path))).toEqual([]);
    expect(trashNames(w)).toEqual([]);
  });

  it("of a host whose sweeps destroy at once", async () => {
    const w = world();
    w.settings({ trash_days: 0, orphan_grace_hours: 0 }, "checkpoint_gc");
    for (let n = 0; n < 4; n += 1) w.repo(`gone-${n}`, { workdir: "delete", ageDays: 3 });
    const options = { ...common(w), optIn: true, force: true };
    const result = await autoPrune({ ...options, ...abortedAtFirst() });
    expect(result.status).toBe("interrupted");
    expect(outcomesOf(result)).toEqual(["removed", "returned", "returned", "returned"]);
    // The next sweep continues where this one stopped.
    expect(outcomesOf(await autoPrune(options))).toEqual(["removed", "removed", "removed"]);
  });

  it("of a host that removes projects of the single store: a ref that was removed is restored, whole", async () => {
    const w = world();
    const store = hermesStore(w.base);
    const dirs = ["one", "two", "three"].map((name) => join(w.work, name));
    for (const dir of dirs) store.snapshot(dir, { "a.txt": `${dir}\n` }, Date.now() - 60 * DAY_MS);
    const tips = new Map(dirs.map((dir) => [dir, store.tip(dir)]));
    const options = { ...common(w), settings: { stores: ["hermes-store" as const] } };
    const result = await prune(await scan(options), { ...options, ...abortedAtFirst() });
    expect(outcomesOf(result)).toEqual(["removed", "returned", "returned"]);
    const left = dirs.filter((dir) => store.tip(dir) !== null);
    expect(left).toHaveLength(2);
    for (const dir of left) {
      expect(store.tip(dir)).toBe(tips.get(dir));
      expect(store.show(store.tip(dir) ?? "", "a.txt")).toBe(dir);
    }
    assertSound(store.path);
    // Only the copies that say what was put back.
    expect(trashNames(w).map((name) => name.includes("="))).toEqual([true, true]);
  });

  it("leaves in the trash, complete and unmarked, what the system does not let back, with its reason", async () => {
    const w = world();
    const gone = Array.from({ length: 3 }, (_, n) => w.repo(`gone-${n}`, { workdir: "delete" }));
    const { signal, onProgress } = abortedAtFirst();
    interceptCalls((operation, path) => {
      if (operation === "rename" && signal?.aborted === true && /[/][0-9a-f]{16}[.][^/]*$/.test(path))
        throw errno("EBUSY", operation, path);
    });
    const result = await prune(await scan(common(w)), {
      ...common(w),
      ...(signal === undefined ? {} : { signal }),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    stopIntercepting();
    expect(outcomesOf(result)).toEqual(["failed", "failed", "removed"]);
    const failed = (result.bases[0]?.entries ?? []).filter(({ outcome }) => outcome === "failed");
    for (const { error, trashId } of failed) expect([error?.code, trashId === null]).toEqual(["EBUSY", false]);
    // It does not say that something is in its place.
    const said = renderRemoved(result, look({ columns: null }));
    expect(said).not.toContain("in its place");
    expect(said).toContain("Interrupted: 1 removed, 2 left in the trash.");
    const ids = (await trashOf(w)).map(({ item }) => item.entryId);
    expect(ids).toHaveLength(2);
    expect((await run(["trash", "restore", ...ids], { home: w })).code).toBe(0);
    for (const { id, path } of gone) if (ids.includes(id)) assertSound(path);
  });

  it("leaves in the trash, whole and unmarked, what cannot be put back: its place was occupied meanwhile", async () => {
    const w = world();
    const gone = Array.from({ length: 3 }, (_, n) => w.repo(`gone-${n}`, { workdir: "delete" }));
    const before = new Map(gone.map(({ id, path }) => [id, fingerprint(path)]));
    const { signal, onProgress } = abortedAtFirst();
    const result = await prune(await scan(common(w)), {
      ...common(w),
      ...(signal === undefined ? {} : { signal }),
      onProgress: (progress) => {
        onProgress?.(progress);
        if (progress.stage === "remove") for (const { path } of gone) mkdirSync(path, { recursive: true });
      },
    });
    expect(outcomesOf(result)).toEqual(["conflict", "conflict", "removed"]);
    const waiting = await trashOf(w);
    expect(waiting.map(({ item }) => item.marked)).toEqual([false, false]);
    for (const { item } of waiting) {
      const path = item.members[0]?.path ?? "";
      expect(fingerprint(path).size).toBe(before.get(item.entryId)?.size);
      assertSound(path);
      expect((await run(["trash", "restore", item.entryId, "--swap"], { home: w })).code).toBe(0);
      expect(diff(before.get(item.entryId)!, fingerprint(join(w.base, item.entryId)))).toEqual([]);
    }
  });
});

it("a fingerprint of a repo that was put back is the one it had", async () => {
  const { w, gone } = scene();
  const before = new Map(gone.map(({ id, path }) => [id, fingerprint(path)]));
  const result = await run(["prune", "--yes", "--json"], { home: w, node: signalAt(w, 66, ["SIGINT"]) });
  const back = outcomes(result, "returned");
  expect(back.length).toBeGreaterThan(0);
  for (const id of back) expect(fingerprint(join(w.base, id))).toEqual(before.get(id));
});
