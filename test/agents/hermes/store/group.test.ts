// Projects of a store are removed together, under one hold of Hermes' lock and by one process of git. What goes wrong with
// one of them is its own outcome: the others are removed, and it is whole where it was.

import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type EntryResult, prune, type RunResult, scan, type ScanOptions } from "../../../../src/index.ts";
import { parseTrashName } from "../../../../src/model/trash-name.ts";
import { ageCopies, trashNames } from "../../../reclaim/runs.ts";
import { countedPrograms } from "../../../support/counted-programs.ts";
import { assertSound, git } from "../../../support/git.ts";
import { type HermesStore, hermesStore } from "../../../support/hermes-store.ts";
import { manyProjects } from "../../../support/many-projects.ts";
import { type RunResult as CommandResult, run } from "../../../support/run.ts";
import { interceptCalls, interceptCallAt, stopIntercepting } from "../../../support/intercept-calls.ts";
import { type World, world } from "../../../support/world.ts";

interface Made {
  readonly w: World;
  readonly store: HermesStore;
  readonly options: ScanOptions;
  readonly workdirs: readonly string[];
  /** One in the middle. */
  readonly one: string;
  readonly histories: ReadonlyMap<string, readonly string[]>;
}

function made(count = 5): Made {
  const w = world();
  w.settings({ stores: ["hermes-store"] }, "checkpoint_gc");
  const store = hermesStore(w.base);
  const workdirs = manyProjects(store, w.work, count);
  const histories = new Map(workdirs.map((workdir) => [workdir, store.list(workdir)]));
  return { w, store, workdirs, one: workdirs[2] ?? "", histories, options: { home: w.home, env: { HOME: w.root } } };
}

function entriesOf(result: RunResult): readonly EntryResult[] {
  return result.bases[0]?.entries ?? [];
}

/** Outcome and errno of one project, and the outcomes of the others. */
function told(
  { store, one }: Made,
  result: RunResult,
): { readonly own: unknown; readonly others: ReadonlySet<string> } {
  const isOwn = ({ planned }: EntryResult): boolean => planned.judged.entry.id === store.project(one).id;
  const own = entriesOf(result).find(isOwn);
  const others = entriesOf(result).filter((each) => !isOwn(each));
  return { own: [own?.outcome, own?.error?.code], others: new Set(others.map(({ outcome }) => outcome)) };
}

function others({ workdirs, one }: Made): readonly string[] {
  return workdirs.filter((workdir) => workdir !== one);
}

const DISPOSALS = [
  { disposal: "trash", gone: "trashed" },
  { disposal: "destroy", gone: "removed" },
] as const;

describe.each(DISPOSALS)("a snapshot of one ($disposal)", ({ disposal, gone }) => {
  it.each([
    { at: "verified", nth: 5 },
    { at: "bundled", nth: 5 },
    { at: "guard-taken", nth: 1 },
  ])("at $at keeps that one, and no other", async ({ at, nth }) => {
    const all = made();
    const { w, store, options, one, histories } = all;
    const plan = await scan({ ...options, disposal });
    let commit: string | null = null;
    // When all of them have been verified, or prepared as well.
    const snapshot = (): void => {
      commit = store.snapshot(one, { "a.txt": "saved\n" });
    };
    interceptCallAt(`point:${at}`, snapshot, { nth });
    const result = await prune(plan, options);
    stopIntercepting();
    expect(told(all, result)).toEqual({ own: ["changed", "ECHANGED"], others: new Set([gone]) });
    expect(store.list(one)).toEqual([commit, ...(histories.get(one) ?? [])]);
    for (const other of others(all)) expect(store.tip(other)).toBe(null);
    expect(trashNames(w)).toHaveLength(disposal === "trash" ? 3 * others(all).length : 0);
    assertSound(store.path);
  });

  it("that changed nothing is found when they have been moved, and that one is put back", async () => {
    const all = made();
    const { store, options, one, histories } = all;
    const plan = await scan({ ...options, disposal });
    interceptCallAt("point:guard-taken", () => store.amend(one, { last_touch: Date.now() / 1000 }));
    const result = await prune(plan, options);
    stopIntercepting();
    expect(told(all, result)).toEqual({ own: ["changed", "ECHANGED"], others: new Set([gone]) });
    expect(store.list(one)).toEqual(histories.get(one));
  });

  it("none: all are removed", async () => {
    const all = made();
    const result = await prune(await scan({ ...all.options, disposal }), all.options);
    expect(told(all, result)).toEqual({ own: [gone, undefined], others: new Set([gone]) });
  });

  it("a lock on the ref of one keeps that one, and no other", async () => {
    const all = made();
    const { w, store, options, one, histories } = all;
    const plan = await scan({ ...options, disposal });
    const lock = join(store.path, `${store.project(one).ref}.lock`);
    const moved: string[] = [];
    interceptCalls((operation, path) => {
      if (operation === "point:guard-taken") writeFileSync(lock, "");
      if (operation === "point:member-isolated") moved.push(path);
    });
    const result = await prune(plan, options);
    stopIntercepting();
    expect(told(all, result)).toEqual({ own: ["failed", "EGIT"], others: new Set([gone]) });
    expect(moved).toHaveLength(3 * others(all).length);
    expect(moved).not.toContain(store.project(one).json);
    expect(store.list(one)).toEqual(histories.get(one));
    expect(trashNames(w)).toHaveLength(disposal === "trash" ? 3 * others(all).length : 0);
  });
});

/** What git does once, when all refs are to be deleted; then it works as ever. */
const ONCE = (act: string): string => `case "$*" in *"update-ref --stdin"*)
  if mkdir "$0.done" 2>/dev/null; then ${act}
  fi;; esac`;

async function removeWith({ w }: Made, before: string): Promise<CommandResult> {
  const { path } = countedPrograms(w.root, ["git"], { git: before });
  return run(["prune", "--yes", "--trash", "--json"], { home: w, env: { PATH: path } });
}

function outcomeOf({ store }: Made, done: CommandResult, workdir: string): string | null | undefined {
  return done.report().entries.find(({ id }) => id === store.project(workdir).id)?.outcome;
}

describe("one git for all", () => {
  it("that finds a snapshot which was taken after the last check keeps that one, and no other", async () => {
    const all = made();
    const { store, one, histories } = all;
    const { ref } = store.project(one);
    const tip = store.tip(one) ?? "";
    const commit = git({ repo: store.path }, "commit-tree", `${tip}^{tree}`, "-p", tip, "-m", "saved");
    const done = await removeWith(all, ONCE(`"$real" update-ref ${ref} ${commit} ${tip}`));
    expect(done.code, done.stdout).toBe(0);
    expect(outcomeOf(all, done, one)).toBe("changed");
    for (const other of others(all)) expect([outcomeOf(all, done, other), store.tip(other)]).toEqual(["trashed", null]);
    expect(store.list(one)).toEqual([commit, ...(histories.get(one) ?? [])]);
    assertSound(store.path);
  });

  it("that is killed when some are removed loses none: what is in doubt is put back, and the others are tried again", async () => {
    const all = made();
    const { w, store, workdirs, histories } = all;
    const done = await removeWith(all, ONCE(`head -n 2 | "$real" "$@"; kill -9 $$`));
    const outcomes = workdirs.map((workdir) => outcomeOf(all, done, workdir));
    expect(outcomes.filter((outcome) => outcome === "failed")).toHaveLength(2);
    expect(outcomes.filter((outcome) => outcome === "trashed")).toHaveLength(3);
    for (const [at, workdir] of workdirs.entries())
      expect(store.list(workdir)).toEqual(outcomes[at] === "failed" ? histories.get(workdir) : []);
    // Of those that were put back a copy stays for two hours.
    expect([trashNames(w).length, trashNames(w).filter(isCopy).length]).toEqual([3 * 3 + 2, 2]);
    assertSound(store.path);
    expect(ageCopies(w)).toBe(2);
    const next = await run(["prune", "--yes", "--trash", "--json"], { home: w });
    expect(next.code, next.stdout).toBe(0);
    expect(trashNames(w)).toHaveLength(3 * 5);
  });

  it("that is killed and cannot be started again: what is in doubt waits in the trash, and the next run puts it back", async () => {
    const all = made();
    const { w, store, workdirs, histories } = all;
    const broken = `if [ -e "$0.done" ]; then exit 9; fi\n${ONCE(`head -n 2 | "$real" "$@"; kill -9 $$`)}`;
    const done = await removeWith(all, broken);
    expect(done.code).toBe(1);
    expect(new Set(workdirs.map((workdir) => outcomeOf(all, done, workdir)))).toEqual(new Set(["failed"]));
    const gone = workdirs.filter((workdir) => store.tip(workdir) === null);
    expect(gone).toHaveLength(2);
    expect(trashNames(w).filter((name) => name.includes("+ref"))).toHaveLength(2);
    const next = await run(["prune", "--yes", "--trash", "--json"], { home: w });
    expect(next.code, next.stdout).toBe(0);
    expect(ageCopies(w)).toBe(2);
    const rest = await run(["prune", "--yes", "--trash", "--json"], { home: w });
    expect(rest.report().totals).toMatchObject({ failed: 0 });
    const ids = workdirs.map((workdir) => store.project(workdir).id);
    expect((await run(["trash", "restore", ...ids], { home: w })).code).toBe(0);
    for (const workdir of workdirs) expect(store.list(workdir)).toEqual(histories.get(workdir));
    expect(trashNames(w).filter((name) => !isCopy(name))).toEqual([]);
    assertSound(store.path);
  });
});

/** A copy of what was put back. */
function isCopy(name: string): boolean {
  return parseTrashName(name)?.returned === true;
}

describe("an abort", () => {
  it.each([
    { at: "verified", nth: 3 },
    { at: "bundled", nth: 3 },
  ])("at $at, before anything was removed, leaves all as they were", async ({ at, nth }) => {
    const { w, store, options, workdirs, histories } = made();
    const plan = await scan({ ...options, disposal: "trash" });
    const abort = new AbortController();
    interceptCallAt(`point:${at}`, () => abort.abort(), { nth });
    const result = await prune(plan, { ...options, signal: abort.signal });
    stopIntercepting();
    expect(result.status).toBe("interrupted");
    expect(new Set(entriesOf(result).map(({ outcome }) => outcome))).toEqual(new Set(["skipped"]));
    for (const workdir of workdirs) expect(store.list(workdir)).toEqual(histories.get(workdir));
    expect(trashNames(w)).toEqual([]);
  });

  it.each([
    { at: "ref-deleted", nth: 2 },
    { at: "member-isolated", nth: 5 },
    { at: "isolated", nth: 2 },
  ])("at $at, during the removal, puts all back that were to be destroyed", async ({ at, nth }) => {
    const { w, store, options, workdirs, histories } = made();
    const plan = await scan(options);
    const abort = new AbortController();
    interceptCallAt(`point:${at}`, () => abort.abort(), { nth });
    const result = await prune(plan, { ...options, signal: abort.signal });
    stopIntercepting();
    expect(result.status).toBe("interrupted");
    expect(new Set(entriesOf(result).map(({ outcome }) => outcome))).toEqual(new Set(["returned"]));
    for (const workdir of workdirs) expect(store.list(workdir)).toEqual(histories.get(workdir));
    // Only the copies that say what was put back.
    expect(trashNames(w).filter((name) => !name.includes("="))).toEqual([]);
    assertSound(store.path);
  });
});

it("an abort during the removal leaves all in the trash that were to be moved there, whole", async () => {
  const { w, store, options, workdirs, histories } = made();
  const plan = await scan({ ...options, disposal: "trash" });
  const abort = new AbortController();
  interceptCallAt("point:ref-deleted", () => abort.abort(), { nth: 2 });
  const result = await prune(plan, { ...options, signal: abort.signal });
  stopIntercepting();
  expect(result.status).toBe("interrupted");
  expect(new Set(entriesOf(result).map(({ outcome }) => outcome))).toEqual(new Set(["trashed"]));
  const ids = workdirs.map((workdir) => store.project(workdir).id);
  expect((await run(["trash", "restore", ...ids], { home: w })).code).toBe(0);
  for (const workdir of workdirs) expect(store.list(workdir)).toEqual(histories.get(workdir));
});

it("each is announced once when its ref is deleted and once when it is isolated", async () => {
  const { options, workdirs } = made();
  const points = new Map<string, number>();
  interceptCalls((operation, path) => {
    if (operation !== "point:ref-deleted" && operation !== "point:isolated" && operation !== "point:verified") return;
    points.set(`${operation} ${path}`, (points.get(`${operation} ${path}`) ?? 0) + 1);
  });
  await prune(await scan({ ...options, disposal: "trash" }), options);
  stopIntercepting();
  expect(points.size).toBe(3 * workdirs.length);
  expect(new Set(points.values())).toEqual(new Set([1]));
});

it.each(DISPOSALS)("what puts them back is on the disk before any is removed ($disposal)", async ({ disposal }) => {
  const { options, workdirs, w } = made();
  const trash = join(w.home, ".checkpoints.gc", "checkpoints");
  const order: string[] = [];
  let opened = "";
  interceptCalls((operation, path) => {
    if (operation === "point:bundled" || operation === "point:guard-taken") order.push(operation);
    if (operation === "open") opened = path;
    if (operation === "fsync" && opened === trash) order.push("synced");
  });
  await prune(await scan({ ...options, disposal }), options);
  stopIntercepting();
  const taken = order.indexOf("point:guard-taken");
  expect(order.slice(0, taken).filter((one) => one === "point:bundled")).toHaveLength(workdirs.length);
  expect(order.slice(order.lastIndexOf("point:bundled"), taken)).toContain("synced");
});

it("one that cannot be moved keeps its ref, and no other does", async () => {
  const all = made();
  const { store, options, one, histories, w } = all;
  const plan = await scan({ ...options, disposal: "trash" });
  const { json } = store.project(one);
  interceptCallAt("point:guard-taken", () => renameSync(json, join(w.root, "aside")));
  const result = await prune(plan, options);
  stopIntercepting();
  const { own, others: rest } = told(all, result);
  expect([own, rest]).toEqual([["failed", "ENOENT"], new Set(["trashed"])]);
  expect(store.list(one)).toEqual(histories.get(one));
  expect(trashNames(w).filter((name) => !isCopy(name))).toHaveLength(3 * others(all).length);
  expect(trashNames(w).filter(isCopy)).toHaveLength(1);
});
