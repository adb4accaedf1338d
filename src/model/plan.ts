import type { BaseRef } from "./home.ts";
import type { IoError, Snapshots } from "./entry.ts";
import type { Judged, Ruling } from "./judgement.ts";
import type { KeepProblem } from "./patterns.ts";
import type { Rule } from "./reasons.ts";
import type { Settings } from "./settings.ts";
import type { RemovedHeartbeat, SweepRecord } from "./state.ts";
import type { PlannedTrash } from "./trash.ts";

/** Manual: a user confirms what is shown. Automatic: a hook, a timer or the loop. */
export type Mode = "manual" | "automatic";

/** How a removal ends: destroyed at once, or kept in the trash for its retention. */
export type Disposal = "destroy" | "trash";

/**
 * What is to be done to an entry, as data. `isolate` renames every member into the trash, verifies before and after and
 * renames back if anything moved; `destroy` unlinks what was isolated. Each kind has its file in reclaim/steps/.
 */
export type Step = { readonly kind: "isolate"; readonly rule: Rule } | { readonly kind: "destroy" };

/** One row of the plan. `ruling` is that of this run's mode, `sweep` that of an automatic run. */
export interface PlannedEntry {
  readonly judged: Judged;
  readonly ruling: Ruling;
  readonly sweep: Ruling;
  readonly snapshots: Snapshots | null;
  /** Present: outside the selection of the run. */
  readonly isUnselected?: true;
  /** Empty where the action is keep. */
  readonly steps: readonly Step[];
  /** Paths of rows that borrow from this one and are removed before it; if one of them stays, this one stays too. */
  readonly after: readonly string[];
}

/** One base, all its rows, and what carrying them out needs to know about it. */
export interface PlannedBase {
  readonly ref: BaseRef;
  readonly exists: boolean;
  readonly settings: Settings;
  /** Kinds that this run takes although `settings.collect` does not name them. */
  readonly alsoCollects?: readonly string[];
  /** Why this base is skipped altogether; then it has no rows. */
  readonly error: BaseError | null;
  /** What is wrong in its settings, where it is only shown: every row is kept, and `settings` are not in force. */
  readonly settingsError?: BaseError;
  /** Directory of the state, or null where there is none yet. */
  readonly state: string | null;
  readonly lastSweep: SweepRecord | null;
  /** The newest error of an unattended sweep: when (ms), and its text. */
  readonly lastError?: { readonly at: number; readonly text: string } | null;
  /** Heartbeats that earlier runs removed, the newest first; absent: none is known. */
  readonly heartbeats?: readonly RemovedHeartbeat[];
  /** When an automatic sweep is due next (ms); null: at once. */
  readonly nextDue: number | null;
  /** Children of the base that are not entries, as bytes-safe names. Never touched. */
  readonly foreign: readonly string[];
  readonly entries: readonly PlannedEntry[];
  readonly trash: readonly PlannedTrash[];
  /** Files that list borrowers and could not be read. */
  readonly unreadableBorrows: readonly IoError[];
  /** `keep` patterns that match nothing that exists now. */
  readonly keepProblems?: readonly KeepProblem[];
  /** Repositories whose unused objects the removals would leave; absent: none. */
  readonly uncollectable?: readonly Uncollectable[];
  /** Null or absent: `max_size` is off. */
  readonly cap?: Cap | null;
  /** Of each kind whose agent keeps no more than a number of entries; absent: there is none. */
  readonly entryLimits?: readonly EntryLimit[];
  /** Absent: its agent has no check of its own, or it was not asked for. */
  readonly sizeCheck?: SizeCheck;
  /** Why the clock cannot be trusted: an automatic run destroys nothing then. Null where it can. */
  readonly clockDoubt: ClockDoubt | null;
}

/** A repository, and why no object of it may be removed, as a sentence. */
export interface Uncollectable {
  readonly path: string;
  readonly why: string;
}

export interface FilesAndBytes {
  readonly files: number;
  /** Apparent sizes. */
  readonly bytes: number;
}

/** A base by its agent's own check. */
export interface SizeCheck {
  /** It warns above either. */
  readonly most: FilesAndBytes;
  readonly all: FilesAndBytes;
  readonly ofEntries: FilesAndBytes;
  /** What a manual run that takes these kinds would remove. `count`: of entries. */
  readonly removable: FilesAndBytes & { readonly count: number };
}

/** `max_size` of a base: what remains after all other rules, and by how much it stays over it. Bytes. */
export interface Cap {
  readonly maxSize: number;
  readonly size: number;
  /** More than 0 where holds make the cap unreachable. */
  readonly shortfall: number;
}

/** How many entries of a kind the agent keeps, what remains after all other rules, and by how many it stays over it. */
export interface EntryLimit {
  readonly kind: string;
  readonly most: number;
  readonly count: number;
  /** More than 0 where holds make the limit unreachable. */
  readonly shortfall: number;
}

/** The present clock against the last one that the state recorded (ms). */
export interface ClockDoubt {
  readonly recorded: number;
  readonly now: number;
  /** Where it jumped before that: when automatic runs go on (ms). Absent: it jumped since then. */
  readonly until?: number;
}

export interface BaseError {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** Everything that a run will do, and why: plain data that survives JSON. */
export interface Plan {
  readonly version: 1;
  readonly mode: Mode;
  /** The clock of the run that made it, ms since the epoch. */
  readonly now: number;
  readonly disposal: Disposal;
  /** A directory on another disk to which whatever is destroyed is written first, absolute. */
  readonly saveTo?: string;
  readonly bases: readonly PlannedBase[];
}
