/**
 * Packs one repo, in this order:
 *
 *   check again  walk, loose objects, reasons to skip it, free space
 *   verify       git fsck, and a list of all objects reachable from the snapshots
 *   pack         into a scratch directory; verified there; discarded where it would save nothing
 *   exchange     pack in, loose objects out to the scratch, times restored; only where the repo was not used meanwhile
 *   verify       git fsck, the same list, the repo was not used meanwhile
 *   finish       the scratch is marked as done and destroyed
 *
 * A failure before the mark is rolled back, and the repo is as it was. Unreachable objects stay loose.
 */
import { createErrnoError } from "../errors.ts";
import { runCooperatively } from "../fs/cooperative.ts";
import { bytePath, freeBytes, lstat, lstatOrNull } from "../fs/syscalls.ts";
import { failpoint } from "../fs/failpoints.ts";
import { walk } from "../fs/walk.ts";
import { fsck, objectsIn, packInto, listReachable, type Reached, sameSnapshots } from "../git/packing.ts";
import type { RunLimits } from "../git/exec.ts";
import type { CompactRow, CompactRowResult, SkipReason } from "../model/compaction.ts";
import type { Measurement } from "../model/inspection.ts";
import { toOutcomeError } from "../reclaim/outcome.ts";
import { isUnchanged, isWorthPacking, requiredSpace, skipReason } from "./decide.ts";
import { hasPack, installPack, requireSameMount, restoreTimes, moveLooseOut, recordTimes, undo } from "./exchange.ts";
import { listLoose, type LooseObject, totalsOf } from "./loose.ts";
import { destroyScratch, createLayout, type Journal, createScratch, markDone, writeJournal } from "./scratch.ts";

export interface CompactContext {
  readonly state: string;
  /** ms since the epoch. */
  readonly now: number;
  /** Ms for one repo. */
  readonly timeLimit: number;
  /** Names of files that show that a program may be working in it. */
  readonly lockNames: RegExp | null;
  readonly signal: AbortSignal | undefined;
}

/** For the rollback after a repo's own time limit: it needs time of its own, whatever took so long. */
export const ROLL_BACK_MS = 60_000;

export async function compactEntry(row: CompactRow, context: CompactContext): Promise<CompactRowResult> {
  const conditions: RunLimits = { deadline: performance.now() + context.timeLimit, signal: context.signal };
  try {
    return await packInScratch(row, context, conditions);
  } catch (error) {
    const { code, message } = toOutcomeError(error);
    if (code === "EINTR") return resultOf(row, "skipped");
    return code === "ECHANGED" ? resultOf(row, "changed") : resultOf(row, "failed", { error: { code, message } });
  }
}

function resultOf(
  row: CompactRow,
  outcome: CompactRowResult["outcome"],
  more: Partial<CompactRowResult> = {},
): CompactRowResult {
  const nothing = { skipReason: null, bytesBefore: null, bytesAfter: null, objects: 0, snapshots: null, error: null };
  return { row, outcome, ...nothing, ...more };
}

async function packInScratch(
  row: CompactRow,
  context: CompactContext,
  conditions: RunLimits,
): Promise<CompactRowResult> {
  const { gitDirectory } = row;
  const skip = (reason: SkipReason): CompactRowResult => resultOf(row, "left", { skipReason: reason });
  if (gitDirectory === null) return skip("not-a-repo");
  requireOwner(gitDirectory);
  const before = await measure(row, context);
  const loose = await listLoose(gitDirectory);
  const reason = skipReason(before, loose, context.now);
  if (reason !== null || loose === null) return skip(reason ?? "not-a-repo");
  requireSpace(context.state, loose.files);
  await fsck(gitDirectory, conditions);
  const snapshots = await listReachable(gitDirectory, conditions);
  const packable = loose.files.filter(({ name }) => snapshots.lines.has(name));
  if (!isWorthPacking(totalsOf(packable))) return skip("not-worth-it");
  const scratch = createScratch(context.state);
  const repo: Repo = { row, gitDirectory, before, snapshots, packable, scratch };
  let journal: Journal | null = null;
  try {
    requireSameMount(gitDirectory, scratch);
    createLayout(scratch);
    const pack = await makePack(repo, conditions);
    if (pack === null) {
      await destroyScratch(scratch);
      return skip("not-worth-it");
    }
    await requireUnchanged(repo, context);
    journal = journalOf(repo, pack);
    await exchange(repo, pack, journal);
    const after = await verify(repo, context, conditions);
    const marked = markDone(scratch);
    failpoint("compact:marked", gitDirectory);
    await destroyScratch(marked);
    return resultOf(row, "packed", {
      bytesBefore: before.bytes,
      bytesAfter: after.bytes,
      objects: packable.length,
      snapshots: snapshots.snapshots,
    });
  } catch (error) {
    await rollBack(scratch, journal);
    throw error;
  }
}

/** A repo that is being packed. */
interface Repo {
  readonly row: CompactRow;
  readonly gitDirectory: string;
  readonly before: Measurement;
  readonly snapshots: Reached;
  readonly packable: readonly LooseObject[];
  readonly scratch: string;
}

/** An explicit GIT_DIR skips git's own check of who owns the repo. */
function requireOwner(gitDirectory: string): void {
  const owner = lstatOrNull(bytePath(gitDirectory))?.uid;
  if (process.geteuid === undefined || owner === process.geteuid()) return;
  throw createErrnoError("EPERM", "it belongs to another user");
}

function requireSpace(state: string, loose: readonly LooseObject[]): void {
  const [free, needed] = [freeBytes(bytePath(state)), requiredSpace(loose)];
  if (free >= needed) return;
  throw createErrnoError("ENOSPC", `the disk has ${free} bytes free, and a copy may need ${needed}`);
}

async function measure({ judged }: CompactRow, { lockNames, signal }: CompactContext): Promise<Measurement> {
  const paths = judged.entry.members.map(({ path }) => path);
  try {
    return await runCooperatively(walk(paths, lockNames), signal);
  } catch (error) {
    if (signal?.aborted === true) throw createErrnoError("EINTR", "interrupted before it was finished");
    throw error;
  }
}

/** The name of the pack, which holds every object to be moved out; null where it would save nothing. */
async function makePack(repo: Repo, conditions: RunLimits): Promise<string | null> {
  const { gitDirectory, packable, scratch, snapshots } = repo;
  const wanted = new Set(packable.map(({ name }) => name));
  // In the order of the snapshots, which keeps related objects together.
  const lines = [...snapshots.lines].filter(([name]) => wanted.has(name)).map(([, line]) => line);
  const pack = await packInto(gitDirectory, lines, `${scratch}/objects`, conditions);
  failpoint("compact:packed", gitDirectory);
  const made = `${scratch}/objects/pack/${pack}`;
  const held = await objectsIn(gitDirectory, made, conditions);
  if (!packable.every(({ name }) => held.has(name)))
    throw createErrnoError("EGIT", "the pack does not hold what it should");
  const bytes = [".pack", ".idx"].reduce((sum, ending) => sum + lstat(bytePath(made + ending)).bytes, 0);
  return bytes < totalsOf(packable).bytes ? pack : null;
}

async function requireUnchanged(repo: Repo, context: CompactContext): Promise<Measurement> {
  const now = await measure(repo.row, context);
  if (!isUnchanged(repo.before, now)) throw createErrnoError("ECHANGED", "it was used in the meantime");
  return now;
}

function journalOf({ gitDirectory, packable }: Repo, pack: string): Journal {
  const names = packable.map(({ name }) => name);
  return {
    version: 1,
    gitDirectory,
    identity: lstat(bytePath(gitDirectory)).identity,
    pack: hasPack(gitDirectory, pack) ? null : pack,
    times: recordTimes(gitDirectory, names),
  };
}

async function exchange(
  { gitDirectory, before, packable, scratch }: Repo,
  pack: string,
  journal: Journal,
): Promise<void> {
  writeJournal(scratch, journal);
  failpoint("compact:journal", gitDirectory);
  if (journal.pack !== null) installPack(gitDirectory, `${scratch}/objects/pack/${pack}`, pack, before.newest?.at ?? 0);
  await moveLooseOut(
    gitDirectory,
    packable.map(({ name }) => name),
    scratch,
  );
  restoreTimes(journal);
  failpoint("compact:exchanged", gitDirectory);
}

/** The repo is complete without its loose objects. */
async function verify(repo: Repo, context: CompactContext, conditions: RunLimits): Promise<Measurement> {
  await fsck(repo.gitDirectory, conditions);
  const after = await listReachable(repo.gitDirectory, conditions);
  const measurement = await requireUnchanged(repo, context);
  if (!sameSnapshots(repo.snapshots, after))
    throw createErrnoError("ECHANGED", "its snapshots are not the same as before");
  failpoint("compact:verified", repo.gitDirectory);
  return measurement;
}

/** The signal or the time limit that ended the packing must not end the rollback. */
async function rollBack(scratch: string, journal: Journal | null): Promise<void> {
  if (journal !== null) await undo(scratch, journal, { deadline: performance.now() + ROLL_BACK_MS, signal: undefined });
  await destroyScratch(scratch);
}
