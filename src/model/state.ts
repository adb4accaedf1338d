import type { Heartbeat } from "./inspection.ts";
import type { Rule } from "./reasons.ts";

/** A heartbeat that was removed, as far as it is remembered. */
export interface RemovedHeartbeat extends Heartbeat {
  readonly id: string;
  /** When it ran, and when it was removed (ms). */
  readonly at: number;
  readonly removedAt: number;
}

/** Those that are remembered where they exchanged something with what is in the trash (`--swap`). */
const EXCHANGE_COMMANDS = ["trash restore", "undo"] as const;
export type ExchangeCommand = (typeof EXCHANGE_COMMANDS)[number];

/** The manual commands that are remembered. */
export const MANUAL_COMMANDS = ["prune", "sessions prune", "trash empty", ...EXCHANGE_COMMANDS] as const;
export type ManualCommand = (typeof MANUAL_COMMANDS)[number];

export function isExchange(command: ManualCommand | null): boolean {
  return EXCHANGE_COMMANDS.some((one) => one === command);
}

/** One run that reached its end, or the error that ended it: what `status` (sweeps alone) and `history` show. */
export interface SweepRecord {
  /** When the run started, ms since the epoch: the same for all bases that it swept. */
  readonly at: number;
  /** Counted in each base, from 1: the order of its runs, whatever the clock was. Older records do not have it. */
  readonly sequence?: number;
  /** When this base was done (ms): what the sweep removed was removed between the two. Older records do not have it. */
  readonly endedAt?: number;
  readonly durationMs: number;
  /** The command of a manual run; absent: an automatic sweep. */
  readonly command?: ManualCommand;
  /** What it moved to the trash, by the ids there. Absent where there was no room for them, and in older records. */
  readonly items?: readonly string[];
  /** How many of these are in their places again, and when the last of them was put back (ms). Absent: none. */
  readonly putBack?: { readonly count: number; readonly at: number };
  /** The process that swept: `user@host, pid N`. */
  readonly by: string;
  readonly scanned: number;
  readonly kept: number;
  readonly trashed: number;
  readonly removed: number;
  readonly restored: number;
  readonly failed: number;
  readonly bytesTrashed: number;
  readonly bytesReclaimed: number;
  /** How many each rule removed, destroyed and trashed together. */
  readonly byRule: Readonly<Partial<Record<Rule, number>>>;
  /** Until when what it trashed can be restored (ms); null when nothing was trashed. */
  readonly undoUntil: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}
