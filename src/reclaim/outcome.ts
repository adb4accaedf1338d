/** How an error with one entry becomes a value. */
import { errnoOf, GcError, messageOf, systemCode } from "../errors.ts";
import type { PlannedEntry } from "../model/plan.ts";
import type { PlannedTrash } from "../model/trash.ts";
import type { EntryResult, Outcome, OutcomeError, TrashResult } from "../model/result.ts";

export function toOutcomeError(error: unknown): OutcomeError {
  // A bug is not an outcome of an entry, and an interruption ends the run.
  if (error instanceof GcError) throw error;
  return { code: systemCode(error), message: messageOf(error) };
}

export function entryResult(planned: PlannedEntry, outcome: Outcome, more: Partial<EntryResult> = {}): EntryResult {
  return { planned, outcome, bytes: 0, trashId: null, error: null, ...more };
}

/** It is no longer what the plan says, and stays. */
export function changedResult(planned: PlannedEntry, why: string): EntryResult {
  return entryResult(planned, "changed", { error: { code: "ECHANGED", message: why } });
}

export function pathOf({ judged }: PlannedEntry): string {
  return judged.entry.members[0].path;
}

export function trashResult(
  planned: PlannedTrash,
  outcome: Outcome,
  bytes = 0,
  error: OutcomeError | null = null,
): TrashResult {
  return { planned, outcome, bytes, error };
}

/** What an errno during a move says about an item: another process may have been faster. */
export function failure(row: PlannedTrash, error: unknown): TrashResult {
  if (errnoOf(error) === "ENOENT") return trashResult(row, "already-gone");
  return trashResult(row, "failed", 0, toOutcomeError(error));
}

/** No room for a new name. */
export function isFull(error: unknown): boolean {
  const code = errnoOf(error);
  return code === "ENOSPC" || code === "EDQUOT";
}
