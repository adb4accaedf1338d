import type { Trouble } from "./entry.ts";
import type { BaseRef } from "./home.ts";
import type { LastUse } from "./entry.ts";
import type { LockFile } from "./inspection.ts";
import type { Judged } from "./judgement.ts";
import type { BaseError } from "./plan.ts";
import type { OutcomeError, RunStatus } from "./result.ts";

/** Objects that lie in files of their own; `bytes` allocated, those with a link elsewhere left out. */
export interface LooseSum {
  readonly objects: number;
  readonly bytes: number;
}

/** Why a repo is not packed. */
export type LeaveReason =
  | "in-use" // used within the last hour
  | "busy" // a lock or temporary file of a program that may be at work
  | "unreadable" // it could not be read whole
  | "no-repo" // nothing that git could pack
  | "little"; // what lies loose in it is not worth a pack

/** What the decision rests on, of a judged entry or of a walk made just now. */
export interface PackingFacts {
  readonly newest: LastUse | null;
  readonly locks: readonly LockFile[];
  readonly troubles: readonly Trouble[];
}

/** One entry, with what lies loose in it. `leave` null: it is to be packed. */
export interface CompactRow {
  readonly judged: Judged;
  /** Null where its store has none. */
  readonly gitDirectory: string | null;
  /** Null where it was not looked for. */
  readonly loose: LooseSum | null;
  readonly leave: LeaveReason | null;
  /** A prune would take it whole. */
  readonly prunable: boolean;
}

export interface CompactBase {
  readonly ref: BaseRef;
  readonly exists: boolean;
  readonly error: BaseError | null;
  /** What runs that died left to be finished. */
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
}

/**
 * What became of one row. `left`: at a second look there was a reason to leave it. `changed`: somebody used it in the
 * meantime, and it is as it was. `skipped`: the run was interrupted before its turn, or in it.
 */
export type CompactOutcome = "packed" | "left" | "changed" | "failed" | "skipped";

export interface CompactRowResult {
  readonly row: CompactRow;
  readonly outcome: CompactOutcome;
  /** Why it was left after all. */
  readonly leave: LeaveReason | null;
  /** Allocated bytes of the whole repo; null where it was not measured again. */
  readonly bytesBefore: number | null;
  readonly bytesAfter: number | null;
  /** How many objects are in a pack now that were loose. */
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
