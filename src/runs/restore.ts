/** Restores items from the trash, or empties it. */
import { errnoOf, expectErrno, GcError, UNREADABLE } from "../errors.ts";
import { clockDoubt, updateClockMemory } from "../gate/clock.ts";
import type { Entry } from "../model/entry.ts";
import type { BaseRef } from "../model/home.ts";
import type { TrashItem } from "../model/trash.ts";
import type { ExchangeCommand } from "../model/state.ts";
import type { Settings } from "../model/settings.ts";
import type { RestoredRow, RestoreResult, RunResult, RunWarning } from "../model/result.ts";
import type { EmptyOptions, RestoreOptions } from "../options.ts";
import { runCooperatively, yieldToEventLoop } from "../fs/cooperative.ts";
import { copyOut } from "../reclaim/copy-out.ts";
import { toOutcomeError } from "../reclaim/outcome.ts";
import { restoreMoves } from "../reclaim/process-trash.ts";
import { type WithOwnerLock, noLock } from "../reclaim/owner-lock.ts";
import { type RestoreMove, restoreMembers, type RestoreOutcome, occupiedPlace } from "../reclaim/restore-members.ts";
import { entryOf, type Isolated, movesBack, restamp, stillThere } from "../reclaim/trash.ts";
import { emptyingPlan } from "../plan/emptying-plan.ts";
import { OWNER_LOCK_WAIT_MS, ownerLocks } from "../owner-locks.ts";
import { findTrash } from "../scan/trash-places.ts";
import { recordObservationsOf } from "./update-ledger.ts";
import { newerThan, NO_LONGER_THERE, requestedItems, row, takenError } from "./plan-restore.ts";
import { type Exchanged, noteExchanged, withExchange } from "./note-exchange.ts";
import { restoredItems, withPutBack } from "./note-put-back.ts";
import { byBase } from "./select-trash-items.ts";
import {
  directoryOf,
  makeCloneable,
  makeDirectory,
  movesOf,
  prepareBase,
  refuseValueOnly,
  checkDestination,
} from "./restore-destination.ts";
import { clearPlace } from "./clear-place.ts";
import { type RunContext, contextOf } from "./context.ts";
import { settingsFor } from "./settings.ts";
import { noteRestore, LEDGER_COST } from "./carry-out.ts";
import { carryOutAs } from "./prune.ts";
import { openBase, type BaseHandle, recordLater, saveRecord, cleanUpState } from "./open-base.ts";

/**
 * Restores entries from the trash, each to its original place, or into `to`. With `swap` what occupies its place is
 * moved to the trash in exchange. Throws `not-found` and `ambiguous` before anything is moved; an occupied place is a
 * `conflict` of that row.
 */
export async function restore(options: RestoreOptions): Promise<RestoreResult> {
  return restoreAs("trash restore", options);
}

/** The same, and `command` is what the history calls an exchange. */
export async function restoreAs(command: ExchangeCommand, options: RestoreOptions): Promise<RestoreResult> {
  const context = await contextOf(options);
  const at = context.now();
  await checkDestination(directoryOf(options), context);
  const wanted = await requestedItems(options, context);
  const rows: RestoredRow[] = [];
  const skipped: TrashItem[] = [];
  const warnings: Record<string, readonly RunWarning[]> = {};
  const ownerLockOf = ownerLocks(context.kinds, OWNER_LOCK_WAIT_MS);
  // All of them before anything is moved: broken settings must not end a run that has begun.
  const groups: (ReturnType<typeof byBase>[number] & { readonly settings: Settings })[] = [];
  for (const group of byBase(wanted))
    groups.push({ ...group, settings: (await settingsFor(group.ref, context)).values });
  for (const { ref, items, settings } of groups) {
    const opened = await openOrTell(ref, items, rows, options, context);
    if (opened === null) continue;
    try {
      const own: RestoredRow[] = [];
      const exchanged: Exchanged[] = [];
      const onCleared = async (cleared: Isolated): Promise<void> => {
        exchanged.push(await noteExchanged(cleared, opened));
      };
      for (const item of items) {
        // Yields, so that a signal stops between two of them.
        await yieldToEventLoop();
        const isStopped = context.signal?.aborted === true;
        const done = isStopped ? null : await restoreOne(item, options, { opened, context, ownerLockOf, onCleared });
        if (done === null) skipped.push(item);
        else own.push(done);
      }
      rows.push(...(await withCopies(own, opened)));
      const now = context.now();
      const back = withPutBack(opened.record, directoryOf(options) === null ? restoredItems(own) : [], now);
      const noted = withExchange(back, exchanged, { command, at, now }, settings);
      saveRecord(opened, { ...noted, ...updateClockMemory(opened.record, now) });
      const entries = own.flatMap(({ item, outcome }) => (outcome === "restored" ? whereItIs(item, options) : []));
      const doubted = clockDoubt(opened.record, now) !== null;
      await recordLater(opened, LEDGER_COST, () => recordObservationsOf(entries, opened, settings, doubted, context));
      await cleanUpState(opened, settings, now);
      warnings[opened.ref.path] = opened.warnings;
    } finally {
      opened.close();
    }
  }
  return { rows, warnings, ...(skipped.length === 0 ? {} : { skipped }) };
}

/** What was restored before must still be reported: only the first base that cannot be opened ends the run. */
async function openOrTell(
  ref: BaseRef,
  items: readonly TrashItem[],
  rows: RestoredRow[],
  options: RestoreOptions,
  context: RunContext,
): Promise<BaseHandle | null> {
  try {
    return await openBase(ref, options.waitForLock ?? 0, context);
  } catch (error) {
    if (rows.length === 0 || !(error instanceof GcError)) throw error;
    const { code, message } = error;
    rows.push(...items.map((item) => row(item, "failed", restoreMoves(item)[0]?.to ?? "", { code, message })));
    return null;
  }
}

interface Restoring {
  readonly opened: BaseHandle;
  readonly context: RunContext;
  readonly ownerLockOf: (entry: Entry) => WithOwnerLock;
  /** What was in its place is in the trash, and stays there. */
  readonly onCleared: (cleared: Isolated) => Promise<void>;
}

/** Null: a signal came before anything was moved, and it is in the trash unchanged. */
async function restoreOne(item: TrashItem, options: RestoreOptions, run: Restoring): Promise<RestoredRow | null> {
  const { opened, context } = run;
  const to = directoryOf(options);
  const moves = movesOf(item, to);
  const path = moves[0]?.to ?? "";
  try {
    if (stillThere(item.members) !== "same") return row(item, "failed", path, NO_LONGER_THERE);
    if (to === null) prepareBase(item);
    else {
      refuseValueOnly(item);
      makeDirectory(to);
    }
    const swap = options.swap === true && to === null;
    const taken = swap ? null : await occupiedPlace(moves);
    const isFree = to === null && (await occupiedPlace(moves)) === null;
    const newer = isFree ? newerThan(item, await trashOf(opened)) : null;
    if (newer !== null) return row(item, "failed", path, newer);
    // The note is written first: without the move it has no effect, and a move without it would be undone by the next
    // sweep.
    const isUnnoted = to === null && taken === null && !noteRestore(opened, item, context.now());
    const cleared = swap ? await clearPlace(item, { ...run, now: context.now(), signal: context.signal }) : null;
    const entry = entryOf(item);
    const isOwners = moves.some(({ as }) => as !== undefined) || to === null;
    const withOwnerLock = entry === null || !isOwners ? noLock : run.ownerLockOf(entry);
    const back = await putBackOrUndo(
      // A swap that has begun is not stopped.
      () =>
        putBackOrCopy(item, moves, withOwnerLock, {
          now: context.now(),
          signal: cleared === null ? context.signal : undefined,
        }),
      cleared,
      withOwnerLock,
      context.now,
    );
    if (cleared !== null) await run.onCleared(cleared);
    if (back.kind === "taken") {
      restamp(item, context.now(), true);
      return row(item, "conflict", back.path, takenError(back.path));
    }
    if (to !== null) await makeCloneable(item, moves);
    return { ...row(item, "restored", path, null), ...(isUnnoted ? { isUnnoted } : {}) };
  } catch (error) {
    // What was restored before is reported.
    if (error instanceof GcError && error.code === "interrupted") return null;
    if (errnoOf(error) === "EINTR" && context.signal?.aborted === true) return null;
    // A row without room to swap fails alone.
    if (error instanceof GcError && error.code === "state-unusable")
      return row(item, "failed", path, { code: "ENOSPC", message: error.message });
    return row(item, "failed", path, toOutcomeError(error));
  }
}

async function trashOf({ ref, state, agent }: BaseHandle): Promise<readonly TrashItem[]> {
  return runCooperatively(findTrash(ref.path, state, agent));
}

/** Whether a copy stays depends on what was in its place at that moment: the trash itself says so. */
async function withCopies(rows: readonly RestoredRow[], opened: BaseHandle): Promise<RestoredRow[]> {
  try {
    const left = new Set((await trashOf(opened)).map(({ id }) => id));
    return rows.map((one) => (one.outcome === "restored" && left.has(one.item.id) ? { ...one, isCopied: true } : one));
  } catch (error) {
    // What was restored is reported all the same.
    expectErrno(error, ...UNREADABLE);
    return [...rows];
  }
}

/** A restored item as the entry that it is again. */
function whereItIs(item: TrashItem, options: RestoreOptions): Entry[] {
  const moves = movesOf(item, directoryOf(options));
  const members = item.members.map((member, at) => ({ ...member, path: moves[at]?.to ?? member.path }));
  const entry = entryOf({ ...item, members });
  return entry === null ? [] : [entry];
}

/** Where a rename is impossible, as to another file system, files and directories are copied. */
async function putBackOrCopy(
  item: TrashItem,
  moves: readonly RestoreMove[],
  withOwnerLock: WithOwnerLock,
  { now, signal }: { readonly now: number; readonly signal: AbortSignal | undefined },
): Promise<RestoreOutcome> {
  try {
    return await restoreMembers(moves, withOwnerLock, { now, signal });
  } catch (error) {
    if (errnoOf(error) !== "EXDEV" || moves.some(({ as }) => as !== undefined)) throw error;
    return copyOut(item, moves, signal);
  }
}

/** A swap is all or nothing: what was moved away in vain is put back. */
async function putBackOrUndo(
  act: () => Promise<RestoreOutcome>,
  cleared: Isolated | null,
  withOwnerLock: WithOwnerLock,
  now: () => number,
): Promise<RestoreOutcome> {
  try {
    return await act();
  } catch (error) {
    if (cleared !== null) await restoreMembers(movesBack(cleared), withOwnerLock, { now: now() });
    throw error;
  }
}

/** Destroys what the trash rows of a plan show, and nothing else, whatever their date. */
export async function emptyTrash({ plan, ...options }: EmptyOptions): Promise<RunResult> {
  return carryOutAs("trash empty", emptyingPlan(plan), options);
}
