import type { BaseRef } from "./home.ts";
import type { Identity, Taking, Trouble } from "./entry.ts";
import type { Judged, Ruling } from "./judgement.ts";
import type { Rule, Verdict } from "./reasons.ts";
import type { Settings } from "./settings.ts";
import type { Subject } from "./entry.ts";
import type { SweepRecord } from "./state.ts";

/** By hand: a person says yes to what is shown. Automatic: a hook, a timer or the loop. */
export type Mode = "by-hand" | "automatic";

/** What a removal becomes in the end: destroyed at once, or kept in the trash for its period. */
export type Disposal = "destroy" | "trash";

/**
 * What is to be done to an entry, as data. `isolate` renames every member into the trash, verifies before and after and
 * renames back if anything moved; `destroy` unlinks what was isolated. Each kind has its file in reclaim/steps/.
 */
export type Step = { readonly kind: "isolate"; readonly rule: Rule } | { readonly kind: "destroy" };

/** Snapshots an entry holds, and when the last one was taken (ms). */
export interface Snapshots {
  readonly count: number;
  readonly last: number | null;
}

/** One row of the plan. `ruling` is that of this run's mode, `sweep` what an automatic run would make of it. */
export interface PlannedEntry {
  readonly judged: Judged;
  readonly ruling: Ruling;
  readonly sweep: Ruling;
  readonly snapshots: Snapshots | null;
  /** Empty where the action is keep. */
  readonly steps: readonly Step[];
  /** Paths of rows that borrow from this one and go before it; if one of them stays, this one stays too. */
  readonly after: readonly string[];
}

/** One group of isolated members, found in a trash: the names alone tell all that is needed to put it back. */
export interface TrashItem {
  /** `<entry id>.<ms>.<nonce>`: unique, what `trash restore` takes beside the entry's id. */
  readonly id: string;
  readonly entryId: string;
  readonly store: string;
  readonly rule: TrashRule;
  /** When it was isolated, ms since the epoch. */
  readonly since: number;
  /** Marked: its destruction has begun, so it can only be finished. */
  readonly marked: boolean;
  /** False where a member is missing: a run died between two renames. */
  readonly complete: boolean;
  /** It was to go back once, and something else had taken its place. */
  readonly conflicted: boolean;
  /** Bytes it had when it was taken, where there was room to write that down. */
  readonly bytes: number | null;
  readonly base: string;
  readonly members: readonly TrashMember[];
}

/** The rule that took it; `swapped` is what `trash restore --swap` took out of the way. */
export type TrashRule = Rule | "swapped";

export interface TrashMember {
  readonly path: string;
  /** Path below the base where it came from. */
  readonly place: string;
  readonly identity: Identity;
  readonly as?: Taking;
}

/** Why the plan does with a trash item what it does. */
export type TrashReason =
  | "unfinished" // marked: only finishing is left
  | "workdir-back" // goes back by itself
  | "half-isolated" // a run died between two renames: goes back
  | "expired"
  | "waiting" // its period is not over
  | "place-taken" // would go back, but something else is there
  | "not-proved" // expired orphan whose absence nobody can prove now
  | "referenced" // something still borrows from it
  | "kept" // `keep` names its workdir by now
  | "clock" // the clock is not to be trusted today
  | "future-date" // its date lies ahead: the period starts with this run
  | "over-cap" // there is more than max_size: what was given up goes first
  | "emptied" // a person empties the trash
  | "not-selected"; // a narrowed run leaves it alone

export interface PlannedTrash {
  readonly item: TrashItem;
  readonly subject: Subject | null;
  /** Verdict it would have now, or null where it was not judged (marked, half isolated). */
  readonly verdict: Verdict | null;
  /** The judgement where it lies now, for `explain`; null where `verdict` is. */
  readonly judged: Judged | null;
  readonly bytes: number | null;
  /** When its period ends, ms since the epoch. */
  readonly until: number;
  readonly action: "destroy" | "return" | "keep";
  readonly reason: TrashReason;
  /** Paths of what borrows from it, in the trash or in its place: while one of these is there, this one stays too. */
  readonly after: readonly string[];
}

/** One base, all its rows, and what an executor needs to know about it. */
export interface PlannedBase {
  readonly ref: BaseRef;
  readonly exists: boolean;
  readonly settings: Settings;
  /** Why this base is left alone altogether; then it has no rows. */
  readonly error: BaseError | null;
  /** Directory of the state, or null where there is none yet. */
  readonly state: string | null;
  readonly lastSweep: SweepRecord | null;
  /** The newest error that a sweep without an audience left behind: when (ms), and what. */
  readonly lastError?: { readonly at: number; readonly text: string } | null;
  /** When an automatic sweep is due next (ms); null: at once. */
  readonly nextDue: number | null;
  /** Children of the base that are not entries, as bytes-safe names. Never touched. */
  readonly foreign: readonly string[];
  readonly entries: readonly PlannedEntry[];
  readonly trash: readonly PlannedTrash[];
  /** Files that say who borrows from whom and could not be read. */
  readonly unreadableBorrows: readonly Trouble[];
  /** Null or absent: `max_size` is off. */
  readonly cap?: Cap | null;
  /** Why the clock is not to be trusted: an automatic run destroys nothing then. Null where it is. */
  readonly clockDoubt: ClockDoubt | null;
}

/** `max_size` of a base: what remained after all other rules, and by how much it stays over it. Bytes. */
export interface Cap {
  readonly maxSize: number;
  readonly size: number;
  /** More than none where protections make the cap unreachable. */
  readonly shortfall: number;
}

/** The clock of now against the last one the state recorded (ms). */
export interface ClockDoubt {
  readonly recorded: number;
  readonly now: number;
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
  readonly bases: readonly PlannedBase[];
}
