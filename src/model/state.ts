import type { Rule } from "./reasons.ts";

/** One sweep that reached its end, or the error that ended it: what `status` and `history` show. */
export interface SweepRecord {
  /** When it started, ms since the epoch. */
  readonly at: number;
  readonly durationMs: number;
  /** Who swept: `user@host, pid N`. */
  readonly by: string;
  readonly scanned: number;
  readonly kept: number;
  readonly trashed: number;
  readonly removed: number;
  readonly restored: number;
  readonly failed: number;
  readonly bytesTrashed: number;
  readonly bytesReclaimed: number;
  /** How many each rule took, removed and trashed together. */
  readonly byRule: Readonly<Partial<Record<Rule, number>>>;
  /** Until when what it trashed can be put back (ms); null when nothing was trashed. */
  readonly undoUntil: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}
