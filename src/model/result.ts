import type { Plan, PlannedEntry } from "./plan.ts";
import type { PlannedTrash, TrashItem } from "./trash.ts";

/** A failure with one entry: errno where there is one, and a sentence. */
export interface OutcomeError {
  readonly code: string;
  readonly message: string;
}

/**
 * The outcome of one removal. `changed`: it was in use or different when it was reached, and was left or restored.
 * `conflict`: it had to be restored and its place was occupied. `already-gone`: another process had already removed it.
 * `skipped`: the run was interrupted before it was reached.
 */
export type Outcome = (typeof SHOWN_OUTCOMES)[number] | "skipped";
/** `skipped` is not shown, because nothing happened. */
export const SHOWN_OUTCOMES = [
  "removed",
  "trashed",
  "returned",
  "changed",
  "conflict",
  "already-gone",
  "failed",
] as const;

/** Whether an entry with this outcome is in its place, and nothing of it lost. */
export function isStill(outcome: Outcome): boolean {
  return outcome !== "removed" && outcome !== "trashed" && outcome !== "already-gone" && outcome !== "failed";
}

export interface EntryResult {
  readonly planned: PlannedEntry;
  readonly outcome: Outcome;
  /** Bytes that were freed, or that went to the trash. */
  readonly bytes: number;
  /** Name in the trash where it is there now. */
  readonly trashId: string | null;
  readonly error: OutcomeError | null;
  /** What was written of it to another disk before it was destroyed. */
  readonly savedTo?: readonly string[];
}

export interface TrashResult {
  readonly planned: PlannedTrash;
  readonly outcome: Outcome;
  readonly bytes: number;
  readonly error: OutcomeError | null;
  /** It was restored, and a copy of it is in the trash all the same. */
  readonly isCopied?: boolean;
  /** When it was restored could not be written down, so that the next run does not know of it. */
  readonly isUnnoted?: boolean;
  /** What was in its place was moved to the trash, or would be. */
  readonly isExchanged?: boolean;
}

/** By severity. */
export const RUN_STATUSES = ["done", "not-due", "disabled", "locked", "declined", "interrupted", "error"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** The worst of several; `done` where there are none. */
export function worstOf(statuses: readonly RunStatus[]): RunStatus {
  return RUN_STATUSES.findLast((status) => statuses.includes(status)) ?? "done";
}

/**
 * `skipped`: another gc is running, there is no room for the copy, or the run was interrupted; `stopped`: it took too
 * long.
 */
export const COLLECT_OUTCOMES = ["collected", "skipped", "stopped", "failed"] as const;

/** What happened to the objects that became unreachable in a repository after a removal. */
export interface CollectResult {
  readonly repository: string;
  readonly outcome: (typeof COLLECT_OUTCOMES)[number];
  /** Bytes that were freed. */
  readonly bytes: number;
  readonly error: OutcomeError | null;
  /** Some of it is still there, and the next run may be able to remove it. */
  readonly left: boolean;
}

/**
 * Something beside the removals that could not be written or read: a record, a marker, a note of a restore. `failed`:
 * later runs depend on it, so the run ends like one with a failed entry. A full disk is the exception: it is reported
 * without failing the run, since freeing it is the purpose.
 */
export interface RunWarning {
  readonly code: string;
  readonly message: string;
  readonly failed: boolean;
}

/** What a run did to one base. */
export interface BaseResult {
  readonly path: string;
  readonly status: RunStatus;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
  readonly entries: readonly EntryResult[];
  readonly trash: readonly TrashResult[];
  readonly collected?: readonly CollectResult[];
  readonly warnings?: readonly RunWarning[];
}

/** What a writing run did with its plan. Rows of the plan that it did not touch have no result. */
export interface RunResult {
  readonly plan: Plan;
  readonly status: RunStatus;
  readonly bases: readonly BaseResult[];
  readonly durationMs: number;
}

/** The outcome of one restore. */
export interface RestoredRow {
  readonly item: TrashItem;
  readonly outcome: "restored" | "conflict" | "failed";
  /** Where it is now. */
  readonly path: string;
  readonly error: OutcomeError | null;
  /** It was restored, and a copy of it is in the trash all the same (reclaim/methods/ref.ts). */
  readonly isCopied?: boolean;
  /** When it was restored could not be written down, so that the next run does not know of it. */
  readonly isUnnoted?: boolean;
  /** What was in its place was moved to the trash, or would be. */
  readonly isExchanged?: boolean;
}

export interface RestoreResult {
  readonly rows: readonly RestoredRow[];
  /** Requested and not reached when a signal came: still in the trash. Absent where there was none. */
  readonly skipped?: readonly TrashItem[];
  /** By the path of the base. */
  readonly warnings?: Readonly<Record<string, readonly RunWarning[]>>;
}
