// The n-th system call of each kind on the file system fails, in a store of three entries. After each fault:
// the live one is untouched, the others are in place, in the trash whole, or marked; every error is a GcError or an
// errno; nothing of the store is left open; and the next run without a fault ends where it would have ended anyway. For a
// restore that is: all three in their places again, whole. All of it with LONG=1, a tenth without.

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { GcError, prune, type RestoreResult, type RunResult, scan } from "../../src/index.ts";
import {
  common,
  giveBack,
  isMarked,
  isolatedId,
  namesIn,
  stateOf,
  sweep,
  trashNames,
  trashOf,
} from "../reclaim/runs.ts";
import { openBelow } from "../support/open-files.ts";
import { removeTree } from "../support/paths.ts";
import { interceptCalls, failCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { liveAndGone } from "./three.ts";

const CODES = ["EACCES", "EIO", "ENOSPC", "EBUSY", "ESTALE"] as const;
const LONG = process.env["LONG"] === "1";
/** Printed with every failure: `SEED=n` repeats a run, or makes another one. */
const SEED = Number(process.env["SEED"] ?? 20261120);

interface Store {
  readonly w: World;
  readonly live: ShadowRepo;
  readonly gone: readonly ShadowRepo[];
  readonly prints: ReadonlyMap<string, ReturnType<typeof fingerprint>>;
}

type Told = RunResult | RestoreResult;
type Act = (w: World) => Promise<Told>;

interface Tried {
  /** What was done before, without a fault. */
  readonly first?: Act;
  /** The same again converges. */
  readonly act: Act;
  /** Where the three that may be removed are in the end. */
  readonly ends: "gone" | "in place";
}

const ACTS: Readonly<Record<string, Tried>> = {
  "prune, which destroys": { act: (w) => plannedPrune(w, "destroy"), ends: "gone" },
  "prune, which keeps in the trash": { act: (w) => plannedPrune(w, "trash"), ends: "gone" },
  "auto": { act: (w) => sweep(w), ends: "gone" },
  "trash restore": { first: (w) => plannedPrune(w, "trash"), act: restoreAll, ends: "in place" },
};

/** What is left to be put back; it may be empty. */
async function restoreAll(w: World): Promise<RestoreResult> {
  const ids = trashNames(w).flatMap((name) => isolatedId(name) ?? []);
  return ids.length === 0 ? { rows: [] } : giveBack(w, { ids });
}

async function plannedPrune(w: World, disposal: "destroy" | "trash"): Promise<RunResult> {
  const plan = await scan({ ...common(w), disposal });
  return prune(plan, common(w));
}

describe.each(Object.entries(ACTS))("%s", (name, tried) => {
  it.each(CODES)("fails with %s somewhere", { timeout: LONG ? 3_600_000 : 300_000 }, async (code) => {
    const random = randomFrom(SEED + code.length * 7919 + name.length);
    const calls = await callsOf(tried);
    expect(calls.size).toBeGreaterThan(10);
    const wrong: string[] = [];
    for (const [operation, count] of calls) {
      for (let nth = 1; nth <= count; nth++) {
        if (!LONG && random() > share(calls)) continue;
        const problems = await tryOne(tried, operation, nth, code);
        if (problems.length > 0) wrong.push(`${operation} ${nth} of ${count}, ${code}: ${problems.join("; ")}`);
      }
    }
    expect(wrong, `SEED=${SEED}`).toEqual([]);
  });
});

/** How often each operation is called by a run without a fault. */
async function callsOf({ first, act }: Tried): Promise<ReadonlyMap<string, number>> {
  const calls = new Map<string, number>();
  const { w } = store("test");
  await first?.(w);
  interceptCalls((operation) => {
    if (!operation.startsWith("point:") && operation !== "close") calls.set(operation, (calls.get(operation) ?? 0) + 1);
  });
  await act(w);
  stopIntercepting();
  return calls;
}

/** Two of them for each errno. */
function share(calls: ReadonlyMap<string, number>): number {
  return 2 / [...calls.values()].reduce((sum, count) => sum + count, 0);
}

async function tryOne(tried: Tried, operation: string, nth: number, code: string): Promise<string[]> {
  const { first, act, ends } = tried;
  const s = store("manual");
  const problems: string[] = [];
  try {
    await first?.(s.w);
    let met = 0;
    failCalls(code, (seen) => seen === operation && ++met === nth);
    const { told, error } = await attempt(act, s.w);
    stopIntercepting();
    problems.push(...lies(told, s.w));
    if (error !== null && !(error instanceof GcError) && !isErrno(error)) problems.push(`threw ${messageOf(error)}`);
    problems.push(...look(s, "after it"));
    problems.push(...openBelow(s.w.root).map((path) => `${path} is still open`));

    const { error: again } = await attempt(act, s.w);
    if (again !== null) problems.push(`the next run threw ${messageOf(again)}`);
    problems.push(...look(s, "after the next run"));
    for (const repo of s.gone)
      if (namesIn(s.w.base).includes(repo.id) !== (ends === "in place"))
        problems.push(`${repo.name} is ${ends === "gone" ? "still" : "not"} in its place`);
    for (const { item } of await trashOf(s.w)) if (item.marked) problems.push(`${item.id} is still marked`);
    if (namesIn(stateOf(s.w)).some((each) => each.startsWith(".tmp-"))) problems.push("a temporary file is left");
    return problems;
  } finally {
    stopIntercepting();
    removeTree(s.w.root);
  }
}

async function attempt(act: Act, w: World): Promise<{ told: Told | null; error: unknown }> {
  try {
    return { told: await act(w), error: null };
  } catch (error) {
    return { told: null, error };
  }
}

/** What the run reported of an entry and is not true. */
function lies(told: Told | null, w: World): string[] {
  if (told === null) return [];
  if ("rows" in told) return liesOfRestored(told, w);
  return told.bases
    .flatMap((base) => base.entries)
    .flatMap(({ planned, outcome, trashId }) => {
      const { id } = planned.judged.entry;
      const inPlace = namesIn(w.base).includes(id);
      const isolated = [...trashNames(w), ...namesIn(w.base)].some((name) => isolatedId(name) === id);
      const found = `${id} is reported as ${outcome} (${trashId ?? "no trash id"}) and is ${inPlace ? "in its place" : isolated ? "in the trash" : "gone"}`;
      const right = {
        "removed": !inPlace && !isolated,
        "trashed": !inPlace && isolated && trashId !== null,
        "already-gone": !inPlace && !isolated,
        "changed": inPlace,
        "conflict": isolated && trashId !== null,
        "failed": isolated ? trashId !== null : inPlace,
        "skipped": inPlace,
        "returned": inPlace,
      }[outcome];
      return right ? [] : [found];
    });
}

function liesOfRestored({ rows }: RestoreResult, w: World): string[] {
  return rows.flatMap(({ item, outcome }) => {
    const inPlace = namesIn(w.base).includes(item.entryId);
    const isolated = trashNames(w).some((name) => isolatedId(name) === item.entryId);
    const right = outcome === "restored" ? inPlace && !isolated : !inPlace && isolated;
    return right ? [] : [`${item.entryId} is reported as ${outcome}, and is ${inPlace ? "" : "not "}in its place`];
  });
}

/** Every entry is in its place whole, in the trash whole, or on its way out by its name. */
function look({ w, live, gone, prints }: Store, when: string): string[] {
  const problems: string[] = [];
  const compare = (id: string, path: string): void => {
    const lines = diff(prints.get(id)!, fingerprint(path));
    if (lines.length > 0) problems.push(`${path} has changed ${when}: ${lines.slice(0, 3).join(", ")}`);
  };
  compare(live.id, live.path);
  for (const repo of gone) if (namesIn(w.base).includes(repo.id)) compare(repo.id, repo.path);
  for (const [directory, name] of [
    ...trashNames(w).map((each) => [join(stateOf(w), "trash"), each] as const),
    ...namesIn(w.base)
      .filter((each) => each.startsWith(".gc."))
      .map((each) => [w.base, each] as const),
  ]) {
    const id = isolatedId(name);
    if (id !== null && !isMarked(name)) compare(id, join(directory, name));
  }
  return problems;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : JSON.stringify(error);
}

function isErrno(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^E[A-Z]+$/.test(String(error.code));
}

function store(scope: "test" | "manual"): Store {
  const w = world({ scope });
  const { live, gone } = liveAndGone(w);
  return { w, live, gone, prints: new Map([live, ...gone].map((repo) => [repo.id, fingerprint(repo.path)])) };
}

/** mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
