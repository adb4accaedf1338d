/**
 * Collects the objects of removed refs: with the last ref that reached them they are garbage, and in a store whose own
 * git never collects that is where the bytes are.
 *
 * Not by `git gc`, `git prune` or `git repack -d`: all three remove directories that they have emptied, and a snapshot
 * that was about to write into one is lost. Cruft packs (`repack --cruft`, git 2.37) do not help: they need `-d`, and
 * the packs that they replace are removed by a stat and an unlink, whatever was freshened in between. What git does in
 * three steps is done here with files alone, and with any git: first a new pack of all that is needed (needed.ts
 * defines that), then the old packs and the loose objects are removed that have not been touched for two hours
 * (aside.ts says how).
 *
 * Not where another repository borrows from it, since what that one needs is unknown here. Not while another gc is
 * running, not where the disk has no room for the copy that a repack writes, never while the lock of its agent is held
 * (which would cost it snapshots), and with a time limit after which it leaves nothing behind.
 */
import { errnoOf, GcError } from "../errors.ts";
import { runCooperatively } from "../fs/cooperative.ts";
import { bytePath, lstatOrNull } from "../fs/syscalls.ts";
import { failpoint } from "../fs/failpoints.ts";
import { walk } from "../fs/walk.ts";
import { rewriteCommitGraph } from "../git/objects.ts";
import { type RunLimits, isGitMissing } from "../git/exec.ts";
import { refAt } from "../git/refs.ts";
import type { Entry } from "../model/entry.ts";
import type { CollectResult } from "../model/result.ts";
import { DAY, SNAPSHOT_GRACE } from "../model/time.ts";
import { putBackAsides } from "./collect/aside.ts";
import { dropLoose, fanOut } from "./collect/loose.ts";
import { objectInventory, type OtherRoots } from "./collect/needed.ts";
import { type CollectFailure, LIMIT_MS, repack, unreachableBytes } from "./collect/repack.ts";

/** What shows that git is working on the whole repository (gc.c, maintenance, pack-refs). */
const WHOLE_LOCKS: readonly string[] = ["gc.pid", "gc.pid.lock", "packed-refs.lock", "objects/maintenance.lock"];

/** The repositories that these removed a ref from. */
export function repositoriesWithDeletedRefs(gone: readonly Entry[]): readonly string[] {
  const refs = gone.flatMap(({ members }) => members.filter(({ as }) => as === "ref"));
  return [...new Set(refs.map(({ path }) => refAt(path).repository))];
}

/** A repository that borrows objects from a path, as a sentence, or null where there is certainly none. */
export type LentTo = (repository: string) => Promise<string | null>;

/** The values of deleted refs whose objects must stay all the same, since nothing else has them. */
export type Recorded = (repository: string) => Promise<readonly string[]>;

/** Who needs objects of a repository although nothing in it says so. */
export interface OtherNeeds {
  readonly lentTo: LentTo;
  readonly recorded: Recorded;
  readonly indexes: OtherRoots["indexes"];
}

const NO_OTHERS: OtherNeeds = { lentTo: async () => null, recorded: async () => [], indexes: () => [] };

/** Collects in each of these repositories that exists. `now`: the clock of the run (ms). */
export async function collectIn(
  repositories: Iterable<string>,
  now: number,
  signal: AbortSignal | undefined,
  others: OtherNeeds = NO_OTHERS,
): Promise<CollectResult[]> {
  const results: CollectResult[] = [];
  for (const repository of new Set(repositories)) {
    if (isThere(repository)) results.push(await collectOne(repository, { now, signal, ...others }));
  }
  return results;
}

/** Not through a symlink, whose target is outside of our bases. One that cannot be read is tried, and reported. */
function isThere(repository: string): boolean {
  try {
    return lstatOrNull(bytePath(repository))?.kind === "directory";
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    return code !== "ENOTDIR";
  }
}

/** What takes too long, or what git refuses, would fail in the same way at every sweep. */
function isWorthRetrying({ code }: CollectFailure): boolean {
  return code !== "EGIT" && code !== "ETIMEDOUT";
}

interface CollectOptions extends OtherNeeds {
  readonly now: number;
  readonly signal: AbortSignal | undefined;
}

async function collectOne(
  repository: string,
  { now, signal, lentTo, recorded, indexes }: CollectOptions,
): Promise<CollectResult> {
  let freed = 0;
  const result = (stop: CollectFailure | null, young = false): CollectResult => ({
    left: young || (stop !== null && isWorthRetrying(stop)),
    repository,
    outcome: stop?.outcome ?? "collected",
    bytes: freed,
    error: stop === null ? null : { code: stop.code, message: stop.message },
  });
  try {
    const busy = findBlockingLock(repository, now, signal);
    if (busy !== null) return result(busy);
    const borrower = await lentTo(repository);
    if (borrower !== null) return result({ outcome: "skipped", code: "EBUSY", message: borrower });
    const before = await objectsSize(repository);
    const values = await recorded(repository);
    const { stop, young } = await collect(repository, { before, signal, values, indexes });
    freed = Math.max(0, before - (await objectsSize(repository)));
    // What only a record keeps comes free when that has gone.
    return result(stop, young || values.length > 0);
  } catch (error) {
    // What was removed before must be reported: neither an interruption nor a missing git ends the run here.
    const code = isInterruption(error) ? "EINTR" : isGitMissing(error) ? error.code : errnoOf(error);
    if (code === null) throw error;
    if (signal?.aborted === true)
      return result({ outcome: "stopped", code: "EINTR", message: "the run was interrupted" });
    const outcome = code === "ETIMEDOUT" ? "stopped" : "failed";
    return result({ outcome, code, message: error instanceof Error ? error.message : code });
  }
}

function isInterruption(error: unknown): boolean {
  return error instanceof GcError && error.code === "interrupted";
}

function findBlockingLock(repository: string, now: number, signal: AbortSignal | undefined): CollectFailure | null {
  if (signal?.aborted === true) return { outcome: "skipped", code: "EINTR", message: "the run was interrupted" };
  const busy = WHOLE_LOCKS.find((name) => isYoung(`${repository}/${name}`, now));
  return busy === undefined
    ? null
    : { outcome: "skipped", code: "EBUSY", message: `another git is at work on all of it (${busy})` };
}

/** The process of an older one is dead. */
function isYoung(path: string, now: number): boolean {
  const at = lstatOrNull(bytePath(path))?.mtime ?? null;
  return at !== null && at > now - DAY;
}

interface CollectScope extends OtherRoots {
  readonly before: number;
  readonly signal: AbortSignal | undefined;
}

async function collect(
  repository: string,
  { before, signal, ...roots }: CollectScope,
): Promise<{ readonly stop: CollectFailure | null; readonly young: boolean }> {
  // The clock that dates files, whatever the caller's clock is.
  const cutoff = Date.now() - SNAPSHOT_GRACE;
  const limits: RunLimits = { deadline: performance.now() + LIMIT_MS, signal };
  failpoint("collecting", repository);
  putBackAsides([`${repository}/objects/pack`, ...fanOut(repository)]);
  const stock = await objectInventory(repository, cutoff, limits, roots);
  const { loose, sizes, needed } = stock;
  let { young } = stock;
  const { old, isWorth } = unreachableBytes(stock, cutoff);
  if (isWorth) {
    const done = await repack(repository, { stock, old, before, cutoff, limits });
    if (typeof done !== "number") return { stop: done, young: false };
    young += done;
  }
  const garbage = [...loose].flatMap(([name, path]) => (sizes.has(name) && !needed.has(name) ? [path] : []));
  young += await dropLoose(garbage, cutoff, signal);
  if (hasCommitGraph(repository)) await rewriteCommitGraph(repository, signal);
  return { stop: null, young: young > 0 };
}

function hasCommitGraph(repository: string): boolean {
  return ["commit-graph", "commit-graphs"].some(
    (name) => lstatOrNull(bytePath(`${repository}/objects/info/${name}`)) !== null,
  );
}

async function objectsSize(repository: string): Promise<number> {
  return (await runCooperatively(walk([`${repository}/objects`], null))).bytes;
}
