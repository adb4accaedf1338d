import type { Entry, LastUse, Subject, Trouble } from "./entry.ts";
import type { Evidence, Presence } from "./presence.ts";
import type { ReasonCode } from "./reasons.ts";

/** What the adapter makes of an entry's subject. `verified`: its own name confirms it (here by the hash). */
export type SubjectReading =
  | { readonly kind: "identified"; readonly subject: Subject; readonly verified: boolean; readonly evidence: Evidence }
  | { readonly kind: "unidentified"; readonly reason: ReasonCode; readonly evidence: Evidence }
  /** What another program left of an entry it destroyed by half: nothing can be restored from it. */
  | { readonly kind: "remains"; readonly subject: Subject | null; readonly evidence: Evidence }
  | { readonly kind: "not-applicable" };

/** The subject that a reading names, or null. */
export function subjectOf(reading: SubjectReading): Subject | null {
  return reading.kind === "identified" || reading.kind === "remains" ? reading.subject : null;
}

/** A lock, pid file or temporary object of a program that may be at work; `at` is its mtime in ms. */
export interface LockFile {
  readonly path: string;
  readonly at: number;
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
