/**
 * What packing needs of git: whether a repo is complete, what its snapshots reach, a pack of some of it, and what a
 * pack contains.
 */
import { errnoOf, messageOf, createErrnoError } from "../errors.ts";
import { type RunLimits, execGit } from "./exec.ts";

/**
 * Overrides the repo's own settings, which could make packs larger than what they replace or split them. A reverse
 * index is an extra file for what git computes in milliseconds.
 */
const PACKING: readonly string[] = [
  "core.compression=-1",
  "pack.compression=-1",
  "pack.packSizeLimit=0",
  "pack.writeReverseIndex=false",
  "core.bigFileThreshold=512m",
];

/** Throws `EFSCK` with git's first error where anything is missing or damaged. */
export async function fsck(gitDirectory: string, limits: RunLimits): Promise<void> {
  try {
    await execGit({ gitDirectory, args: ["fsck", "--full", "--no-dangling", "--no-progress"], ...limits });
  } catch (error) {
    if (errnoOf(error) === "EGIT") throw createErrnoError("EFSCK", messageOf(error));
    throw error;
  }
}

/** What a repo's refs, reflogs and index reach. */
export interface Reached {
  /**
   * Object name to the line that names it, which for files ends in their path: similar objects are packed next to each
   * other.
   */
  readonly lines: ReadonlyMap<string, string>;
  readonly snapshots: number;
  /** Refs with what they point to, as lines. */
  readonly refs: string;
}

export async function listReachable(gitDirectory: string, limits: RunLimits): Promise<Reached> {
  const refs = await execGit({
    gitDirectory,
    args: ["for-each-ref", "--format=%(objectname) %(refname)"],
    ...limits,
  });
  const args = ["rev-list", "--objects", "--all", "--reflog", "--indexed-objects"];
  const listed = (await execGit({ gitDirectory, args, ...limits })).split("\n").filter((line) => line !== "");
  const lines = new Map(listed.map((line) => [line.split(" ", 1)[0] ?? line, line]));
  // A commit is alone on its line; a tree is followed by its path, even if empty.
  return { lines, snapshots: listed.filter((line) => !line.includes(" ")).length, refs };
}

/** The snapshots are the same, with all their contents: a commit's name is a hash of its tree's, and so on down. */
export function sameSnapshots(before: Reached, after: Reached): boolean {
  if (before.refs !== after.refs || before.lines.size !== after.lines.size) return false;
  return [...before.lines.keys()].every((name) => after.lines.has(name));
}

/**
 * Packs objects into `<into>/pack/pack-<hash>`, and returns that name without a suffix. Git reads the repo's objects
 * and writes everything, partial files included, into `into`, which is ours.
 */
export async function packInto(
  gitDirectory: string,
  lines: readonly string[],
  into: string,
  limits: RunLimits,
): Promise<string> {
  const hash = await execGit({
    gitDirectory,
    args: ["pack-objects", "-q", "--delta-base-offset", "--window=10", "--depth=50", `${into}/pack/pack`],
    input: lines.map((line) => `${line}\n`).join(""),
    env: { GIT_OBJECT_DIRECTORY: into, GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(`${gitDirectory}/objects`) },
    config: PACKING,
    ...limits,
  });
  if (!/^[0-9a-f]{40,64}\n$/.test(hash))
    throw createErrnoError("EGIT", "git pack-objects did not make exactly one pack");
  return `pack-${hash.trim()}`;
}

/** Every object of a pack, each of which git has read and hashed for this. Throws `EGIT` where one is wrong. */
export async function objectsIn(gitDirectory: string, pack: string, limits: RunLimits): Promise<ReadonlySet<string>> {
  const said = await execGit({ gitDirectory, args: ["verify-pack", "-v", `${pack}.idx`], ...limits });
  return new Set(
    [...said.matchAll(/^([0-9a-f]{40,64}) (?:commit|tree|blob|tag) /gm)].flatMap(([, name]) => name ?? []),
  );
}

/** The variable is a list of paths between colons, and C-style quotes protect one in a name (git(1)). */
function quoted(path: string): string {
  return `"${path.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
