/**
 * The order of the stages, and the only file that knows it:
 *
 * discover -> inspect -> resolve -> classify -> plan -> reclaim
 *
 * `surveyBase` (survey.ts) reads and judges, its `planFor` decides; both write nothing. `carryOut` carries out a plan and
 * nothing else, and judges each entry again right before and right after it is moved.
 */
import { yieldToEventLoop } from "./fs/cooperative.ts";
import { OWNER_LOCK_WAIT_MS, ownerLocks } from "./owner-locks.ts";
import { collectAfter } from "./collect-after.ts";
import type { JudgeContext } from "./judge.ts";
import type { Mode, PlannedBase } from "./model/plan.ts";
import type { PlannedTrash } from "./model/trash.ts";
import type { CollectResult, EntryResult, TrashResult } from "./model/result.ts";
import { latestIn } from "./plan/latest.ts";
import { keepMatcher } from "./plan/patterns.ts";
import { removeEntries } from "./reclaim/remove-entries.ts";
import type { Saver } from "./reclaim/save-elsewhere.ts";
import { processTrash } from "./reclaim/process-trash.ts";
import type { Destination } from "./reclaim/trash.ts";
import { stillExpired, removalBlocker } from "./recheck.ts";
import { readMounts } from "./resolve/machine.ts";
import { isAtOrBelow } from "./resolve/mount-table.ts";
import { type Borrowing, borrowingIn } from "./scan/borrowing.ts";
import { refreshed, newBorrowerOf } from "./scan/lent.ts";

/** Where a run may move things, and its callbacks. */
export interface ExecutionContext {
  /** The state directory, which may have been made since the plan; null: there is none. */
  readonly state: string | null;
  /** The clock (ms), read at each move, so that each record has the time of its move. */
  readonly clock: () => number;
  readonly destinations: readonly Destination[];
  /** When entries were restored, including since the plan was made, by path (ms). */
  readonly restored: Readonly<Record<string, number>>;
  readonly onEntry: (result: EntryResult) => void;
  readonly onTrash: (result: TrashResult) => void;
  /** A trash item is about to be restored automatically. */
  readonly onReturning: (row: PlannedTrash) => void;
  readonly onTrashed: (trashId: string, bytes: number | null) => void;
  /** Writes to another disk what is destroyed; null: nothing is written. */
  readonly saver: Saver | null;
  /** Repositories in which earlier runs left something to collect. */
  readonly uncollected: readonly string[];
}

export interface CarriedOut {
  readonly entries: readonly EntryResult[];
  readonly trash: readonly TrashResult[];
  readonly collected: readonly CollectResult[];
}

/** Carries out the plan of a base: first the trash, then the entries. */
export async function carryOut(
  base: PlannedBase,
  mode: Mode,
  context: JudgeContext,
  execution: ExecutionContext,
): Promise<CarriedOut> {
  // Yields after every entry, however short its work was: a signal stops between two of them.
  const yieldIfDue = yieldToEventLoop;
  const { signal } = context;
  const mountIn = (paths: readonly string[]): string | null => {
    const mounts = readMounts(context.machine.platform) ?? [];
    return mounts.find(({ point }) => paths.some((path) => isAtOrBelow(point, path)))?.point ?? null;
  };
  const ownerLockOf = ownerLocks(context.stores, mode === "manual" ? OWNER_LOCK_WAIT_MS : 0);
  const keptBy = keepMatcher(context.settings.keep, context.machine.userHome, context.keeps);
  const trash = await processTrash(base.trash, {
    now: execution.clock,
    signal,
    yieldIfDue,
    stillExpired: (row) => stillExpired(row, context, keptBy),
    ownerLockOf,
    mountIn,
    onReturning: execution.onReturning,
    onResult: execution.onTrash,
  });
  // What was begun is reported in any case, so the search for borrowers ignores the signal.
  const uninterrupted = { ...context, signal: undefined, linked: true };
  const borrowers = async (): Promise<readonly Borrowing[]> => {
    const { path } = base.ref;
    const { agent, stores } = context;
    const own = await borrowingIn({ agent, stores, base: path, state: execution.state }, uninterrupted);
    return [...own, ...(await context.borrowers(path, uninterrupted))];
  };
  const borrowersNow = refreshed(borrowers);
  const { alsoCollects = [] } = base;
  const judged = base.entries.map((row) => row.judged);
  const latest = latestIn(judged, context.settings);
  const revalidation = { mode, alsoCollects, context, keptBy, restored: execution.restored, latest };
  const sure = base.unreadableBorrows.length === 0;
  const removals = base.entries.filter((row) => row.ruling.action === "remove");
  const entries = await removeEntries(removals, {
    now: execution.clock,
    signal,
    yieldIfDue,
    destinations: execution.destinations,
    gone: new Set(
      trash
        .filter(({ outcome }) => outcome === "removed")
        .flatMap(({ planned }) => planned.item.members.map(({ path }) => path)),
    ),
    ownerLockOf,
    mountIn,
    newBorrower: async ({ judged, after }) =>
      newBorrowerOf({ path: judged.entry.members[0].path, after, sure }, await borrowersNow()),
    verify: (row, entry) => removalBlocker(row, entry, revalidation),
    onResult: execution.onEntry,
    onTrashed: ({ trashId }, bytes) => execution.onTrashed(trashId, bytes),
    saver: execution.saver,
  });
  const collected = await collectAfter(entries, { context, borrowers, ...execution });
  return { entries, trash, collected };
}
