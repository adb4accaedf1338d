import type { Entry, LastUse, Snapshots, Subject, IoError } from "./entry.ts";
import type { Evidence, Presence } from "./presence.ts";
import type { Hold, ReasonCode, Rule, Verdict } from "./reasons.ts";
import type { AgentLimits, Expiry, Heartbeat, InUse, LockFile, Restriction } from "./inspection.ts";

/** The result of classify: the verdict, the reason for it, and the evidence. */
export interface Judged {
  readonly entry: Entry;
  readonly subject: Subject | null;
  /** The entry's own name confirms the subject; false where it does not, or where there is no subject. */
  readonly verified: boolean;
  readonly presence: Presence;
  readonly verdict: Verdict;
  readonly reason: ReasonCode;
  /** The sentence for a reason that is the kind's own. */
  readonly sentence?: string;
  /** The evidence for the subject and the verdict, in the order in which it was found. */
  readonly evidence: Evidence;
  /**
   * Older than the retention by everything that could be read, whatever the verdict is: an orphan can be this too, and
   * so can an entry that could not be fully read, which is then not `stale`.
   */
  readonly old: boolean;
  /** Exact where the entry was walked, or its store records it; otherwise a lower bound, or null. */
  readonly lastUsed: LastUse | null;
  /** `lastUsed` is the last use itself and not merely a lower bound. */
  readonly lastUsedExact: boolean;
  /** The newest that a walk found; absent: it was not walked, or that found no time. It is not the last use. */
  readonly walked?: LastUse;
  /** Allocated bytes, or null where it did not have to be walked. */
  readonly bytes: number | null;
  /** Bytes that it shares with others, and that stay when it alone is removed. */
  readonly shared?: number | null;
  readonly files: number | null;
  /** Where measuring counted them. */
  readonly snapshots?: Snapshots | null;
  readonly newestPath: string | null;
  readonly locks: readonly LockFile[];
  readonly borrows: readonly string[];
  readonly borrowsTrouble: IoError | null;
  /** The `.git` of a checkout elsewhere that depends on it. */
  readonly checkout?: string | null;
  readonly troubles: readonly IoError[];
  /** A directory in it from which this user cannot remove anything: it could be moved, and not destroyed. */
  readonly foreign?: string | null;
  /** It is the files of a session, which is about no directory and has no snapshots. */
  readonly isSession?: true;
  /** Which rule its age is for; absent: `stale`. */
  readonly expiry?: Expiry;
  /** Its agent says that it is in use. */
  readonly inUse?: InUse;
  /** When it ran is its last use. */
  readonly heartbeat?: Heartbeat;
  /** What its agent itself removes by. */
  readonly limits?: AgentLimits;
  /** What is not supported about its store's format: it is kept, whatever was asked for. */
  readonly unsupported?: string | null;
  /** Why rules do not take it, whatever was asked for. */
  readonly restricted?: readonly Restriction[];
  /** The reflog of its ref, where that reaches more than the ref: a bundle would not have it. */
  readonly reflog?: string;
  /** Since when its workdir is known to be missing (ms), where the ledger records it. */
  readonly missingSince: number | null;
}

/** Whether it would go in a run that takes its kind. */
export function goesIfTaken({ rule, holds }: Pick<Ruling, "rule" | "holds">): boolean {
  return rule !== null && holds.every(({ code }) => code === "not-enabled");
}

/** What the policies decide about a judged entry in one mode. `rule` null: no rule selects it. */
export interface Ruling {
  readonly rule: Rule | null;
  readonly holds: readonly Hold[];
  readonly action: "remove" | "keep";
}
