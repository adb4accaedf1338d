/**
 * All objects of a repository with their references, read by a number of git processes that depends on the amount of
 * data and not on the number of refs: one lists the objects, and each of the next reads 32 MB of commits and trees.
 *
 * `git rev-list` is not used: it fails at the first object that is missing or damaged, whatever needs it, and files of
 * the repository can hide history from it (`shallow`, `info/grafts`). Here the links are the objects' own, and missing
 * objects are known for each ref.
 */
import { errnoOf, createErrnoError } from "../errors.ts";
import { runCooperatively } from "../fs/cooperative.ts";
import { bytePath } from "../fs/syscalls.ts";
import { readSmall } from "../fs/read-small.ts";
import type { CooperativeTask } from "../model/steps.ts";
import { eachLine } from "./lines.ts";
import { type RunLimits, execGit } from "./exec.ts";

export type ObjectType = "commit" | "tree" | "blob" | "tag";

/** Objects by their number, which is their index in these lists. */
export interface ObjectGraph {
  /** By name, in hex. */
  readonly numberOf: (name: string) => number | undefined;
  readonly types: readonly ObjectType[];
  /** Bytes on the disk. */
  readonly sizes: readonly number[];
  /** Numbers of its references, once for every occurrence. */
  readonly links: readonly (readonly number[])[];
  /** When a commit was made (ms). */
  readonly dates: ReadonlyMap<number, number>;
  /** A missing object that an object needs, or its own name where it is damaged; by number. */
  readonly missing: ReadonlyMap<number, string>;
}

/** Objects of a store of a hundred gigabytes would not fit into memory. */
const MAX_OBJECTS = 4_000_000;

/** How much one process prints (bytes), or how many objects. */
const PORTION_BYTES = 32 * 1024 * 1024;
const PORTION_OBJECTS = 100_000;

/** Damaged objects are found by bisection: with more than this, the repository is beyond repair. */
const MAX_FAILURES = 200;

const SHALLOW_LIMIT = 16 * 1024 * 1024;

interface Growing {
  readonly numbers: Map<string, number>;
  readonly types: ObjectType[];
  readonly sizes: number[];
  readonly links: (readonly number[])[];
  readonly dates: Map<number, number>;
  readonly missing: Map<number, string>;
  /** Commits whose parents may be missing, in hex. */
  readonly shallow: ReadonlySet<string>;
  failures: number;
}

/** Null where there are too many objects. Rejects with the errno of `execGit`. */
export async function readGraph(gitDirectory: string, limits: RunLimits): Promise<ObjectGraph | null> {
  const listed = await execGit({
    ...limits,
    gitDirectory,
    args: ["cat-file", "--batch-all-objects", "--unordered", `--batch-check=${LISTED}`],
  });
  const graph: Growing = {
    numbers: new Map(),
    types: [],
    sizes: [],
    links: [],
    dates: new Map(),
    missing: new Map(),
    shallow: shallowIn(gitDirectory),
    failures: 0,
  };
  const portions: Portion[] = [];
  await eachLine(listed, ([name = "", type, size, disk]) => {
    // `<name> missing`: treated like a damaged one.
    if (!isType(type) || graph.types.length > MAX_OBJECTS) return;
    graph.numbers.set(packed(name), graph.types.length);
    graph.types.push(type);
    graph.sizes.push(Number(disk));
    graph.links.push(NO_LINKS);
    if (type !== "blob") addTo(portions, name, Number(size));
  });
  if (graph.types.length > MAX_OBJECTS) return null;
  for (const { names } of portions) await readSome(gitDirectory, names, graph, limits);
  const { numbers, types, sizes, links, dates, missing } = graph;
  return { numberOf: (name) => numbers.get(packed(name)), types, sizes, links, dates, missing };
}

const LISTED = "%(objectname) %(objecttype) %(objectsize) %(objectsize:disk)";
const NO_LINKS: readonly number[] = [];

function isType(text: string | undefined): text is ObjectType {
  return text === "commit" || text === "tree" || text === "blob" || text === "tag";
}

/** A name as git writes it into a tree, one character per byte: half as long, and needs no conversion for trees. */
function packed(hex: string): string {
  return Buffer.from(hex, "hex").toString("latin1");
}

function hexOf(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("hex");
}

interface Portion {
  readonly names: string[];
  bytes: number;
}

function addTo(portions: Portion[], name: string, size: number): void {
  const last = portions.at(-1);
  if (last === undefined || last.bytes + size > PORTION_BYTES || last.names.length >= PORTION_OBJECTS)
    portions.push({ names: [name], bytes: size });
  else {
    last.names.push(name);
    last.bytes += size;
  }
}

function shallowIn(gitDirectory: string): ReadonlySet<string> {
  const file = readSmall(bytePath(`${gitDirectory}/shallow`), SHALLOW_LIMIT);
  return new Set(file.kind === "bytes" ? file.bytes.toString("latin1").split("\n") : []);
}

/** git fails at a damaged object: then each half is read separately, down to the single object. */
async function readSome(
  gitDirectory: string,
  names: readonly string[],
  graph: Growing,
  limits: RunLimits,
): Promise<void> {
  let printed: string;
  try {
    printed = await execGit({
      ...limits,
      gitDirectory,
      args: ["cat-file", "--batch"],
      input: `${names.join("\n")}\n`,
    });
  } catch (error) {
    if (errnoOf(error) !== "EGIT" || ++graph.failures > MAX_FAILURES) throw error;
    const [only] = names;
    if (names.length === 1 && only !== undefined) {
      damaged(only, graph);
      return;
    }
    const half = Math.ceil(names.length / 2);
    await readSome(gitDirectory, names.slice(0, half), graph, limits);
    await readSome(gitDirectory, names.slice(half), graph, limits);
    return;
  }
  await runCooperatively(linking(printed, graph), limits.signal);
}

function damaged(name: string, { numbers, missing }: Growing): void {
  const number = numbers.get(packed(name));
  if (number !== undefined) missing.set(number, name);
}

/** `<name> <type> <size>`, a newline, as many bytes, a newline; repeated. */
function* linking(printed: string, graph: Growing): CooperativeTask<void> {
  for (let at = 0; at < printed.length;) {
    const end = printed.indexOf("\n", at);
    if (end === -1) throw createErrnoError("EGIT", "git cat-file: it printed half an object");
    const [name = "", type, size] = printed.slice(at, end).split(" ");
    at = end + 1;
    if (!isType(type)) {
      // It was removed since it was listed.
      damaged(name, graph);
      continue;
    }
    const number = graph.numbers.get(packed(name));
    const till = at + Number(size);
    if (number !== undefined) {
      if (type === "tree") linkTree(printed, at, till, number, name.length / 2, graph);
      else linkText(printed.slice(at, till), number, name, graph);
    }
    at = till + 1;
    yield;
  }
}

/** `<mode> <file name>`, NUL, the name in bytes; a submodule's commit is in another repository. */
function linkTree(text: string, from: number, till: number, number: number, bytes: number, graph: Growing): void {
  const links: number[] = [];
  for (let at = from; at < till;) {
    const submodule = text.startsWith("160000 ", at);
    const nul = text.indexOf("\0", at);
    if (nul === -1 || nul >= till) break;
    at = nul + 1 + bytes;
    if (!submodule) link(text.slice(nul + 1, at), number, links, graph);
  }
  graph.links[number] = links;
}

/** The header of a commit or a tag: it ends with an empty line. */
function linkText(text: string, number: number, name: string, graph: Growing): void {
  const links: number[] = [];
  const end = text.indexOf("\n\n");
  for (const line of (end === -1 ? text : text.slice(0, end)).split("\n")) {
    const [, key, value = ""] = /^(tree|parent|object) ([0-9a-f]+)$/.exec(line) ?? [];
    const optional = key === "parent" && graph.shallow.has(name);
    if (key !== undefined && !(optional && !graph.numbers.has(packed(value))))
      link(packed(value), number, links, graph);
    const seconds = /^committer .*> (\d+) [+-]\d+$/.exec(line)?.[1];
    if (seconds !== undefined) graph.dates.set(number, Number(seconds) * 1000);
  }
  graph.links[number] = links;
}

function link(to: string, from: number, links: number[], { numbers, missing }: Growing): void {
  const number = numbers.get(to);
  if (number === undefined) missing.set(from, hexOf(to));
  else links.push(number);
}
