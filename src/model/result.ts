import type { Plan, PlannedEntry, PlannedTrash, TrashItem } from "./plan.ts";

/** Trouble with one entry: errno where there is one, and a sentence. */
export interface OutcomeError {
  readonly code: string;
  readonly message: string;
}

/**
 * What became of one removal.
 * `changed`: it was in use or different when its turn came, and was left or put back. `conflict`: it had to be put back
 * and something else had taken its place. `already-gone`: another process was faster. `skipped`: the run was
 * interrupted before its turn.
 */
export type Outcome =
  | "removed"
  | "trashed"
  | "returned"
  | "changed"
  | "conflict"
  | "already-gone"
  | "failed"
  | "skipped";

export interface EntryResult {
  readonly planned: PlannedEntry;
  readonly outcome: Outcome;
  /** Bytes that came free, or that went to the trash. */
  readonly bytes: number;
  /** Name in the trash where it is there now. */
  readonly trashId: string | null;
  readonly error: OutcomeError | null;
}

export interface TrashResult {
  readonly planned: PlannedTrash;
  readonly outcome: Outcome;
  readonly bytes: number;
  readonly error: OutcomeError | null;
}

export type RunStatus = "done" | "not-due" | "disabled" | "locked" | "declined" | "interrupted" | "error";

const BY_SEVERITY: readonly RunStatus[] = ["done", "not-due", "disabled", "locked", "declined", "interrupted", "error"];

/** The worst of several; `done` where there are none. */
export function worstOf(statuses: readonly RunStatus[]): RunStatus {
  return BY_SEVERITY.findLast((status) => statuses.includes(status)) ?? "done";
}

/** What became of objects that nothing reaches any more, after something went from a repository. */
export interface CollectResult {
  readonly repository: string;
  /** `skipped`: another gc is at work, there is no room for the copy, or the run was interrupted; `stopped`: it took too long. */
  readonly outcome: "collected" | "skipped" | "stopped" | "failed";
  /** Bytes that came free. */
  readonly bytes: number;
  readonly error: OutcomeError | null;
  /** Some of it is still there, and the next run may be able to take it. */
  readonly left: boolean;
}

/** What a run did to one base. */
export interface BaseResult {
  readonly path: string;
  readonly status: RunStatus;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
  readonly entries: readonly EntryResult[];
  readonly trash: readonly TrashResult[];
  readonly collected?: readonly CollectResult[];
}

/** What a run that may write did with its plan. Rows of the plan that it did not touch have no result. */
export interface RunResult {
  readonly plan: Plan;
  readonly status: RunStatus;
  readonly bases: readonly BaseResult[];
  readonly durationMs: number;
}

/** What became of one thing that a person wanted back. */
export interface RestoredRow {
  readonly item: TrashItem;
  readonly outcome: "restored" | "conflict" | "failed";
  /** Where it is now. */
  readonly path: string;
  readonly error: OutcomeError | null;
}

export interface RestoreResult {
  readonly rows: readonly RestoredRow[];
}
