/**
 * Carries out the removals of a base, in the order of the plan: isolate each, then keep it in the trash or destroy it.
 * What is moved under a lock of another program is isolated in groups, between those that are before and after it.
 *
 * What is to be destroyed is isolated in batches and destroyed in parallel, each marked right before its own first
 * unlink. One failure never stops the next. On a signal nothing more is begun: what is being destroyed is finished, and
 * what was only isolated goes back to its place. What is whole stays whole.
 */
import { basename } from "node:path";
import { BESIDE_PREFIX } from "../model/names.ts";
import type { PlannedEntry } from "../model/plan.ts";
import type { EntryResult, OutcomeError } from "../model/result.ts";
import { removeContainers } from "./containers.ts";
import { destroyIsolated, type Waiting } from "./destroy-isolated.ts";
import { isolateEntry, type Isolation, type IsolatedOrNot, putBackEntry } from "./isolate-entry.ts";
import { type GroupRow, groupSize, hasRecord, isolateGroup } from "./isolate-group.ts";
import { changedResult, entryResult, pathOf } from "./outcome.ts";
import { noLock, type WithOwnerLock } from "./owner-lock.ts";
import type { Saver } from "./save-elsewhere.ts";
import type { Isolated } from "./trash.ts";

export interface Removal extends Isolation {
  readonly yieldIfDue: () => Promise<void> | void;
  readonly onResult: (result: EntryResult) => void;
  /** Paths of destroyed trash items, which borrow from nothing any more. */
  readonly gone: ReadonlySet<string>;
  /**
   * A repo that began to borrow from an isolated entry before it was moved, and is in no plan, as a sentence; or null.
   */
  readonly newBorrower: (row: PlannedEntry) => Promise<string | null>;
  /** Writes to another disk what is destroyed, before it is; null: nothing is written. */
  readonly saver: Saver | null;
  /** An entry was moved to the trash; called to write the note beside it. */
  readonly onTrashed: (isolated: Isolated, bytes: number | null) => void;
}

/** Enough to keep threads busy; a kill leaves twice as many as this in the trash, to be restored. */
const BATCH = 64;

/** A result for each row that is to be removed; `skipped` for those that a signal left out. */
export async function removeEntries(rows: readonly PlannedEntry[], run: Removal): Promise<EntryResult[]> {
  const results = new Map<PlannedEntry, EntryResult>();
  const tell = (done: EntryResult): void => {
    const result = run.saver?.told(done) ?? done;
    results.set(result.planned, result);
    run.onResult(result);
  };
  const retry = await removePass(rows, results, tell, run, false);
  // Those that found no room for a name are tried once more, when others have been removed.
  if (retry.length > 0) await removePass(retry, results, tell, run, true);
  await run.saver?.finish();
  const gone = rows.filter((row) => isGone(results.get(row)?.outcome ?? "skipped"));
  removeContainers(gone.map(({ judged }) => judged.entry));
  return rows.map((planned) => results.get(planned) ?? entryResult(planned, "skipped"));
}

async function removePass(
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
    const free = await withoutLenders(waiting, tell, run);
    retry.push(...(await destroying));
    destroying = destroyIsolated(free, { ownerLockOf: run.ownerLockOf, now: run.now, signal: run.signal, tell, last });
    // A bug in there is thrown where it is awaited.
    destroying.catch(() => undefined);
    waiting = [];
  };
  const settle = async (): Promise<void> => {
    await hand();
    retry.push(...(await destroying));
    destroying = Promise.resolve([]);
  };
  const take = async ({ planned }: GroupRow, done: IsolatedOrNot): Promise<void> => {
    if (done.kind === "no-room" && !last) retry.push(planned);
    else if (done.kind !== "isolated") {
      // A signal from the terminal ends the git of this run too: that is no failure of the entry.
      if (!isStopped(run) || done.result.trashId !== null || done.result.outcome !== "failed") tell(done.result);
    } else if (planned.steps.some(({ kind }) => kind === "destroy")) waiting.push({ planned, isolated: done.isolated });
    else
      for (const one of await withoutLenders([{ planned, isolated: done.isolated }], tell, run))
        tell(keepInTrash(one, run));
    const beside = waiting.some(({ isolated }) => isBeside(isolated));
    if (waiting.length >= BATCH || beside) await hand();
    if (beside) await destroying;
  };
  const takeAlone = async (row: GroupRow): Promise<void> => {
    let done = await isolateEntry(row.planned, row.rule, run);
    if (done.kind === "no-room" && last) {
      // There may be room when the last batch has gone.
      await settle();
      done = await isolateEntry(row.planned, row.rule, run);
    }
    await take(row, done);
    if (!isStopped(run)) await run.yieldIfDue();
  };
  let group: GroupRow[] = [];
  const takeGroup = async (): Promise<void> => {
    const together = group;
    group = [];
    const [to] = run.destinations;
    if (isStopped(run) || to === undefined) return;
    // Those for which there is no room are tried by themselves, in every other place too.
    await isolateGroup(together, to, run, (row, done) =>
      done.kind === "no-room" && !isStopped(run) ? takeAlone(row) : take(row, done),
    );
  };
  try {
    for (const planned of rows) {
      if (isStopped(run)) break;
      // Whether its borrowers are gone is known only when their destruction has ended.
      if (planned.after.length > 0) {
        await takeGroup();
        await settle();
        if (isStopped(run)) break;
      }
      const stays = planned.after.find((path) => !run.gone.has(path) && !isGoneIn(results, path));
      if (stays !== undefined) {
        tell(changedResult(planned, `${stays} borrows from it and stays`));
        continue;
      }
      const step = planned.steps[0];
      if (step?.kind !== "isolate") continue;
      const unsaved = (await run.saver?.prepare(planned)) ?? null;
      if (unsaved !== null) {
        // What a signal stopped is not a failure of the entry either.
        if (!isStopped(run)) tell(unsaved);
        continue;
      }
      const row = { planned, rule: step.rule };
      if (last || !isGrouped(planned, run)) await takeAlone(row);
      else {
        if (group.some((one) => lockOf(one.planned, run) !== lockOf(planned, run))) await takeGroup();
        group.push(row);
        if (group.length >= groupSize(planned)) await takeGroup();
      }
    }
    await takeGroup();
    await settle();
    return retry;
  } catch (error) {
    // Threads may still be running: the run is over when they are.
    await destroying.catch(() => undefined);
    throw error;
  }
}

/**
 * Taken together with others (isolate-group.ts): what is moved under a lock of another program, and records, whose document
 * is written once for all of them.
 */
function isGrouped(planned: PlannedEntry, run: Removal): boolean {
  const isShared = hasRecord(planned.judged.entry);
  return planned.after.length === 0 && run.destinations.length > 0 && (isShared || lockOf(planned, run) !== noLock);
}

function lockOf({ judged }: PlannedEntry, run: Removal): WithOwnerLock {
  return run.ownerLockOf(judged.entry);
}

function isStopped({ signal }: Removal): boolean {
  return signal?.aborted === true;
}

function isGoneIn(results: ReadonlyMap<PlannedEntry, EntryResult>, path: string): boolean {
  return [...results.values()].some(({ planned, outcome }) => isGone(outcome) && pathOf(planned) === path);
}

/**
 * Between plan and move a repo may have begun to borrow from one of them, as a clone with `--reference` does. From its
 * old place none can any more, so this check is final. What is borrowed from is put back.
 */
async function withoutLenders(
  waiting: readonly Waiting[],
  tell: (result: EntryResult) => void,
  run: Removal,
): Promise<Waiting[]> {
  const free: Waiting[] = [];
  for (const one of waiting) {
    const borrower = await run.newBorrower(one.planned);
    const unsaved = borrower === null ? ((await run.saver?.save(one.planned, one.isolated)) ?? null) : null;
    if (borrower !== null) tell(await putBackEntry(one.planned, one.isolated, borrower, run));
    else if (unsaved !== null) tell(await keptFrom(one, unsaved, run));
    else free.push(one);
  }
  return free;
}

/** What could not be saved elsewhere goes back to its place. */
async function keptFrom({ planned, isolated }: Waiting, error: OutcomeError, run: Removal): Promise<EntryResult> {
  const back = await putBackEntry(planned, isolated, error.message, run);
  if (back.outcome !== "changed") return back;
  return error.code === "EINTR" ? entryResult(planned, "returned") : entryResult(planned, "failed", { error });
}

function keepInTrash({ planned, isolated }: Waiting, run: Removal): EntryResult {
  run.onTrashed(isolated, planned.judged.bytes);
  return entryResult(planned, "trashed", { bytes: planned.judged.bytes ?? 0, trashId: isolated.trashId });
}

/**
 * Isolated where no trash had room for it: a directory with room for few names, so each is destroyed before the next.
 */
function isBeside({ paths }: Isolated): boolean {
  return paths.some((path) => basename(path).startsWith(BESIDE_PREFIX));
}

function isGone(outcome: EntryResult["outcome"]): boolean {
  return outcome === "removed" || outcome === "trashed" || outcome === "already-gone";
}
