/** What lies loose in each repo, and what of it would be packed. Reads, and writes nothing. */
import { whyLeft } from "../compact/decide.ts";
import { listLoose } from "../compact/loose.ts";
import { unfinishedIn } from "../compact/scratch.ts";
import { errnoOf } from "../errors.ts";
import { pace } from "../fs/breathe.ts";
import type { CompactBase, CompactionPlan, CompactRow, LeaveReason, LooseSum } from "../model/compaction.ts";
import type { Judged } from "../model/judgement.ts";
import type { PlannedBase, PlannedEntry } from "../model/plan.ts";
import type { CompactOptions } from "../options.ts";
import { selectionOf } from "../plan/patterns.ts";
import { selectableOf } from "../plan/request.ts";
import { adapterOf } from "../stores/index.ts";
import { type Context, contextOf } from "./context.ts";
import { scan } from "./scan.ts";

/** Throws what `scan` throws. */
export async function planCompaction(options: CompactOptions = {}): Promise<CompactionPlan> {
  const context = await contextOf(options);
  // What a sweep would make of them is judged for all, since what prune would take whole needs no packing.
  const plan = await scan({ ...options, everything: true, snapshots: "none" });
  const bases: CompactBase[] = [];
  for (const base of plan.bases) bases.push(await compactBase(base, options.what ?? [], plan.now, context));
  return { version: 1, now: plan.now, bases };
}

async function compactBase(
  { ref, exists, error, state, entries }: PlannedBase,
  words: readonly string[],
  now: number,
  context: Context,
): Promise<CompactBase> {
  const selects = words.length === 0 ? () => true : selectionOf(words, context.machine.userHome);
  const breathe = pace(context.signal);
  const rows: CompactRow[] = [];
  const chosen = entries.filter(({ judged }) => selects(selectableOf(judged)));
  for (const entry of chosen) {
    rows.push(await rowOf(entry, now, context));
    context.onProgress({ stage: "scan", done: rows.length, total: chosen.length, bytes: 0 });
    await breathe();
  }
  return { ref, exists, error, unfinished: unfinishedIn(state).length, rows: rows.toSorted(byBytes) };
}

async function rowOf({ judged, ruling }: PlannedEntry, now: number, context: Context): Promise<CompactRow> {
  const gitDirectory = adapterOf(context.stores, judged.entry.store)?.packable?.(judged.entry) ?? null;
  const { loose, leave } = await looked(gitDirectory, judged, now, context);
  return { judged, gitDirectory, loose, leave, prunable: ruling.action === "remove" };
}

async function looked(
  gitDirectory: string | null,
  judged: Judged,
  now: number,
  { signal }: Context,
): Promise<{ readonly loose: LooseSum | null; readonly leave: LeaveReason | null }> {
  if (gitDirectory === null) return { loose: null, leave: "no-repo" };
  try {
    const found = await listLoose(gitDirectory, signal);
    const loose = found === null ? null : { objects: found.objects, bytes: found.bytes };
    return { loose, leave: whyLeft({ ...judged, newest: judged.lastUsed }, loose, now) };
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return { loose: null, leave: "unreadable" };
  }
}

/** Biggest first; by path where they are alike, so that two runs show the same order. */
function byBytes(a: CompactRow, b: CompactRow): number {
  const difference = (b.judged.bytes ?? -1) - (a.judged.bytes ?? -1);
  if (difference !== 0) return difference;
  return a.judged.entry.members[0].path < b.judged.entry.members[0].path ? -1 : 1;
}
