/** The JSON of `compact`, part of the contract in documents.ts. */
import type { Subject } from "../model/entry.ts";
import type { CompactOutcome, LeaveReason } from "../model/compaction.ts";
import type { BaseError } from "../model/plan.ts";
import type { OutcomeError, RunStatus } from "../model/result.ts";

/** A decimal string past 2^53. */
type Bytes = number | string;

export interface CompactFields {
  readonly bases: readonly CompactBaseDocument[];
  /** Biggest first, base by base. */
  readonly entries: readonly CompactEntryDocument[];
  readonly totals: CompactTotalsDocument;
}

export interface CompactBaseDocument {
  readonly path: string;
  readonly home: string;
  readonly profile: string | null;
  readonly exists: boolean;
  readonly status: RunStatus;
  readonly error: BaseError | null;
  /** What runs that died left to be put right. */
  readonly unfinished: number;
}

export interface CompactEntryDocument {
  readonly base: string;
  readonly id: string;
  readonly store: string;
  readonly path: string;
  readonly subject: Subject | null;
  /** Null: it was not looked for. */
  readonly loose: { readonly objects: number; readonly bytes: Bytes } | null;
  readonly action: "pack" | "leave";
  /** Null where the action is pack. */
  readonly reason: LeaveReason | null;
  readonly detail: string;
  /** `prune` would remove it whole. */
  readonly prunable: boolean;
  /** Null: nothing was done to it. */
  readonly outcome: Exclude<CompactOutcome, "skipped"> | null;
  /** Allocated bytes of the whole repo. */
  readonly bytesBefore: Bytes | null;
  readonly bytesAfter: Bytes | null;
  /** Objects that are in a pack now and were not before. */
  readonly packed: number;
  /** Counted in packing: the same before and after. */
  readonly snapshots: number | null;
  readonly error: OutcomeError | null;
}

export interface CompactTotalsDocument {
  readonly scanned: number;
  readonly toPack: number;
  readonly packed: number;
  /** Left alone, of those that were to be packed: used in the meantime, or not worth it after all. */
  readonly left: number;
  readonly failed: number;
  readonly looseObjects: number;
  readonly looseBytes: Bytes;
  /** Of those that were packed. */
  readonly bytesBefore: Bytes;
  readonly bytesAfter: Bytes;
  readonly bytesSaved: Bytes;
  readonly snapshots: number;
}
