/** What a restore is asked for, and what it would do. Writes nothing. */
import type { TrashItem } from "../model/trash.ts";
import type { OutcomeError, RestoredRow, RestoreResult } from "../model/result.ts";
import type { RestoreOptions } from "../options.ts";
import { runSync } from "../fs/cooperative.ts";
import { successorOf } from "../plan/successor.ts";
import { toOutcomeError } from "../reclaim/outcome.ts";
import { occupiedPlace } from "../reclaim/restore-members.ts";
import { stillThere } from "../reclaim/trash.ts";
import { findTrash } from "../scan/trash-places.ts";
import { findState } from "../state/place.ts";
import type { SelectedItem } from "../model/history.ts";
import { agentOf } from "./agents.ts";
import { contextOf, type RunContext } from "./context.ts";
import { checkBase, directoryOf, movesOf, checkDestination, refuseValueOnly } from "./restore-destination.ts";
import { byBase, selectTrashItems } from "./select-trash-items.ts";
import { itemsOfRun } from "./undo.ts";

/** Throws `not-found` and `ambiguous`. */
export async function requestedItems(options: RestoreOptions, context: RunContext): Promise<readonly SelectedItem[]> {
  return [
    ...(await selectTrashItems(options, context)),
    ...(options.last === true ? await itemsOfRun(null, context) : []),
    ...(options.run === undefined ? [] : await itemsOfRun(options.run, context)),
  ];
}

/** The rows that `restore` with the same options would have now. Throws as that does before anything is moved. */
export async function previewRestore(options: RestoreOptions): Promise<RestoreResult> {
  const context = await contextOf(options);
  await checkDestination(directoryOf(options), context);
  const rows: RestoredRow[] = [];
  // Two items may have the same place, which the first of them would take.
  const filled = new Set<string>();
  for (const { ref, items } of byBase(await requestedItems(options, context))) {
    const trash = runSync(findTrash(ref.path, findState(ref.path), agentOf(ref, context)));
    for (const item of items) {
      const one = await previewOne(item, options, trash, filled);
      if (one.outcome === "restored") for (const { to } of movesOf(item, directoryOf(options))) filled.add(to);
      rows.push(one);
    }
  }
  return { rows };
}

async function previewOne(
  item: TrashItem,
  options: RestoreOptions,
  trash: readonly TrashItem[],
  filled: ReadonlySet<string>,
): Promise<RestoredRow> {
  const to = directoryOf(options);
  const moves = movesOf(item, to);
  const path = moves[0]?.to ?? "";
  try {
    if (stillThere(item.members) !== "same") return row(item, "failed", path, NO_LONGER_THERE);
    if (to === null) checkBase(item);
    else refuseValueOnly(item);
    const taken = (await occupiedPlace(moves)) ?? moves.find((move) => filled.has(move.to))?.to ?? null;
    if (taken !== null && options.swap !== true) return row(item, "conflict", taken, takenError(taken));
    const newer = taken === null && to === null ? newerThan(item, trash) : null;
    if (newer !== null) return row(item, "failed", path, newer);
    return { ...row(item, "restored", path, null), ...(taken === null ? {} : { isExchanged: true }) };
  } catch (error) {
    return row(item, "failed", path, toOutcomeError(error));
  }
}

/**
 * What has to go back before a copy of what was put back: its ref alone would be a history without its project, which no
 * program looks at, and in the way of the rest.
 */
export function newerThan(item: TrashItem, trash: readonly TrashItem[]): OutcomeError | null {
  const newer = item.returned === true ? successorOf(item, trash) : null;
  if (newer === null) return null;
  return {
    code: "ECHANGED",
    message: `newer snapshots of it were moved to the trash since: restore ${newer.id} first`,
  };
}

export const NO_LONGER_THERE: OutcomeError = { code: "ECHANGED", message: "it is no longer in the trash" };

export function takenError(path: string): OutcomeError {
  return { code: "EEXIST", message: `${path} is taken` };
}

export function row(
  item: TrashItem,
  outcome: RestoredRow["outcome"],
  path: string,
  error: RestoredRow["error"],
): RestoredRow {
  return { item, outcome, path, error };
}
