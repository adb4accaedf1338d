/** How trouble with one entry becomes a value. */
import { errnoOf, GcError, messageOf } from "../errors.ts";
import type { PlannedEntry, PlannedTrash } from "../model/plan.ts";
import type { EntryResult, Outcome, OutcomeError, TrashResult } from "../model/result.ts";

export function problem(error: unknown): OutcomeError {
  // A fault of ours is no outcome of an entry, and an interruption ends the run.
  if (error instanceof GcError || errnoOf(error) === null) throw error;
  return { code: errnoOf(error) ?? "EUNKNOWN", message: messageOf(error) };
}

export function entryResult(planned: PlannedEntry, outcome: Outcome, more: Partial<EntryResult> = {}): EntryResult {
  return { planned, outcome, bytes: 0, trashId: null, error: null, ...more };
}

export function trashResult(
  planned: PlannedTrash,
  outcome: Outcome,
  bytes = 0,
  error: OutcomeError | null = null,
): TrashResult {
  return { planned, outcome, bytes, error };
}

/** What an errno met on the way says of an item: another process may have been faster. */
export function failure(row: PlannedTrash, error: unknown): TrashResult {
  if (errnoOf(error) === "ENOENT") return trashResult(row, "already-gone");
  return trashResult(row, "failed", 0, problem(error));
}

/** No room for a new name. */
export function isFull(error: unknown): boolean {
  const code = errnoOf(error);
  return code === "ENOSPC" || code === "EDQUOT";
}
