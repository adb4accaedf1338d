import type { Entry, LastUse, Subject, Trouble } from "./entry.ts";
import type { Evidence, Presence } from "./presence.ts";
import type { ReasonCode } from "./reasons.ts";

/** What the adapter makes of an entry's subject. `verified`: its own name confirms it (here by the hash). */
export type SubjectReading =
  | { readonly kind: "identified"; readonly subject: Subject; readonly verified: boolean; readonly evidence: Evidence }
  | { readonly kind: "unidentified"; readonly reason: ReasonCode; readonly evidence: Evidence }
  /** What another program left of an entry it destroyed by half: nothing can be restored from it. */
  | { readonly kind: "remains"; readonly subject: Subject | null; readonly evidence: Evidence }
  /** Pieces that no program will use again, once `after` (ms; null: the retention) has passed since they were touched. */
  | {
      readonly kind: "debris";
      readonly reason: ReasonCode;
      readonly after: number | null;
      readonly subject: Subject | null;
      readonly evidence: Evidence;
    }
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

/** What a look at a handful of places tells about an entry, before any walk. */
export interface Inspection {
  readonly reading: SubjectReading;
  /**
   * The newest of the places that every use touches, or null where none is there. The last use is at least as late as
   * this, so one fresh time ends the question of age.
   */
  readonly touched: LastUse | null;
  /** The last use itself, where the store records it and no walk is needed. */
  readonly lastUse: LastUse | null;
  readonly locks: readonly LockFile[];
  /** Who the directory above the subject was when the store last saw it, where it records that. */
  readonly parent?: ParentRecord | null;
  /** Directories elsewhere that this entry needs to stay whole (git alternates), absolute. */
  readonly borrows: readonly string[];
  /** Why `borrows` may be incomplete; null when it is whole. */
  readonly borrowsTrouble: Trouble | null;
  readonly troubles: readonly Trouble[];
}

/** What a whole walk of the members tells: `bytes` are allocated bytes, `newest` leaves out the members themselves. */
export interface Measurement {
  readonly newest: LastUse | null;
  readonly newestPath: string | null;
  readonly bytes: number;
  /** Bytes that it uses together with others, and that stay when it goes alone. */
  readonly shared?: number;
  readonly files: number;
  readonly locks: readonly LockFile[];
  /** What could not be read; the measurement is then a lower bound. At most 10 are kept. */
  readonly troubles: readonly Trouble[];
}

/** Everything that is known about an entry before it is judged. */
export interface Examined {
  readonly entry: Entry;
  readonly inspection: Inspection;
  readonly presence: Presence;
  readonly measurement: Measurement | null;
  /** Since when its workdir is known to be missing (ms), where an earlier run saw it. */
  readonly missingSince: number | null;
}
