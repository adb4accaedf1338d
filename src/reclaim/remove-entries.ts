/**
 * Carries out the removals of a base, in the order of the plan: isolate each, then keep it in the trash or destroy it.
 *
 * What is to be destroyed is marked in batches, so that one sync of the directory serves many, and destroyed in
 * parallel. One failure never stops the next; a signal stops between two entries.
 */
import { basename } from "node:path";
import { errnoOf } from "../errors.ts";
import { DESTROY } from "../fs/crafts.ts";
import { doAll } from "../fs/crew.ts";
import type { Destroyed } from "../fs/destroy.ts";
import { point } from "../fs/tap.ts";
import { BESIDE_PREFIX } from "../model/names.ts";
import type { PlannedEntry } from "../model/plan.ts";
import type { EntryResult } from "../model/result.ts";
import { removeContainers } from "./containers.ts";
import { isolateEntry, type Isolation } from "./isolate-entry.ts";
import { type Marked, settled } from "./marks.ts";
import { entryResult, isFull, problem } from "./outcomes.ts";
import { putBack } from "./put-back.ts";
import { type Isolated, mark, movesBack, relocated } from "./trash.ts";

export interface Removal extends Isolation {
  readonly signal: AbortSignal | undefined;
  readonly breathe: () => Promise<void> | void;
  readonly onResult: (result: EntryResult) => void;
  /** Paths of what lay in the trash and is gone: nobody borrows for it any more. */
  readonly gone: ReadonlySet<string>;
  /** Something came to lie in the trash, for the note beside it. */
  readonly onTrashed: (isolated: Isolated, bytes: number | null) => void;
}

/** One sync of a directory costs milliseconds; a kill leaves twice as many as this to finish. */
const BATCH = 64;

interface Waiting {
  readonly planned: PlannedEntry;
  readonly isolated: Isolated;
}

/** A result for each row that is to be removed; `skipped` for those that a signal kept from their turn. */
export async function removeEntries(rows: readonly PlannedEntry[], run: Removal): Promise<EntryResult[]> {
  const results = new Map<PlannedEntry, EntryResult>();
  const tell = (result: EntryResult): void => {
    results.set(result.planned, result);
    run.onResult(result);
  };
  const retry = await pass(rows, results, tell, run, false);
  // Those that found no room for a name get a second turn, when the others have made some.
  if (retry.length > 0) await pass(retry, results, tell, run, true);
  const gone = rows.filter((row) => isGone(results.get(row)?.outcome ?? "skipped"));
  removeContainers(gone.map(({ judged }) => judged.entry));
  return rows.map((planned) => results.get(planned) ?? entryResult(planned, "skipped"));
}

async function pass(
  rows: readonly PlannedEntry[],
  results: ReadonlyMap<PlannedEntry, EntryResult>,
  tell: (result: EntryResult) => void,
  run: Removal,
  last: boolean,
): Promise<PlannedEntry[]> {
  const retry: PlannedEntry[] = [];
  let waiting: Waiting[] = [];
  // The next batch is isolated while threads destroy the last one.
  let destroying: Promise<PlannedEntry[]> = Promise.resolve([]);
  const hand = async (): Promise<void> => {
    retry.push(...(await destroying));
    destroying = destroyAll(waiting, tell, last, run);
    // A fault of ours in there is thrown where it is awaited.
    destroying.catch(() => undefined);
    waiting = [];
  };
  const settle = async (): Promise<void> => {
    await hand();
    retry.push(...(await destroying));
    destroying = Promise.resolve([]);
  };
  try {
    for (const row of rows) {
      if (run.signal?.aborted === true) break;
      // Whether those that borrow from it are gone is known when their destruction has ended, and not before.
      if (row.after.length > 0) await settle();
      const stays = row.after.find((path) => !run.gone.has(path) && !isGoneIn(results, path));
      if (stays !== undefined) {
        tell(changed(row, `${stays} borrows from it and stays`));
        continue;
      }
      const step = row.steps[0];
      if (step?.kind !== "isolate") continue;
      let done = await isolateEntry(row, step.rule, run);
      if (done.kind === "no-room" && last) {
        // There may be room when the last batch has gone.
        await settle();
        done = await isolateEntry(row, step.rule, run);
      }
      if (done.kind === "no-room" && !last) retry.push(row);
      else if (done.kind !== "isolated") tell(done.result);
      else if (row.steps.some(({ kind }) => kind === "destroy"))
        waiting.push({ planned: row, isolated: done.isolated });
      else tell(keepInTrash(row, done.isolated, run));
      const beside = waiting.some(({ isolated }) => isBeside(isolated));
      if (waiting.length >= BATCH || beside) await hand();
      if (beside) await destroying;
      await breathe(run);
    }
    await settle();
    return retry;
  } catch (error) {
    // Threads may still be at it: the run is over when they are.
    await destroying.catch(() => undefined);
    throw error;
  }
}

function isGoneIn(results: ReadonlyMap<PlannedEntry, EntryResult>, path: string): boolean {
  return [...results.values()].some(({ planned, outcome }) => isGone(outcome) && pathOf(planned) === path);
}

function changed(row: PlannedEntry, message: string): EntryResult {
  return entryResult(row, "changed", { error: { code: "ECHANGED", message } });
}

/** What was isolated is finished also when the signal comes: it stops between two entries, not inside one. */
async function breathe(run: Removal): Promise<void> {
  if (run.signal?.aborted !== true) await run.breathe();
}

function keepInTrash(planned: PlannedEntry, isolated: Isolated, run: Removal): EntryResult {
  run.onTrashed(isolated, planned.judged.bytes);
  return entryResult(planned, "trashed", { bytes: planned.judged.bytes ?? 0, trashId: isolated.trashId });
}

/** Returns the rows that found no room for the mark and are in their places again: they get a second turn. */
async function destroyAll(
  waiting: readonly Waiting[],
  tell: (result: EntryResult) => void,
  last: boolean,
  run: Removal,
): Promise<PlannedEntry[]> {
  const retry: PlannedEntry[] = [];
  const all: MarkedEntry[] = [];
  for (const one of waiting) all.push(...(await markOne(one, tell, last ? null : retry, run)));
  const marked = settled(all, ({ waiting: one }, error) => {
    tell(entryResult(one.planned, "failed", { trashId: one.isolated.trashId, error }));
  });
  await doAll(
    DESTROY,
    marked.map(({ paths, waiting }) => ({ paths, bytes: knownBytes(waiting.planned) })),
    {
      signal: undefined,
      onProduct: (index, product) => {
        const one = marked[index];
        if (one === undefined) return;
        point("destroyed", one.paths[0] ?? "");
        tell(destroyed(one.waiting, product));
      },
    },
  );
  return retry;
}

/** What the walk for the plan counted, where it saw everything: nothing has changed since, as both checks found. */
function knownBytes({ judged }: PlannedEntry): number | null {
  // Of a ref it is what comes free in the end, and not what is unlinked here.
  const moved = judged.entry.members.every(({ as }) => as === undefined);
  return moved && judged.troubles.length === 0 ? judged.bytes : null;
}

/** Isolated where no trash had room for it: a directory without room for many names, so each goes before the next. */
function isBeside({ paths }: Isolated): boolean {
  return paths.some((path) => basename(path).startsWith(BESIDE_PREFIX));
}

interface MarkedEntry extends Marked {
  readonly waiting: Waiting;
}

async function markOne(
  waiting: Waiting,
  tell: (result: EntryResult) => void,
  retry: PlannedEntry[] | null,
  run: Removal,
): Promise<MarkedEntry[]> {
  const { paths } = waiting.isolated;
  try {
    const identities = relocated(waiting.isolated).members.map(({ identity }) => identity);
    return [{ waiting, paths: mark(paths), identities }];
  } catch (error) {
    if (isFull(error) && retry !== null && (await wentBack(waiting.isolated, run))) {
      retry.push(waiting.planned);
      return [];
    }
    // Another process without a lock has found it in the trash and was faster.
    if (errnoOf(error) === "ENOENT") tell(entryResult(waiting.planned, "already-gone"));
    else tell(entryResult(waiting.planned, "failed", { trashId: waiting.isolated.trashId, error: problem(error) }));
    return [];
  }
}

async function wentBack(isolated: Isolated, run: Removal): Promise<boolean> {
  try {
    return (await putBack(movesBack(isolated), run.guardingOf(isolated.entry))).kind === "back";
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return false;
  }
}

function destroyed({ planned, isolated }: Waiting, { bytes, troubles }: Destroyed): EntryResult {
  const trouble = troubles[0];
  if (trouble === undefined) return entryResult(planned, "removed", { bytes });
  return entryResult(planned, "failed", {
    bytes,
    trashId: isolated.trashId,
    error: { code: trouble.code, message: `${trouble.message} (${trouble.path}); it waits in the trash` },
  });
}

function isGone(outcome: EntryResult["outcome"]): boolean {
  return outcome === "removed" || outcome === "trashed" || outcome === "already-gone";
}

function pathOf(row: PlannedEntry): string {
  return row.judged.entry.members[0].path;
}
