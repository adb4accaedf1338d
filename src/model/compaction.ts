import type { IoError } from "./entry.ts";
import type { BaseRef } from "./home.ts";
import type { LastUse } from "./entry.ts";
import type { LockFile } from "./inspection.ts";
import type { Judged } from "./judgement.ts";
import type { BaseError } from "./plan.ts";
import type { OutcomeError, RunStatus } from "./result.ts";

/** Loose objects: one file each. `bytes` are allocated ones; files with another hard link do not count. */
export interface LooseTotals {
  readonly objects: number;
  readonly bytes: number;
}

/** Why a repo is not packed. */
export const SKIP_REASONS = [
  "in-use", // used within the last hour
  "busy", // a lock or temporary file of a program that may be at work
  "unreadable", // it could not be fully read
  "not-a-repo", // not a repo of its own that git can pack
  "linked", // another repo reads single directories of its objects by symlinks, and would not see a pack
  "not-worth-it", // packing its loose objects would save too little
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** The input of the decision, of a judged entry or of a walk made just now. */
export interface PackingFacts {
  readonly newest: LastUse | null;
  readonly locks: readonly LockFile[];
  readonly troubles: readonly IoError[];
}

/** One entry, with its loose objects. `skipReason` null: it is to be packed. */
export interface CompactRow {
  readonly judged: Judged;
  /** Null where its store has none. */
  readonly gitDirectory: string | null;
  /** Null where it was not looked for. */
  readonly loose: LooseTotals | null;
  readonly skipReason: SkipReason | null;
  /** A prune would remove the whole entry. */
  readonly prunable: boolean;
}

export interface CompactBase {
  readonly ref: BaseRef;
  readonly exists: boolean;
  readonly error: BaseError | null;
  /** How many runs died and left work to be finished. */
  readonly unfinished: number;
  /** Biggest first. */
  readonly rows: readonly CompactRow[];
}

/** What would be packed: plain data that survives JSON. */
export interface CompactionPlan {
  readonly version: 1;
  /** ms since the epoch. */
  readonly now: number;
  readonly bases: readonly CompactBase[];
  /** Programs that packing needs and that are not in the PATH: `git`, `flock or perl`. */
  readonly missingPrograms: readonly string[];
}

/**
 * The outcome of one row. `left`: when it was checked again there was a reason not to pack it. `changed`: it was used
 * meanwhile and is as it was. `skipped`: the run was interrupted before or while it was packed.
 */
export const COMPACT_OUTCOMES = ["packed", "left", "changed", "failed", "skipped"] as const;
export type CompactOutcome = (typeof COMPACT_OUTCOMES)[number];

export interface CompactRowResult {
  readonly row: CompactRow;
  readonly outcome: CompactOutcome;
  /** Why it was not packed after all. */
  readonly skipReason: SkipReason | null;
  /** Allocated bytes of the whole repo; null where it was not measured again. */
  readonly bytesBefore: number | null;
  readonly bytesAfter: number | null;
  /** How many loose objects are in a pack now. */
  readonly objects: number;
  /** The same before and after; null where they were not counted. */
  readonly snapshots: number | null;
  readonly error: OutcomeError | null;
}

export interface CompactBaseResult {
  readonly path: string;
  readonly status: RunStatus;
  readonly error: BaseError | null;
  readonly rows: readonly CompactRowResult[];
}

export interface CompactionResult {
  readonly plan: CompactionPlan;
  readonly status: RunStatus;
  readonly bases: readonly CompactBaseResult[];
  readonly durationMs: number;
}
