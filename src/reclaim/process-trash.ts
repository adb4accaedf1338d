/** Carries out the trash rows of a plan: restores what is to be restored, destroys what has expired. */
import { errnoOf } from "../errors.ts";
import type { Entry } from "../model/entry.ts";
import { isCopyOfRestored, isUnmarkedCopy, type PlannedTrash, type TrashItem } from "../model/trash.ts";
import type { TrashResult } from "../model/result.ts";
import { type Destruction, destroyTrash } from "./destroy-trash.ts";
import { type WithOwnerLock, noLock } from "./owner-lock.ts";
import { failure, trashResult } from "./outcome.ts";
import { discardCopies, type RestoreMove, restoreMembers, refuseLinks, occupiedPlace } from "./restore-members.ts";
import { entryOf, restamp } from "./trash.ts";
import { markReturned } from "./trash-path.ts";

export interface TrashProcessing extends Destruction {
  /** The clock (ms). */
  readonly now: () => number;
  /** The lock under which the members of an entry are moved. */
  readonly ownerLockOf: (entry: Entry) => WithOwnerLock;
  /** An item is about to be restored to its free place. */
  readonly onReturning: (row: PlannedTrash) => void;
}

/** A result for every row with an action. */
export async function processTrash(rows: readonly PlannedTrash[], run: TrashProcessing): Promise<TrashResult[]> {
  const results: TrashResult[] = [];
  const tell = (result: TrashResult): void => {
    results.push(result);
    run.onResult(result);
  };
  const leaving: PlannedTrash[] = [];
  for (const row of rows) {
    if (run.signal?.aborted === true) {
      if (row.action !== "keep") tell(trashResult(row, "skipped"));
      continue;
    }
    if (row.action === "destroy" && isCopyOfRestored(row)) tell(await dropCopy(row, run));
    else if (row.action === "destroy") leaving.push(row);
    else if (row.action === "return") tell(await restoreItem(row, run));
    else restartPeriod(row, run.now(), tell);
    await run.yieldIfDue();
  }
  await destroyTrash(leaving, { ...run, onResult: tell });
  return results;
}

async function restoreItem(row: PlannedTrash, run: TrashProcessing): Promise<TrashResult> {
  const moves = restoreMoves(row.item);
  try {
    const entry = entryOf(row.item);
    refuseLinks(row.item.base, row.item.members);
    if ((await occupiedPlace(moves)) === null) run.onReturning(row);
    const { signal } = run;
    const lock = entry === null ? noLock : run.ownerLockOf(entry);
    const back = await restoreMembers(moves, lock, { now: run.now(), signal });
    if (back.kind === "back") return trashResult(row, "returned", row.bytes ?? 0);
    restamp(row.item, run.now(), true);
    return trashResult(row, "conflict", 0, { code: "EEXIST", message: `${back.path} is taken` });
  } catch (error) {
    if (errnoOf(error) === "EINTR" && run.signal?.aborted === true) return trashResult(row, "skipped");
    return failure(row, error);
  }
}

/** What the plan saw in its place may have been overwritten since: it is looked at again at the moment of dropping. */
async function dropCopy(row: PlannedTrash, run: TrashProcessing): Promise<TrashResult> {
  try {
    const entry = entryOf(row.item);
    const dropped = await discardCopies(restoreMoves(row.item), entry === null ? noLock : run.ownerLockOf(entry));
    return trashResult(row, dropped ? "removed" : "changed", dropped ? (row.bytes ?? 0) : 0);
  } catch (error) {
    return failure(row, error);
  }
}

/** From where each member lies to where it belongs. */
export function restoreMoves(item: TrashItem): RestoreMove[] {
  return item.members.map((member) => ({ from: member.path, to: `${item.base}/${member.place}`, as: member.as }));
}

/**
 * What is kept, but whose retention begins now: its date was in the future, its place is occupied, or it is a copy whose
 * name does not say when it was put back.
 */
function restartPeriod(row: PlannedTrash, now: number, tell: (result: TrashResult) => void): void {
  const conflict = row.reason === "place-taken" && row.item.complete && !row.item.conflicted;
  if (!conflict && row.reason !== "future-date" && !isUnmarkedCopy(row)) return;
  try {
    if (isUnmarkedCopy(row)) for (const { path } of row.item.members) markReturned(path, now);
    else restamp(row.item, now, conflict);
    if (conflict)
      tell(trashResult(row, "conflict", 0, { code: "EEXIST", message: "something else has taken its place" }));
  } catch (error) {
    tell(failure(row, error));
  }
}
