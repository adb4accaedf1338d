/** What is in a trash, and what a plan does with it. */
import type { Identity, IoError, MemberKind, Subject } from "./entry.ts";
import type { Judged } from "./judgement.ts";
import { RULES, type Verdict } from "./reasons.ts";
import type { Waiting } from "./removable-together.ts";

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
