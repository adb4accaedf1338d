/**
 * Gives back the objects of what has gone: with the last ref that reached them they are garbage, and in a store whose
 * own git never collects by itself that is where the bytes are.
 *
 * Not by `git gc`: it removes directories that it has emptied, and a snapshot that was about to write into one is lost.
 * What git does in three steps is done here with files alone: a new pack of all that is reached, then the old packs and
 * the loose objects go that have not been touched for two hours.
 *
 * Not while another gc is at work, not where the disk has no room for the copy that a repack writes, never while a lock
 * of Hermes is held (which would cost it snapshots), and with a limit after which nothing of it is left behind.
 */
import { errnoOf } from "../errors.ts";
import { inSlices } from "../fs/breathe.ts";
import { bytePath, freeBytes, lstatOrNull } from "../fs/door.ts";
import { point } from "../fs/tap.ts";
import { walk } from "../fs/walk.ts";
import { failureCode } from "../git/act.ts";
import { listObjects, looseAndPacked, rewriteCommitGraph } from "../git/objects.ts";
import { refAt } from "../git/refs.ts";
import { repackAll } from "../git/repack.ts";
import type { Entry } from "../model/entry.ts";
import type { CollectResult } from "../model/result.ts";
import { DAY, HOUR, MINUTE } from "../model/time.ts";
import { dropLoose, looseIn } from "./collect/loose.ts";
import { clearUp, dropPacks, packsIn, type Packs } from "./collect/packs.ts";

/** Between write-tree and update-ref nothing reaches a snapshot's objects: a very large one takes minutes. */
const GRACE: number = 2 * HOUR;

/** A store of ten gigabytes on a slow disk takes five. */
const LIMIT_MS: number = 15 * MINUTE;

/** Beside the copy there must be room for a snapshot or two. */
const SPARE_BYTES: number = 64 * 1024 * 1024;

/** A pack is written anew for a tenth of it, or for this much: less is not worth the copy. */
const WORTH_BYTES: number = 16 * 1024 * 1024;

/** What means that git is at work in all of a repository (gc.c, maintenance, pack-refs). */
const WHOLE_LOCKS: readonly string[] = ["gc.pid", "gc.pid.lock", "packed-refs.lock", "objects/maintenance.lock"];

/** The repositories that these lost a ref from. */
export function robbedBy(gone: readonly Entry[]): readonly string[] {
  const refs = gone.flatMap(({ members }) => members.filter(({ as }) => as === "ref"));
  return [...new Set(refs.map(({ path }) => refAt(path).repository))];
}

/** Collects in each of these repositories that is there. `now`: the clock of the run (ms). */
export async function collectIn(
  repositories: Iterable<string>,
  now: number,
  signal: AbortSignal | undefined,
): Promise<CollectResult[]> {
  const results: CollectResult[] = [];
  for (const repository of new Set(repositories)) {
    if (isThere(repository)) results.push(await collectOne(repository, now, signal));
  }
  return results;
}

/** No symlink: what it leads to is in no base of ours. What cannot be looked at is tried, and told. */
function isThere(repository: string): boolean {
  try {
    return lstatOrNull(bytePath(repository))?.kind === "directory";
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    return code !== "ENOTDIR";
  }
}

/** Why it came to no end. */
interface Stop {
  readonly outcome: Exclude<CollectResult["outcome"], "collected">;
  readonly code: string;
  readonly message: string;
}

/** What takes too long, or what git refuses, would take as long and be refused at every sweep. */
function isWorthAnotherTry({ code }: Stop): boolean {
  return code !== "EGIT" && code !== "ETIMEDOUT";
}

async function collectOne(repository: string, now: number, signal: AbortSignal | undefined): Promise<CollectResult> {
  let freed = 0;
  const result = (stop: Stop | null, young = false): CollectResult => ({
    left: young || (stop !== null && isWorthAnotherTry(stop)),
    repository,
    outcome: stop?.outcome ?? "collected",
    bytes: freed,
    error: stop === null ? null : { code: stop.code, message: stop.message },
  });
  try {
    const busy = standingInTheWay(repository, now, signal);
    if (busy !== null) return result(busy);
    const before = await weight(repository);
    const { stop, young } = await collect(repository, { before, signal });
    freed = Math.max(0, before - (await weight(repository)));
    return result(stop, young);
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    if (signal?.aborted === true)
      return result({ outcome: "stopped", code: "EINTR", message: "the run was interrupted" });
    return result({ outcome: "failed", code, message: error instanceof Error ? error.message : code });
  }
}

function standingInTheWay(repository: string, now: number, signal: AbortSignal | undefined): Stop | null {
  if (signal?.aborted === true) return { outcome: "skipped", code: "EINTR", message: "the run was interrupted" };
  const busy = WHOLE_LOCKS.find((name) => isYoung(`${repository}/${name}`, now));
  return busy === undefined
    ? null
    : { outcome: "skipped", code: "EBUSY", message: `another git is at work on all of it (${busy})` };
}

/** An older one is a dead process's. */
function isYoung(path: string, now: number): boolean {
  const at = lstatOrNull(bytePath(path))?.mtime ?? null;
  return at !== null && at > now - DAY;
}

async function collect(
  repository: string,
  { before, signal }: { readonly before: number; readonly signal: AbortSignal | undefined },
): Promise<{ readonly stop: Stop | null; readonly young: boolean }> {
  // The clock that files are dated by, whatever a caller takes the time to be.
  const cutoff = Date.now() - GRACE;
  point("collecting", repository);
  const packs = packsIn(repository);
  const objects = await listObjects(repository, signal);
  const loose = looseIn(repository);
  const packed = [...objects.sizes].filter(([name]) => !loose.has(name));
  const waste = sum(packed.filter(([name]) => !objects.reached.has(name)).map(([, size]) => size));
  let young = 0;
  if (waste > Math.min(WORTH_BYTES, sum(packed.map(([, size]) => size)) / 10)) {
    const done = await repacked(repository, packs, { before, cutoff, signal });
    if (typeof done !== "number") return { stop: done, young: false };
    young += done;
    await dropLoose(only(loose, await looseAndPacked(repository)), -Infinity, signal);
  }
  const garbage = [...loose].filter(([name]) => objects.sizes.has(name) && !objects.reached.has(name));
  young += await dropLoose(new Map(garbage), cutoff, signal);
  if (hasCommitGraph(repository)) await rewriteCommitGraph(repository);
  return { stop: null, young: young > 0 };
}

/** How many of the old packs are too young to go, or why there is no new one. */
async function repacked(
  repository: string,
  packs: Packs,
  limits: { readonly before: number; readonly cutoff: number; readonly signal: AbortSignal | undefined },
): Promise<Stop | number> {
  const { before, cutoff, signal } = limits;
  // With one, git looks for objects by packs that it names: none of them goes, so a copy would be room lost.
  if (hasMultiPackIndex(repository)) return 0;
  const free = freeBytes(bytePath(repository));
  const need = before + SPARE_BYTES;
  if (free < need) {
    const message = `a repack needs room for a copy: ${need} bytes, and ${free} are free`;
    return { outcome: "skipped", code: "ENOSPC", message };
  }
  const done = await repackAll(repository, { ms: LIMIT_MS, signal });
  if (done.kind === "done") return dropPacks(repository, packs, cutoff);
  clearUp(repository, packs);
  if (done.kind === "failed") return { outcome: "failed", code: failureCode(done.message), message: done.message };
  return signal?.aborted === true
    ? { outcome: "stopped", code: "EINTR", message: "the run was interrupted, and the next sweep goes on with it" }
    : { outcome: "stopped", code: "ETIMEDOUT", message: "it took too long, and goes on the next time something goes" };
}

function only(loose: ReadonlyMap<string, string>, names: ReadonlySet<string>): ReadonlyMap<string, string> {
  return new Map([...loose].filter(([name]) => names.has(name)));
}

function hasMultiPackIndex(repository: string): boolean {
  return lstatOrNull(bytePath(`${repository}/objects/pack/multi-pack-index`)) !== null;
}

function hasCommitGraph(repository: string): boolean {
  return ["commit-graph", "commit-graphs"].some(
    (name) => lstatOrNull(bytePath(`${repository}/objects/info/${name}`)) !== null,
  );
}

async function weight(repository: string): Promise<number> {
  return (await inSlices(walk([`${repository}/objects`], null))).bytes;
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((all, each) => all + each, 0);
}
