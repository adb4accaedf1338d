/** The loose objects of each repo, and which of them would be packed. Reads only. */
import { skipReason } from "../compact/decide.ts";
import { listLoose } from "../compact/loose.ts";
import { unfinishedScratches } from "../compact/scratch.ts";
import { expectErrno, UNREADABLE } from "../errors.ts";
import { createYielder } from "../fs/cooperative.ts";
import type { CompactBase, CompactionPlan, CompactRow, SkipReason, LooseTotals } from "../model/compaction.ts";
import type { Judged } from "../model/judgement.ts";
import type { PlannedBase, PlannedEntry } from "../model/plan.ts";
import type { CompactOptions } from "../options.ts";
import { borrowingIn } from "../scan/borrowing.ts";
import { kindNamed } from "../stores/kind.ts";
import { agentOf, kindsOf } from "./agents.ts";
import { type RunContext, contextOf } from "./context.ts";
import { missingForCompact } from "./programs.ts";
import { scanNamed } from "./scan.ts";
import { partOfRun, wholeProgress } from "./whole-progress.ts";

/** Throws what `scan` throws. */
export async function planCompaction(options: CompactOptions = {}): Promise<CompactionPlan> {
  const context = await contextOf(options);
  // All entries are planned as a sweep would plan them, since a repo that prune would remove needs no packing.
  const { onProgress } = options;
  const scanned = onProgress === undefined ? {} : { onProgress: partOfRun(onProgress, 0, SCAN_SHARE) };
  const { plan } = await scanNamed({ ...options, ...scanned, everything: true, snapshots: "none" }, "change");
  const weights = plan.bases.map((base) => packableIn(base).length);
  const rest = wholeProgress(partOfRun(context.onProgress, SCAN_SHARE, 1), weights, { exact: true });
  const bases: CompactBase[] = [];
  for (const [at, base] of plan.bases.entries())
    bases.push(await compactBase(base, plan.now, { ...context, onProgress: rest(at) }));
  const missingPrograms = await missingForCompact(process.env, context.paths, context.machine.platform);
  return { version: 1, now: plan.now, bases, missingPrograms };
}

/** About how much of the time the scan takes; listing loose objects takes the rest. */
const SCAN_SHARE = 0.6;

/** Of sessions there is nothing to pack. */
function packableIn({ entries }: PlannedBase): readonly PlannedEntry[] {
  return entries.filter(({ judged, isUnselected }) => judged.isSession !== true && isUnselected !== true);
}

async function compactBase(base: PlannedBase, now: number, context: RunContext): Promise<CompactBase> {
  const { ref, exists, error, state } = base;
  const yieldIfDue = createYielder(context.signal);
  const rows: CompactRow[] = [];
  const chosen = packableIn(base);
  const linked = chosen.length === 0 ? [] : await linkedIn(base, now, context);
  for (const entry of chosen) {
    const row = await rowOf(entry, now, context);
    const isLinked = row.skipReason === null && linked.some((path) => isDirectoryOfObjects(path, row.gitDirectory));
    rows.push(isLinked ? { ...row, skipReason: "linked" } : row);
    context.onProgress({ stage: "measure", done: rows.length, total: chosen.length, bytes: 0 });
    await yieldIfDue();
  }
  return { ref, exists, error, unfinished: unfinishedScratches(state).length, rows: rows.toSorted(byBytes) };
}

/** Where symlinks of other repos lead: one of a single directory of objects would miss what is packed. */
async function linkedIn({ ref, state }: PlannedBase, now: number, context: RunContext): Promise<readonly string[]> {
  const agent = agentOf(ref, context);
  const search = { ...context, now, linked: true };
  const own = await borrowingIn({ agent, stores: kindsOf(agent, ref.path, context), base: ref.path, state }, search);
  return [...own, ...(await context.borrowers(ref.path, search))].flatMap(({ borrows }) => borrows);
}

function isDirectoryOfObjects(path: string, gitDirectory: string | null): boolean {
  const objects = `${gitDirectory}/objects/`;
  return gitDirectory !== null && path.startsWith(objects) && /^[0-9a-f]{2}(?:\/|$)/.test(path.slice(objects.length));
}

async function rowOf({ judged, ruling }: PlannedEntry, now: number, context: RunContext): Promise<CompactRow> {
  const gitDirectory = kindNamed(context.kinds, judged.entry.store)?.packable?.(judged.entry) ?? null;
  const { loose, skipReason: reason } = await inspectLoose(gitDirectory, judged, now, context);
  return { judged, gitDirectory, loose, skipReason: reason, prunable: ruling.action === "remove" };
}

async function inspectLoose(
  gitDirectory: string | null,
  judged: Judged,
  now: number,
  { signal }: RunContext,
): Promise<{ readonly loose: LooseTotals | null; readonly skipReason: SkipReason | null }> {
  if (gitDirectory === null) return { loose: null, skipReason: "not-a-repo" };
  try {
    const found = await listLoose(gitDirectory, signal);
    const loose = found === null ? null : { objects: found.objects, bytes: found.bytes };
    return { loose, skipReason: skipReason({ ...judged, newest: judged.lastUsed }, loose, now) };
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return { loose: null, skipReason: "unreadable" };
  }
}

/** Biggest first; ties by path, so that two runs show the same order. */
function byBytes(a: CompactRow, b: CompactRow): number {
  const difference = (b.judged.bytes ?? -1) - (a.judged.bytes ?? -1);
  if (difference !== 0) return difference;
  return a.judged.entry.members[0].path < b.judged.entry.members[0].path ? -1 : 1;
}
