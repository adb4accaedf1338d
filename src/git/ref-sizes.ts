/**
 * Sizes of refs: the objects that no other ref reaches, and those shared with others; how many commits each has, and
 * what of its history is missing.
 *
 * `rev-list A --not B` is not enough: for unrelated histories git excludes what both have in their commits, and not
 * what both have in their trees. So every object gets the one ref that reaches it, or none where there are several. One
 * graph serves all refs: a process for each of three thousand projects took longer than everything else together.
 */
import type { Snapshots } from "../model/entry.ts";
import { expectErrno, UNREADABLE } from "../errors.ts";
import { runCooperatively } from "../fs/cooperative.ts";
import { bytePath, lstatOrNull } from "../fs/syscalls.ts";
import type { CooperativeTask } from "../model/steps.ts";
import { eachLine } from "./lines.ts";
import { type ObjectGraph, readGraph } from "./object-graph.ts";
import { execGit, FAILED_GIT, isGitMissing } from "./exec.ts";

export type RefSize =
  | {
      readonly kind: "whole";
      /** Bytes on the disk of what only this ref reaches. */
      readonly alone: number;
      /** Bytes on the disk of what other refs reach as well. */
      readonly shared: number;
      readonly snapshots: Snapshots;
      /** When its commit was made (ms). */
      readonly at: number;
    }
  /** An object that it needs and that is missing or damaged. */
  | { readonly kind: "broken"; readonly missing: string };

export interface Ref {
  readonly name: string;
  readonly value: string;
}

/** Returns the size of a ref; null: unknown, or not determined in time. */
export type RefSizes = (ref: Ref) => Promise<RefSize | null>;

const NO_SCALES: RefSizes = async () => null;

/** A FIFO as `config` hangs git forever: the first query is a short one. */
const FIRST_MS = 5000;

/**
 * Reads a repository for the sizes of its refs. They are unknown where git is missing, where the repository is another
 * user's, or where it takes longer than until a moment of the monotonic clock (ms).
 */
export async function refSizes(repository: string, until: number): Promise<RefSizes> {
  const owner = lstatOrNull(bytePath(repository))?.uid;
  if (process.geteuid !== undefined && owner !== process.geteuid()) return NO_SCALES;
  if (until <= performance.now()) return NO_SCALES;
  try {
    const first = { deadline: Math.min(until, performance.now() + FIRST_MS), signal: undefined };
    const refs = await allRefs(repository, first);
    const graph = await readGraph(repository, { deadline: until, signal: undefined });
    if (graph === null) return NO_SCALES;
    const reached = await runCooperatively(reaching(graph, refs));
    const counted = new Uint32Array(graph.types.length);
    let turn = 0;
    return async (ref) => {
      turn += 1;
      return performance.now() > until ? null : runCooperatively(weighing(graph, ref, reached, counted, turn));
    };
  } catch (error) {
    // A size is not worth failing the run. RangeError: more text than one string can hold.
    if (!(error instanceof RangeError) && !isGitMissing(error)) expectErrno(error, ...FAILED_GIT, ...UNREADABLE);
    return NO_SCALES;
  }
}

/** Every ref that has a value, those too whose object is missing; a detached HEAD is one. */
async function allRefs(gitDirectory: string, limits: Parameters<typeof readGraph>[1]): Promise<readonly Ref[]> {
  const refs: Ref[] = [];
  const printed = await execGit({
    ...limits,
    gitDirectory,
    args: ["for-each-ref", "--format=%(objectname) %(refname)"],
  });
  await eachLine(printed, ([value = "", name = ""]) => refs.push({ name, value }));
  return refs;
}

/** For each object the number of the one ref that reaches it, counted from 1; 0: none, SEVERAL: more than one. */
const SEVERAL = 0xff_ff_ff_ff;

interface Reached {
  readonly by: Uint32Array;
  readonly numberOf: ReadonlyMap<string, number>;
}

function* reaching(graph: ObjectGraph, refs: readonly Ref[]): CooperativeTask<Reached> {
  const by = new Uint32Array(graph.types.length);
  const numberOf = new Map<string, number>();
  for (const [at, { name, value }] of refs.entries()) {
    numberOf.set(name, at + 1);
    const start = graph.numberOf(value);
    if (start !== undefined) yield* mark(graph, start, at + 1, by);
  }
  return { by, numberOf };
}

/**
 * Each object is visited at most twice: by the first ref that reaches it, and by the second, which marks it as shared.
 */
function* mark(graph: ObjectGraph, start: number, ref: number, by: Uint32Array): CooperativeTask<void> {
  const left = [start];
  for (let number = left.pop(); number !== undefined; number = left.pop()) {
    const before = by[number];
    if (before === ref || before === SEVERAL) continue;
    by[number] = before === 0 ? ref : SEVERAL;
    for (const next of graph.links[number] ?? []) left.push(next);
    yield;
  }
}

function* weighing(
  graph: ObjectGraph,
  { name, value }: Ref,
  { by, numberOf }: Reached,
  counted: Uint32Array,
  turn: number,
): CooperativeTask<RefSize> {
  const start = graph.numberOf(value);
  if (start === undefined) return { kind: "broken", missing: value };
  const ref = numberOf.get(name);
  let [alone, shared, count] = [0, 0, 0];
  const left = [start];
  for (let number = left.pop(); number !== undefined; number = left.pop()) {
    if (counted[number] === turn) continue;
    counted[number] = turn;
    const missing = graph.missing.get(number);
    if (missing !== undefined) return { kind: "broken", missing };
    const size = graph.sizes[number] ?? 0;
    if (by[number] === ref) alone += size;
    else shared += size;
    if (graph.types[number] === "commit") count += 1;
    for (const next of graph.links[number] ?? []) left.push(next);
    yield;
  }
  const at = graph.dates.get(start) ?? 0;
  return { kind: "whole", alone, shared, snapshots: { count, last: at }, at };
}
