/**
 * The order of the stages, and the only file that knows it:
 *
 * discover -> inspect -> resolve -> classify -> plan -> reclaim
 *
 * `planOf` reads and decides; it writes nothing. `carryOut` carries out a plan and nothing else, and judges each entry
 * again right before and right after it is moved.
 */
import { GcError, systemMessage } from "./errors.ts";
import { runCooperatively, yieldToEventLoop } from "./fs/cooperative.ts";
import { OWNER_LOCK_WAIT_MS, ownerLocks } from "./owner-locks.ts";
import { collectAfter } from "./collect-after.ts";
import { type JudgeContext, judgeAll, type Walks } from "./judge.ts";
import { withBeyond } from "./judge-beyond.ts";
import { judgeTrash } from "./judge-trash.ts";
import type { Entry } from "./model/entry.ts";
import type { BaseRef } from "./model/home.ts";
import { keepProblemsOf } from "./model/patterns.ts";
import type { Judged } from "./model/judgement.ts";
import type { Mode, PlannedBase, PlannedTrash, TrashItem } from "./model/plan.ts";
import type { CollectResult, EntryResult, TrashResult } from "./model/result.ts";
import { isBeyond } from "./plan/entry-limit.ts";
import { latestIn } from "./plan/latest.ts";
import { keepMatcher } from "./plan/patterns.ts";
import { planBase } from "./plan/plan-base.ts";
import { isCollected, type Request } from "./plan/request.ts";
import { removeEntries } from "./reclaim/remove-entries.ts";
import type { Saver } from "./reclaim/save-elsewhere.ts";
import { processTrash } from "./reclaim/process-trash.ts";
import type { Destination } from "./reclaim/trash.ts";
import { stillExpired, removalBlocker } from "./recheck.ts";
import { readMounts } from "./resolve/machine.ts";
import { isAtOrBelow } from "./resolve/mount-table.ts";
import { type Borrowing, borrowingIn } from "./scan/borrowing.ts";
import { discover, outside } from "./scan/discover.ts";
import { refreshed, newBorrowerOf } from "./scan/lent.ts";
import { addSnapshots, type SnapshotsWanted } from "./scan/snapshots.ts";
import { obstaclesOf } from "./scan/obstacles.ts";
import { findTrash } from "./scan/trash-places.ts";

/** What to find out about a base beyond what its plan needs. */
export interface DetailOptions {
  readonly everything: boolean;
  readonly claims: boolean;
  readonly snapshots: SnapshotsWanted;
}

/** The state of a base, as far as a plan needs it. */
export type PersistedState = Pick<PlannedBase, "exists" | "state" | "lastSweep" | "nextDue" | "clockDoubt"> & {
  readonly restored: Readonly<Record<string, number>>;
  readonly doubtedTimes: { readonly from: number; readonly to: number } | null;
  readonly bytesOf: (item: TrashItem) => number | null;
};

/**
 * Plans one base; a missing one has only its trash. Throws `base-unreadable`, and `interrupted` when the signal is
 * aborted.
 */
export async function planOf(
  ref: BaseRef,
  context: JudgeContext,
  request: Request,
  wanted: DetailOptions,
  memory: PersistedState,
): Promise<PlannedBase> {
  const { exists, state, lastSweep, nextDue, clockDoubt, restored, doubtedTimes } = memory;
  const found = exists
    ? await listed(ref.path, () => discover(ref.path, outside(context.stores, context.settings.collect), context))
    : { entries: [], foreign: [] };
  const isolated = await listed(ref.path, () =>
    runCooperatively(findTrash(ref.path, state, context.agent), context.signal),
  );
  // The cap needs the size and the last use of every entry.
  const all = wanted.everything || context.settings.max_size > 0;
  const asked: Walks = { walk: all ? "all" : "needed", included: request.include };
  const judging = judgeAll(found.entries, context, asked, wanted.claims);
  // A failure in there is thrown where it is awaited.
  judging.catch(() => undefined);
  // Pieces inside the entries are searched while threads walk.
  const pieces = await listed(ref.path, () =>
    exists ? piecesIn(context, request, wanted.everything || request.selects !== null) : [],
  );
  const seen = [...(await judging), ...(await judgeAll(pieces, context, asked, wanted.claims))];
  const judged = all ? seen : await withBeyond(seen, context, request, wanted.claims);
  const counted = context.settings.max_size > 0 && request.mode === "manual";
  const trash = await judgeTrash(isolated, context, memory.bytesOf, {
    claims: wanted.claims,
    walk: wanted.claims || counted,
  });
  const elsewhere = await context.borrowers(ref.path, context);
  // Checked only for those that a rule may select: a live one costs nothing here.
  const candidates = judged.filter((one) => context.settings.max_size > 0 || isCandidate(one));
  // The effective uid, which the kernel checks.
  const uid = process.geteuid?.() ?? null;
  const obstacles = await obstaclesOf(candidates, {
    base: ref.path,
    state,
    uid,
    mounts: context.machine.mounts,
    stores: context.stores,
    signal: context.signal,
  });
  const surveyed = {
    obstacles,
    judged,
    elsewhere,
    trash,
    restored,
    userHome: context.machine.userHome,
    keeps: context.keeps,
    clockDoubted: clockDoubt !== null,
    doubtedTimes,
    baseGone: !exists,
  };
  const rows = await runCooperatively(planBase(surveyed, context.settings, request), context.signal);
  const entries = await addSnapshots(rows.entries, wanted.snapshots, context);
  const { foreign } = found;
  const { alsoCollects = [] } = request;
  return {
    ref,
    exists,
    settings: context.settings,
    ...(alsoCollects.length === 0 ? {} : { alsoCollects }),
    error: null,
    state,
    lastSweep,
    nextDue,
    clockDoubt,
    foreign,
    keepProblems: keepProblemsOf(context.keeps),
    ...rows,
    entries,
  };
}

/** Entries that some rule may select: the rest costs no further call. */
function isCandidate(one: Judged): boolean {
  const { verdict, old, troubles } = one;
  return verdict !== "live" || old || troubles.length > 0 || isBeyond(one);
}

type Store = JudgeContext["stores"][number];

/** Searching inside other kinds' entries is only needed to show it, or to remove from it. */
async function piecesIn(context: JudgeContext, request: Request, everything: boolean): Promise<readonly Entry[]> {
  const { stores, settings, base } = context;
  const isWanted = ({ kind }: Store): boolean => everything || isCollected(kind, settings, request);
  const insiders = stores.filter((store) => store.inside === true && isWanted(store));
  return insiders.length === 0 ? [] : (await discover(base, insiders, context)).entries;
}

async function listed<T>(base: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw new GcError("base-unreadable", `cannot read ${base}: ${systemMessage(error)}`, { cause: error });
  }
}

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
  const uninterrupted = { ...context, signal: undefined };
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
