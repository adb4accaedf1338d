/** What packing asks of git: whether a repo is whole, what its snapshots reach, a pack of some of it, and what a pack holds. */
import { errnoOf, messageOf, troubled } from "../errors.ts";
import { type Conditions, plumb } from "./plumbing.ts";

/**
 * Laid over the repo's own, which could make packs larger than what they replace or cut them into pieces. A reverse
 * index is one more file for what git works out in milliseconds.
 */
const PACKING: readonly string[] = [
  "core.compression=-1",
  "pack.compression=-1",
  "pack.packSizeLimit=0",
  "pack.writeReverseIndex=false",
  "core.bigFileThreshold=512m",
];

/** Throws `EFSCK` with git's first complaint where anything is missing or damaged. */
export async function checkWhole(gitDirectory: string, conditions: Conditions): Promise<void> {
  try {
    await plumb({ gitDirectory, args: ["fsck", "--full", "--no-dangling", "--no-progress"], ...conditions });
  } catch (error) {
    if (errnoOf(error) === "EGIT") throw troubled("EFSCK", messageOf(error));
    throw error;
  }
}

/** What a repo's refs, reflogs and index reach. */
export interface Reached {
  /** Object name to the line that names it, which for files ends in their path: alike things are packed beside each other. */
  readonly lines: ReadonlyMap<string, string>;
  readonly snapshots: number;
  /** Refs with what they point to, as lines. */
  readonly refs: string;
}

export async function reached(gitDirectory: string, conditions: Conditions): Promise<Reached> {
  const refs = await plumb({
    gitDirectory,
    args: ["for-each-ref", "--format=%(objectname) %(refname)"],
    ...conditions,
  });
  const args = ["rev-list", "--objects", "--all", "--reflog", "--indexed-objects"];
  const listed = (await plumb({ gitDirectory, args, ...conditions })).split("\n").filter((line) => line !== "");
  const lines = new Map(listed.map((line) => [line.split(" ", 1)[0] ?? line, line]));
  // A commit stands alone on its line; a tree has its path behind it, if only an empty one.
  return { lines, snapshots: listed.filter((line) => !line.includes(" ")).length, refs };
}

/** The snapshots are the same, and so is all that they hold: a commit's name is a hash of its tree's, and so on down. */
export function sameSnapshots(before: Reached, after: Reached): boolean {
  if (before.refs !== after.refs || before.lines.size !== after.lines.size) return false;
  return [...before.lines.keys()].every((name) => after.lines.has(name));
}

/**
 * Packs objects into `<into>/pack/pack-<hash>`, and gives that name without an ending. Git sees the repo's objects and
 * puts all that it writes, half-written files included, into `into`, which is ours.
 */
export async function packInto(
  gitDirectory: string,
  lines: readonly string[],
  into: string,
  conditions: Conditions,
): Promise<string> {
  const hash = await plumb({
    gitDirectory,
    args: ["pack-objects", "-q", "--delta-base-offset", "--window=10", "--depth=50", `${into}/pack/pack`],
    input: lines.map((line) => `${line}\n`).join(""),
    env: { GIT_OBJECT_DIRECTORY: into, GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(`${gitDirectory}/objects`) },
    config: PACKING,
    ...conditions,
  });
  if (!/^[0-9a-f]{40,64}\n$/.test(hash)) throw troubled("EGIT", "git pack-objects did not make exactly one pack");
  return `pack-${hash.trim()}`;
}

/** Every object of a pack, each of which git has read and hashed for this. Throws `EGIT` where one is not right. */
export async function objectsIn(
  gitDirectory: string,
  pack: string,
  conditions: Conditions,
): Promise<ReadonlySet<string>> {
  const said = await plumb({ gitDirectory, args: ["verify-pack", "-v", `${pack}.idx`], ...conditions });
  return new Set(
    [...said.matchAll(/^([0-9a-f]{40,64}) (?:commit|tree|blob|tag) /gm)].flatMap(([, name]) => name ?? []),
  );
}

/** The list is one of paths between colons, and C-style quotes keep one in a name (git(1)). */
function quoted(path: string): string {
  return `"${path.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
