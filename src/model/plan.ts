import type { BaseRef } from "./home.ts";
import type { Identity, Snapshots, MemberKind, IoError } from "./entry.ts";
import type { Judged, Ruling } from "./judgement.ts";
import type { KeepProblem } from "./patterns.ts";
import { type Rule, RULES, type Verdict } from "./reasons.ts";
import type { Settings } from "./settings.ts";
import type { Subject } from "./entry.ts";
import type { Waiting } from "./removable-together.ts";
import type { RemovedHeartbeat, SweepRecord } from "./state.ts";

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

/** One group of isolated members, found in a trash: the names alone are enough to restore it. */
export interface TrashItem {
  /** `<entry id>.<taken>.<nonce>`: unique and constant, accepted by `trash restore` beside the entry's id. */
  readonly id: string;
  readonly entryId: string;
  readonly store: string;
  readonly rule: TrashRule;
  /** When it was moved to the trash, ms since the epoch. */
  readonly taken: number;
  /** When its retention began, ms since the epoch: the same, or later where it began again. */
  readonly since: number;
  /** Marked: its destruction has begun, so it can only be finished. */
  readonly marked: boolean;
  /** False where a member is missing: a run died between two renames. */
  readonly complete: boolean;
  /** A restore was tried once, and its place was occupied. */
  readonly conflicted: boolean;
  /** It was put back, at `since`: what is here is a copy of a ref's history. */
  readonly returned?: boolean;
  /** Its size in bytes when it was removed, where there was room to record it. */
  readonly bytes: number | null;
  readonly base: string;
  readonly members: readonly TrashMember[];
}

/** Where it was, as a path, also while it lies in the trash. */
export function originalPath({ base, members, entryId }: Pick<TrashItem, "base" | "members" | "entryId">): string {
  return `${base}/${members[0]?.place ?? entryId}`;
}

/** The rule that selected it; `swapped` is what `trash restore --swap` moved out of the way. */
export const TRASH_RULES = [...RULES, "swapped"] as const;
export type TrashRule = (typeof TRASH_RULES)[number];

export interface TrashMember {
  readonly path: string;
  /** Original path below the base. */
  readonly place: string;
  readonly identity: Identity;
  readonly as?: MemberKind;
}

/** Why the plan treats a trash item as it does. */
export const TRASH_REASONS = [
  "unfinished", // marked: only finishing is left
  "workdir-back", // restored automatically
  "half-isolated", // a run died between two renames: restored automatically
  "expired",
  "waiting", // its retention is not over
  "place-taken", // would be restored, but its place is occupied
  "place-unreadable", // would be restored, but it cannot be read what is in its place
  "restored", // its ref has it again: this copy is deleted when no program can overwrite the ref any more
  "dangling-ref", // its ref is in its place without its history: restored automatically
  "overwritten", // it was put back, and its ref was overwritten since
  "deleted-again", // it was put back, and its ref is gone since
  "superseded", // it was put back, and what its ref had later is in the trash too
  "not-proved", // expired orphan whose workdir cannot be proved absent now
  "referenced", // another repo still borrows from it
  "kept", // `keep` matches its workdir by now
  "clock", // the clock cannot be trusted today
  "future-date", // its date is in the future: the retention starts with this run
  "over-cap", // there is more than max_size: trash is removed first
  "emptied", // the trash is being emptied
  "not-selected", // outside the selection of the run
  "settings-unknown", // the settings have mistakes
] as const;
export type TrashReason = (typeof TRASH_REASONS)[number];

/** What borrows from something in the trash. `unread`: it is the file that would say so, and cannot be read. */
export interface ReferencedBy {
  readonly path: string;
  readonly unread: boolean;
}

export interface PlannedTrash {
  readonly item: TrashItem;
  readonly subject: Subject | null;
  /** The verdict it would have now, or null where it was not judged (marked, half isolated). */
  readonly verdict: Verdict | null;
  /** The judgement where it lies now, for `explain`; null where `verdict` is. */
  readonly judged: Judged | null;
  readonly bytes: number | null;
  /** When its retention ends, ms since the epoch. */
  readonly until: number;
  readonly action: "destroy" | "return" | "keep";
  readonly reason: TrashReason;
  /** Of `place-unreadable`: the errno. */
  readonly trouble?: IoError;
  /** Of `referenced`. */
  readonly referencedBy?: ReferencedBy;
  /** Paths of its borrowers, in the trash or in place: while one of these exists, this one stays too. */
  readonly after: readonly string[];
}

/** Where it is, and what has to go before it. */
export function waitingOf({ item, after }: PlannedTrash): Waiting {
  return { paths: item.members.map(({ path }) => path), after };
}

/** A copy of what is back in its place: nothing to restore, nothing to free, and nothing to ask about. */
export function isCopyOfRestored({ reason }: Pick<PlannedTrash, "reason">): boolean {
  return reason === "restored";
}

/** What stays although the whole trash is to go: another repo needs its objects. */
export function isLent({ action, reason }: Pick<PlannedTrash, "action" | "reason">): boolean {
  return action === "keep" && reason === "referenced";
}

/** Such a copy whose name does not say when it was put back: a run was killed before, or could not write it. */
export function isUnmarkedCopy({ reason, item }: Pick<PlannedTrash, "reason" | "item">): boolean {
  return reason === "restored" && item.returned !== true;
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
