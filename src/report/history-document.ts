/** The JSON contract of `history` and `housekeeping`. */
import type { Envelope, SweepDocument } from "./documents.ts";

export type HistoryCommand = "history" | "housekeeping";

export interface HistoryDocument extends Envelope<"history"> {
  readonly bases: readonly HistoryBaseDocument[];
}

export interface HistoryBaseDocument {
  readonly path: string;
  readonly home: string;
  readonly profile: string | null;
  readonly exists: boolean;
  /** Newest first. */
  readonly sweeps: readonly SweepDocument[];
}

/** What the loop prints when it has ended. */
export type HousekeepingDocument = Envelope<"housekeeping">;
