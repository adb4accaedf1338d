/** Which objects a repository has, which of them are reachable, and what a pack contains. */
import { bytePath } from "../fs/syscalls.ts";
import { readSmall } from "../fs/read-small.ts";
import { createErrnoError } from "../errors.ts";
import { runGit, LONG_MS } from "./run.ts";
import { eachLine } from "./lines.ts";
import { type RunLimits, execGit } from "./exec.ts";

/** Bytes on the disk by name, loose or packed; borrowed ones included. Rejects with an errno. */
export async function allObjects(gitDirectory: string, limits: RunLimits): Promise<ReadonlyMap<string, number>> {
  const args = ["cat-file", "--batch-all-objects", "--unordered", `--batch-check=${SIZES}`];
  const sizes = new Map<string, number>();
  await eachLine(await execGit({ gitDirectory, args, ...limits }), ([name = "", size]) =>
    sizes.set(name, Number(size)),
  );
  return sizes;
}

/** The starting points besides the named objects: `--reflog` and `--indexed-objects` as in `git gc`. */
const EVERYWHERE: readonly string[] = ["--all", "--reflog", "--indexed-objects"];

/**
 * What is reachable from refs, HEADs, reflogs and git's own indexes, those of linked worktrees too, and from these
 * objects; with `only` from these alone. A named object that is missing reaches nothing; a reachable one that is
 * missing is an error. Rejects with an errno.
 */
export async function reachedFrom(
  gitDirectory: string,
  names: Iterable<string>,
  { only = false, ...limits }: RunLimits & { readonly only?: boolean },
): Promise<ReadonlySet<string>> {
  const args = ["rev-list", "--objects", "--no-object-names", "--ignore-missing", ...(only ? [] : EVERYWHERE)];
  const input = [...names].map((name) => `${name}\n`).join("");
  const reached = new Set<string>();
  // Without an object git prints its usage, unless it reads objects from its input.
  const printed = await execGit({ gitDirectory, args: [...args, "--stdin"], input, ...limits });
  await eachLine(printed, ([name = ""]) => reached.add(name));
  return reached;
}

/**
 * Goes through all that these objects need, and rejects with `EGIT` where one is missing. Commits are read themselves: a
 * commit graph may tell of one that is gone.
 */
export async function reachAll(gitDirectory: string, names: readonly string[], limits: RunLimits): Promise<void> {
  const args = ["rev-list", "--objects", "--quiet", "--stdin"];
  const input = names.map((name) => `${name}\n`).join("");
  await execGit({ gitDirectory, args, input, config: ["core.commitGraph=false"], refs: [], ...limits });
}

/** An index has some 32 bytes for each object: thirty million of them. */
const INDEX_LIMIT = 1024 * 1024 * 1024;

/** Every object of a pack, by the path of its index. Rejects with an errno. */
export async function objectsInPack(
  gitDirectory: string,
  index: string,
  limits: RunLimits,
): Promise<ReadonlySet<string>> {
  const file = readSmall(bytePath(index), INDEX_LIMIT);
  if (file.kind === "unreadable") throw createErrnoError(file.trouble.code, file.trouble.message);
  if (file.kind !== "bytes")
    throw createErrnoError("EINVAL", `EINVAL: ${index} is not an index of a pack (${file.kind})`);
  const input = file.bytes.toString("latin1");
  const names = new Set<string>();
  // `<offset> <object> (<crc>)`
  await eachLine(await execGit({ gitDirectory, args: ["show-index"], input, ...limits }), ([, name = ""]) =>
    names.add(name),
  );
  return names;
}

/** Writes a new pack into the repository, of exactly these objects. Rejects with an errno. */
export async function packThese(gitDirectory: string, names: readonly string[], limits: RunLimits): Promise<void> {
  const args = ["pack-objects", "-q", "--delta-base-offset", `${gitDirectory}/objects/pack/pack`];
  await execGit({ gitDirectory, args, input: names.map((name) => `${name}\n`).join(""), ...limits });
}

/** git fsck reports a commit graph that names missing commits. */
export async function rewriteCommitGraph(repository: string, signal: AbortSignal | undefined): Promise<void> {
  await runGit(repository, ["commit-graph", "write", "--reachable"], { limit: LONG_MS, signal });
}

const SIZES = "%(objectname) %(objectsize:disk)";
