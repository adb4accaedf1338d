import type { Entry, LastUse, Subject, Trouble } from "./entry.ts";
import type { Evidence, Presence } from "./presence.ts";
import type { Hold, ReasonCode, Rule, Verdict } from "./reasons.ts";
import type { LockFile } from "./inspection.ts";

/** What classify says of an entry: the verdict, the reason for it, and what it rests on. */
export interface Judged {
  readonly entry: Entry;
  readonly subject: Subject | null;
  /** The entry's own name confirms the subject; false where it does not, or where there is no subject. */
  readonly verified: boolean;
  readonly presence: Presence;
  readonly verdict: Verdict;
  readonly reason: ReasonCode;
  /** What the subject and the verdict rest on, in the order in which it was found out. */
  readonly evidence: Evidence;
  /**
   * Older than the retention by all that could be read, whatever the verdict is: an orphan can be this too, and so can
   * an entry that could not be read whole, which is then no `stale` one.
   */
  readonly old: boolean;
  /** Exact where the entry was walked, or its store records it; otherwise a lower bound, or null. */
  readonly lastUsed: LastUse | null;
  /** `lastUsed` is the last use itself and not merely a lower bound. */
  readonly lastUsedExact: boolean;
  /** Allocated bytes, or null where nobody had to walk it. */
  readonly bytes: number | null;
  /** Bytes that it uses together with others, and that stay when it goes alone. */
  readonly shared?: number | null;
  readonly files: number | null;
  readonly newestPath: string | null;
  readonly locks: readonly LockFile[];
  readonly borrows: readonly string[];
  readonly borrowsTrouble: Trouble | null;
  readonly troubles: readonly Trouble[];
  /** Since when its workdir is known to be missing (ms), where the ledger tells. */
  readonly missingSince: number | null;
}

/** What the policies make of a judged entry in one mode. `rule` null: nothing wants it. */
export interface Ruling {
  readonly rule: Rule | null;
  readonly holds: readonly Hold[];
  readonly action: "remove" | "keep";
}
