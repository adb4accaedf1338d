/** How trouble with one entry becomes a value. */
import { errnoOf, GcError, messageOf } from "../errors.ts";
import type { PlannedEntry } from "../model/plan.ts";
import type { EntryResult, Outcome, OutcomeError } from "../model/result.ts";

export function problem(error: unknown): OutcomeError {
  // A fault of ours is no outcome of an entry, and an interruption ends the run.
  if (error instanceof GcError || errnoOf(error) === null) throw error;
  return { code: errnoOf(error) ?? "EUNKNOWN", message: messageOf(error) };
}

export function entryResult(planned: PlannedEntry, outcome: Outcome, more: Partial<EntryResult> = {}): EntryResult {
  return { planned, outcome, bytes: 0, trashId: null, error: null, ...more };
}

/** No room for a new name. */
export function isFull(error: unknown): boolean {
  const code = errnoOf(error);
  return code === "ENOSPC" || code === "EDQUOT";
}
