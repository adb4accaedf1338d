/**
 * Packs one repo, in this order:
 *
 *   look again   walk, loose objects, reasons to leave it, room on the disk
 *   check        git fsck, and a list of all that the snapshots reach
 *   pack         into a scratch of ours; verified there; dropped where it would save nothing
 *   exchange     pack in, loose copies out to the scratch, times back; only where nobody used it meanwhile
 *   check        git fsck, the same list, nobody used it meanwhile
 *   finish       the scratch is marked and destroyed
 *
 * Whatever goes wrong before the mark is undone, and the repo is as it was. What nothing reaches stays loose.
 */
import { troubled } from "../errors.ts";
import { inSlices } from "../fs/breathe.ts";
import { bytePath, freeBytes, lstat, lstatOrNull } from "../fs/door.ts";
import { point } from "../fs/tap.ts";
import { walk } from "../fs/walk.ts";
import { checkWhole, objectsIn, packInto, reached, type Reached, sameSnapshots } from "../git/packing.ts";
import type { Conditions } from "../git/plumbing.ts";
import type { CompactRow, CompactRowResult, LeaveReason } from "../model/compaction.ts";
import type { Measurement } from "../model/inspection.ts";
import { problem } from "../reclaim/outcomes.ts";
import { isUntouched, isWorth, roomFor, whyLeft } from "./decide.ts";
import { isThere, moveIn, refuseOtherMount, setTimesBack, takeLoose, timesOf, undo } from "./exchange.ts";
import { listLoose, type LooseObject, sumOf } from "./loose.ts";
import { dropScratch, furnish, type Journal, makeScratch, markDone, writeJournal } from "./scratch.ts";

export interface Terms {
  readonly state: string;
  /** ms since the epoch. */
  readonly now: number;
  /** Ms for one repo. */
  readonly timeLimit: number;
  /** Names of files that mean that a program may be at work in it. */
  readonly lockNames: RegExp | null;
  readonly signal: AbortSignal | undefined;
}

/** For putting back what a repo's own time limit cut short: that has to be possible whatever took so long. */
export const UNDO_MS = 60_000;

export async function compactEntry(row: CompactRow, terms: Terms): Promise<CompactRowResult> {
  const conditions: Conditions = { deadline: performance.now() + terms.timeLimit, signal: terms.signal };
  try {
    return await inScratch(row, terms, conditions);
  } catch (error) {
    const { code, message } = problem(error);
    if (code === "EINTR") return resultOf(row, "skipped");
    return code === "ECHANGED" ? resultOf(row, "changed") : resultOf(row, "failed", { error: { code, message } });
  }
}

function resultOf(
  row: CompactRow,
  outcome: CompactRowResult["outcome"],
  more: Partial<CompactRowResult> = {},
): CompactRowResult {
  const nothing = { leave: null, bytesBefore: null, bytesAfter: null, objects: 0, snapshots: null, error: null };
  return { row, outcome, ...nothing, ...more };
}

async function inScratch(row: CompactRow, terms: Terms, conditions: Conditions): Promise<CompactRowResult> {
  const { gitDirectory } = row;
  const leave = (reason: LeaveReason): CompactRowResult => resultOf(row, "left", { leave: reason });
  if (gitDirectory === null) return leave("no-repo");
  refuseOthers(gitDirectory);
  const before = await measured(row, terms);
  const loose = await listLoose(gitDirectory);
  const reason = whyLeft(before, loose, terms.now);
  if (reason !== null || loose === null) return leave(reason ?? "no-repo");
  refuseFull(terms.state, loose.files);
  await checkWhole(gitDirectory, conditions);
  const snapshots = await reached(gitDirectory, conditions);
  const packable = loose.files.filter(({ name }) => snapshots.lines.has(name));
  if (!isWorth(sumOf(packable))) return leave("little");
  const scratch = makeScratch(terms.state);
  const repo: Repo = { row, gitDirectory, before, snapshots, packable, scratch };
  let journal: Journal | null = null;
  try {
    refuseOtherMount(gitDirectory, scratch);
    furnish(scratch);
    const pack = await makePack(repo, conditions);
    if (pack === null) {
      await dropScratch(scratch);
      return leave("little");
    }
    await refuseUsed(repo, terms);
    journal = journalOf(repo, pack);
    await exchange(repo, pack, journal);
    const after = await proved(repo, terms, conditions);
    const marked = markDone(scratch);
    point("compact:marked", gitDirectory);
    await dropScratch(marked);
    return resultOf(row, "packed", {
      bytesBefore: before.bytes,
      bytesAfter: after.bytes,
      objects: packable.length,
      snapshots: snapshots.snapshots,
    });
  } catch (error) {
    await undone(scratch, journal);
    throw error;
  }
}

/** What is known of a repo that is being packed. */
interface Repo {
  readonly row: CompactRow;
  readonly gitDirectory: string;
  readonly before: Measurement;
  readonly snapshots: Reached;
  readonly packable: readonly LooseObject[];
  readonly scratch: string;
}

/** An explicit GIT_DIR skips git's own check of who owns the repo. */
function refuseOthers(gitDirectory: string): void {
  const owner = lstatOrNull(bytePath(gitDirectory))?.uid;
  if (process.geteuid === undefined || owner === process.geteuid()) return;
  throw troubled("EPERM", "it belongs to another user");
}

function refuseFull(state: string, loose: readonly LooseObject[]): void {
  const [free, needed] = [freeBytes(bytePath(state)), roomFor(loose)];
  if (free >= needed) return;
  throw troubled("ENOSPC", `the disk has ${free} bytes free, and a copy may need ${needed}`);
}

async function measured({ judged }: CompactRow, { lockNames, signal }: Terms): Promise<Measurement> {
  const paths = judged.entry.members.map(({ path }) => path);
  try {
    return await inSlices(walk(paths, lockNames), signal);
  } catch (error) {
    if (signal?.aborted === true) throw troubled("EINTR", "interrupted before it was finished");
    throw error;
  }
}

/** The name of the pack, which holds every object that is to leave; null where it would save nothing. */
async function makePack(repo: Repo, conditions: Conditions): Promise<string | null> {
  const { gitDirectory, packable, scratch, snapshots } = repo;
  const wanted = new Set(packable.map(({ name }) => name));
  // In the order of the snapshots: whatever belongs together lies beside each other.
  const lines = [...snapshots.lines].filter(([name]) => wanted.has(name)).map(([, line]) => line);
  const pack = await packInto(gitDirectory, lines, `${scratch}/objects`, conditions);
  point("compact:packed", gitDirectory);
  const made = `${scratch}/objects/pack/${pack}`;
  const held = await objectsIn(gitDirectory, made, conditions);
  if (!packable.every(({ name }) => held.has(name))) throw troubled("EGIT", "the pack does not hold what it should");
  const bytes = [".pack", ".idx"].reduce((sum, ending) => sum + lstat(bytePath(made + ending)).bytes, 0);
  return bytes < sumOf(packable).bytes ? pack : null;
}

async function refuseUsed(repo: Repo, terms: Terms): Promise<Measurement> {
  const now = await measured(repo.row, terms);
  if (!isUntouched(repo.before, now)) throw troubled("ECHANGED", "it was used in the meantime");
  return now;
}

function journalOf({ gitDirectory, packable }: Repo, pack: string): Journal {
  const names = packable.map(({ name }) => name);
  return {
    version: 1,
    gitDirectory,
    identity: lstat(bytePath(gitDirectory)).identity,
    pack: isThere(gitDirectory, pack) ? null : pack,
    times: timesOf(gitDirectory, names),
  };
}

async function exchange(
  { gitDirectory, before, packable, scratch }: Repo,
  pack: string,
  journal: Journal,
): Promise<void> {
  writeJournal(scratch, journal);
  point("compact:journal", gitDirectory);
  if (journal.pack !== null) moveIn(gitDirectory, `${scratch}/objects/pack/${pack}`, pack, before.newest?.at ?? 0);
  await takeLoose(
    gitDirectory,
    packable.map(({ name }) => name),
    scratch,
  );
  setTimesBack(journal);
  point("compact:exchanged", gitDirectory);
}

/** The repo without its loose copies is as whole as it was. */
async function proved(repo: Repo, terms: Terms, conditions: Conditions): Promise<Measurement> {
  await checkWhole(repo.gitDirectory, conditions);
  const after = await reached(repo.gitDirectory, conditions);
  const measurement = await refuseUsed(repo, terms);
  if (!sameSnapshots(repo.snapshots, after)) throw troubled("ECHANGED", "its snapshots are not the same as before");
  point("compact:proved", repo.gitDirectory);
  return measurement;
}

/** The signal or the limit that ended the packing must not end this. */
async function undone(scratch: string, journal: Journal | null): Promise<void> {
  if (journal !== null) await undo(scratch, journal, { deadline: performance.now() + UNDO_MS, signal: undefined });
  await dropScratch(scratch);
}
