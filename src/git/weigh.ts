/**
 * What refs weigh: the objects that no other ref reaches, and those used together with others.
 *
 * `rev-list A --not B` is no answer: of unrelated histories git leaves out what both have in their commits, and not what
 * both have in their trees. So every object gets the one ref that reaches it, or none where there are several.
 */
import type { SimpleGit } from "simple-git";
import { bytePath, lstatOrNull } from "../fs/door.ts";
import { eachLine } from "./lines.ts";
import { guardBehind, openRepository } from "./repository.ts";

export interface Weight {
  /** Bytes on the disk of what only this ref reaches. */
  readonly alone: number;
  /** Bytes on the disk of what other refs reach as well. */
  readonly shared: number;
  /** When its commit was made (ms). */
  readonly at: number;
}

/** Listing a large history reads all of its trees, and git says nothing until it begins. */
const DEADLINE_MS = 60_000;

/** Objects of a store of a hundred gigabytes would not fit into our memory: then nobody is told a size. */
const MOST_OBJECTS = 4_000_000;

/** By name; those that nobody can tell are left out, all of them where git is not there, or `until` has passed (ms). */
export async function weighRefs(
  repository: string,
  names: readonly string[],
  until: number,
): Promise<ReadonlyMap<string, Weight>> {
  try {
    const owner = lstatOrNull(bytePath(repository))?.uid;
    if (process.geteuid !== undefined && owner !== process.geteuid()) return new Map();
    const left = Math.ceil(until - performance.now());
    if (left <= 0) return new Map();
    return await weigh(await openRepository(repository, DEADLINE_MS, AbortSignal.timeout(left)), names);
  } catch (error) {
    // Refused before git was asked: that is a mistake of ours, and no answer about the repo.
    const guard = await guardBehind(error);
    if ((guard !== null && guard !== "timeout" && guard !== "abort") || !(error instanceof Error)) throw error;
    return new Map();
  }
}

async function weigh(git: SimpleGit, names: readonly string[]): Promise<ReadonlyMap<string, Weight>> {
  const sizes = new Map<string, number>();
  const listed = await git.raw("cat-file", "--batch-all-objects", "--unordered", `--batch-check=${SIZES}`);
  await eachLine(listed, ([object = "", size]) => sizes.set(object, Number(size)));
  if (sizes.size > MOST_OBJECTS) return new Map();
  const reach = async (...tips: readonly string[]): Promise<string[]> => {
    const objects: string[] = [];
    const printed = await git.raw("rev-list", "--objects", "--no-object-names", ...tips);
    await eachLine(printed, ([object = ""]) => objects.push(object));
    return objects;
  };
  const others = new Set(await reach(...names.map((name) => `--exclude=${name}`), "--all"));
  const dates = new Map<string, number>();
  const dated = await git.raw("for-each-ref", "--format=%(refname) %(committerdate:unix)");
  await eachLine(dated, ([name = "", seconds]) => dates.set(name, Number(seconds) * 1000));

  const owned = new Map<string, string | null>();
  const reached = new Map<string, readonly string[]>();
  for (const name of names) {
    const objects = await reach(name);
    reached.set(name, objects);
    for (const object of objects) owned.set(object, owned.has(object) || others.has(object) ? null : name);
  }
  const sizeOf = (objects: readonly string[]): number => objects.reduce((sum, each) => sum + (sizes.get(each) ?? 0), 0);
  return new Map(
    [...reached].map(([name, objects]): [string, Weight] => {
      const alone = sizeOf(objects.filter((object) => owned.get(object) === name));
      return [name, { alone, shared: sizeOf(objects) - alone, at: dates.get(name) ?? 0 }];
    }),
  );
}

const SIZES = "%(objectname) %(objectsize:disk)";
