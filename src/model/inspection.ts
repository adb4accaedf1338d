import type { Entry, LastUse, Snapshots, Subject, IoError } from "./entry.ts";
import type { Evidence, Presence } from "./presence.ts";
import type { ReasonCode } from "./reasons.ts";

/** A reason, and its sentence where the code is the kind's own. */
export interface Reasoned {
  readonly reason: ReasonCode;
  readonly sentence?: string;
}

/** What the kind makes of an entry's subject. `verified`: its own name confirms it (here by the hash). */
export type SubjectReading =
  | { readonly kind: "identified"; readonly subject: Subject; readonly verified: boolean; readonly evidence: Evidence }
  | ({ readonly kind: "unidentified"; readonly evidence: Evidence } & Reasoned)
  /** What is left of an entry that another program partly destroyed: nothing can be restored from it. */
  | { readonly kind: "remains"; readonly subject: Subject | null; readonly evidence: Evidence }
  /**
   * Pieces that no program will use again, once `after` (ms; null: the retention) has passed since they were touched.
   */
  | ({
      readonly kind: "debris";
      readonly after: number | null;
      readonly subject: Subject | null;
      readonly evidence: Evidence;
    } & Reasoned)
  | { readonly kind: "not-applicable" };

/** The subject that a reading names, or null. */
export function subjectOf(reading: SubjectReading): Subject | null {
  return reading.kind === "unidentified" || reading.kind === "not-applicable" ? null : reading.subject;
}

/** A lock, pid file or temporary object of a program that may be at work; `at` is its mtime in ms. */
export interface LockFile {
  readonly path: string;
  readonly at: number;
}

/** Device and inode as decimal strings. */
export interface ParentRecord {
  readonly dev: string;
  readonly ino: string;
}

/** Another checkout of a repo; `locked`: git never prunes it, whether it exists or not. */
export interface Checkout {
  /** The `.git` of the checkout, absolute. */
  readonly at: string;
  readonly locked: boolean;
}

/** How an entry ages that is no snapshot, such as a session. */
export interface Expiry {
  /** `expired`: older than the retention. `superseded`: a newer one makes it worthless. */
  readonly rule: "expired" | "superseded";
  /** Entries of a base with the same one count together: the newest of them stay. Absent: none stays for that reason. */
  readonly group?: string;
  /** How many of the group stay; absent: `keep_latest` of its kind. */
  readonly latest?: number;
  /** After how long without use (ms), instead of the retention. */
  readonly after?: number;
}

/** Of a session in which its agent looked by itself, now and then, whether there was something to do. */
export interface Heartbeat {
  /** `idle`: there was not. `answered`: it answered something else. Null: its answer was not read, or it has none. */
  readonly result: "idle" | "answered" | null;
  /** The first line of its answer, at most two hundred characters; null as above. */
  readonly line: string | null;
}

/** What a handful of places say about an entry, before any walk. */
export interface Inspection {
  readonly reading: SubjectReading;
  /**
   * The newest of the places that every use touches, or null where none exists. The last use is at least as late as
   * this, so one recent time settles the question of age.
   */
  readonly touched: LastUse | null;
  /** The last use itself, where the store records it and no walk is needed. */
  readonly lastUse: LastUse | null;
  /** The walk that follows tells the rest of both (`Measurement.used`). */
  readonly leftToWalk?: true;
  /** Absent: the rule `stale` holds for it. */
  readonly expiry?: Expiry;
  /**
   * When a copy that preserved the old times put it where it is (ms), where that can be detected: nothing in it counts
   * as older.
   */
  readonly copiedAt?: number | null;
  readonly locks: readonly LockFile[];
  /** The identity of the subject's parent when the store last used it, where the store records that. */
  readonly parent?: ParentRecord | null;
  /** Directories elsewhere that this entry depends on (git alternates), absolute. */
  readonly borrows: readonly string[];
  /** Why `borrows` may be incomplete; null when it is complete. */
  readonly borrowsTrouble: IoError | null;
  /** Checkouts elsewhere that depend on it; after scan/checkouts.ts only those that exist. */
  readonly checkouts?: readonly Checkout[];
  /** What is not supported about its store's format: then the contents of its files do not count. */
  readonly unsupported?: string | null;
  /** The reflog that reaches more than its ref: it would be lost with the ref. Found by scan/reflogs.ts. */
  readonly reflog?: string;
  /** What it may be a copy of; after scan/duplicates.ts only where it is. */
  readonly duplicate?: Duplicate;
  /** Why rules do not take it, whatever was asked for. */
  readonly restricted?: readonly Restriction[];
  readonly troubles: readonly IoError[];
  /** Allocated bytes of all that is in it, where inspecting it told: then it needs no measuring. */
  readonly bytes?: number;
  /** Absent: it is something else. When it ran is its last use. */
  readonly heartbeat?: Heartbeat;
  /** What it says itself of its use; absent: nothing. What the agent says of all of a base (`Kind.witness`) comes first. */
  readonly inUse?: InUse;
}

/**
 * `shared-layout`: others lie in its directory, or may. `undo-deletes`: its agent deletes files of the workdir where it is
 * missing at an undo, so it is taken only where the workdir is proved absent. `unfinished`: its agent left it half changed, and
 * an automatic run leaves it to the agent.
 */
export type Restriction = "shared-layout" | "undo-deletes" | "unfinished";

/** What an entry is a copy of, which therefore has all that it has. */
export interface Duplicate extends Reasoned {
  /** The git directory of the other. */
  readonly repository: string;
  /** What the entry names: to be there, with all that it needs. */
  readonly objects: readonly string[];
  /** The last use of the other, no earlier than the entry's own. */
  readonly original: LastUse;
  /** How long ago the entry has to have been used (ms). */
  readonly after: number;
}

/** Directories in one (`within`, a path), by their names, that each use touches. */
export interface UsedDirectories {
  readonly within: string;
  readonly names: RegExp;
}

/** The result of walking all members: `bytes` are allocated bytes, `newest` leaves out the members themselves. */
export interface Measurement {
  readonly newest: LastUse | null;
  readonly newestPath: string | null;
  /** The newest of the directories that tell of its use; absent: it did not find out. */
  readonly used?: LastUse | null;
  readonly bytes: number;
  /** Bytes that it shares with others, and that stay when it alone is removed. */
  readonly shared?: number;
  /** The number of snapshots, where measuring counts them anyway. */
  readonly snapshots?: Snapshots;
  readonly files: number;
  readonly locks: readonly LockFile[];
  /** A directory in it from which this user cannot remove anything. */
  readonly foreign?: string;
  /** What could not be read; the measurement is then a lower bound. At most 10 are kept. */
  readonly troubles: readonly IoError[];
}

/** Why an entry counts as in use, as its agent tells. */
export interface InUse {
  /**
   * `active`: it is open, pinned, or not ended. `witness`: what would tell cannot be read, or not all of it. `unsure-owner`: the agent is
   * running, and would write its own copy over a change.
   */
  readonly code: "active" | "witness" | "unsure-owner";
  /** The file that says so, or cannot be read. */
  readonly by: string | null;
  /** A sentence of its kind, about "it": what it is in use for, or what to stop first. */
  readonly sentence?: string;
  /** Of `witness`: the errno. */
  readonly errno?: string;
}

/** What its agent itself removes by: an entry stays as long as the agent would keep it. */
export interface AgentLimits {
  /** How long it keeps one that is not used (ms). */
  readonly keeps: number;
  /** Says so, about "it". */
  readonly sentence: string;
  /** How many it keeps; absent: any number. */
  readonly count?: CountLimit;
}

/** An agent that has too many entries keeps the newest ones. */
export interface CountLimit {
  /** How many it keeps. */
  readonly most: number;
  /** From how many on it removes any. */
  readonly from: number;
  /** How many it has. */
  readonly total: number;
  /** How many of those it would rather keep than this one; null: it never removes this one for their number. */
  readonly ahead: number | null;
}

/** Everything that is known about an entry before it is judged. */
export interface Examined {
  /** Its kind is one of sessions. */
  readonly isSession?: boolean;
  /** Absent or null: its agent removes nothing by itself, as far as is known. */
  readonly limits?: AgentLimits | null;
  /** Absent or null: its agent says nothing of its use. */
  readonly inUse?: InUse | null;
  /** When its agent used it last, as its index or database tells. */
  readonly witnessed?: LastUse | null;
  readonly entry: Entry;
  readonly inspection: Inspection;
  readonly presence: Presence;
  readonly measurement: Measurement | null;
  /** Since when its workdir is known to be missing (ms), where an earlier run recorded it. */
  readonly missingSince: number | null;
}
