/** Which objects a repository has, and which of them something reaches. */
import { act } from "./act.ts";
import { eachLine } from "./lines.ts";

export interface Objects {
  /** Bytes on the disk by name, loose or packed. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Reached by a ref, by HEAD, or by a line of a reflog. */
  readonly reached: ReadonlySet<string>;
}

/** Rejects with an errno. What is written in between is in neither, or in both. */
export async function listObjects(repository: string, signal: AbortSignal | undefined): Promise<Objects> {
  // First all there is, then what is reached: what comes in between is not taken for garbage that was there before.
  const all = await act(
    repository,
    ["cat-file", "--batch-all-objects", "--unordered", `--batch-check=${SIZES}`],
    signal,
  );
  const sizes = new Map<string, number>();
  await eachLine(all, ([name = "", size]) => sizes.set(name, Number(size)));
  const printed = await act(repository, ["rev-list", "--objects", "--no-object-names", "--all", "--reflog"], signal);
  const reached = new Set<string>();
  await eachLine(printed, ([name = ""]) => reached.add(name));
  return { sizes, reached };
}

/** Names of loose objects that some pack has as well. */
export async function looseAndPacked(repository: string): Promise<ReadonlySet<string>> {
  // One line a file: `rm -f objects/ab/cdef...`
  const listed = await act(repository, ["prune-packed", "--dry-run"]);
  return new Set(
    listed.split("\n").flatMap((line) => /([0-9a-f]{2})\/([0-9a-f]{38,62})$/.exec(line)?.slice(1).join("") ?? []),
  );
}

/** A commit graph that names commits which are gone makes git fsck complain. */
export async function rewriteCommitGraph(repository: string): Promise<void> {
  await act(repository, ["commit-graph", "write", "--reachable"]);
}

const SIZES = "%(objectname) %(objectsize:disk)";
