/**
 * Closed unions of the model as lists. Each is written as an object, because the compiler then misses a member that was
 * added to the union, which it does not in an array.
 */
import type { TrashReason, TrashRule } from "../model/plan.ts";
import type { LeaveReason } from "../model/compaction.ts";
import type { HoldCode, Rule } from "../model/reasons.ts";
import type { RunStatus } from "../model/result.ts";
import type { ShownOutcome } from "./documents.ts";

type All<T extends string> = { readonly [K in T]: K };

function valuesOf<T extends string>(members: All<T>): readonly T[] {
  return Object.values<T>(members);
}

export const RUN_STATUSES: readonly RunStatus[] = valuesOf<RunStatus>({
  "done": "done",
  "not-due": "not-due",
  "disabled": "disabled",
  "locked": "locked",
  "declined": "declined",
  "interrupted": "interrupted",
  "error": "error",
});

export const RULES: readonly Rule[] = valuesOf<Rule>({
  "orphan": "orphan",
  "stale": "stale",
  "debris": "debris",
  "unreachable": "unreachable",
  "unidentified": "unidentified",
  "over-cap": "over-cap",
});

export const TRASH_RULES: readonly TrashRule[] = [...RULES, "swapped"];

export const HOLD_CODES: readonly HoldCode[] = valuesOf<HoldCode>({
  "busy": "busy",
  "kept": "kept",
  "referenced": "referenced",
  "unreadable": "unreadable",
  "restored": "restored",
  "not-enabled": "not-enabled",
  "within": "within",
  "grace": "grace",
  "unverified": "unverified",
});

export const LEAVE_REASONS: readonly LeaveReason[] = valuesOf<LeaveReason>({
  "in-use": "in-use",
  "busy": "busy",
  "unreadable": "unreadable",
  "no-repo": "no-repo",
  "little": "little",
});

export const SHOWN_OUTCOMES: readonly NonNullable<ShownOutcome>[] = valuesOf<NonNullable<ShownOutcome>>({
  "removed": "removed",
  "trashed": "trashed",
  "returned": "returned",
  "changed": "changed",
  "conflict": "conflict",
  "already-gone": "already-gone",
  "failed": "failed",
});

export const TRASH_REASONS: readonly TrashReason[] = valuesOf<TrashReason>({
  "unfinished": "unfinished",
  "workdir-back": "workdir-back",
  "half-isolated": "half-isolated",
  "expired": "expired",
  "waiting": "waiting",
  "place-taken": "place-taken",
  "not-proved": "not-proved",
  "referenced": "referenced",
  "kept": "kept",
  "clock": "clock",
  "future-date": "future-date",
  "over-cap": "over-cap",
  "emptied": "emptied",
  "not-selected": "not-selected",
});
