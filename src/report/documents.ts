/**
 * The JSON contract as types: what `--json` prints. Fields may be added, none changes its meaning; schema.ts holds the
 * same as zod schemas, and the compiler sees to it that the two agree.
 *
 * Times are ISO 8601 in UTC. What a number cannot hold exactly travels as a decimal string, a time outside the years 0
 * to 9999 as one of ms since the epoch, a path that is not UTF-8 as `base64:` and its bytes.
 */
import type { ReasonCode, HoldCode, Rule, Verdict } from "../model/reasons.ts";
import type { CollectResult, Outcome, OutcomeError, RunStatus } from "../model/result.ts";
import type { Origin, SettingKey, Settings } from "../model/settings.ts";
import type { Subject } from "../model/entry.ts";
import type { BaseError, Snapshots, TrashReason, TrashRule } from "../model/plan.ts";
import type { SweepRecord } from "../model/state.ts";
import type { Finding } from "./findings.ts";
import type { CompactFields } from "./compact-document.ts";
import type { ScheduleCommand, ScheduleFields } from "./schedule-document.ts";
import type { Totals } from "./totals.ts";

export type RunCommand = "status" | "prune" | "auto" | "trash list" | "trash restore" | "trash empty";
export type Command =
  | RunCommand
  | "compact"
  | "explain"
  | "config"
  | "schema"
  | "history"
  | "housekeeping"
  | ScheduleCommand;

/** An integer; a decimal string past 2^53. */
export type Integer = number | string;
/** What a person sees as removed, trashed, ...; null: nothing was done, or its turn never came. */
export type ShownOutcome = Exclude<Outcome, "skipped"> | null;

export interface Envelope<C extends Command> {
  readonly schema: 1;
  readonly tool: "checkpoint-gc";
  readonly version: string;
  readonly command: C;
  readonly dryRun: boolean;
  readonly startedAt: string;
  readonly durationMs: number;
  /** The worst of the bases. */
  readonly status: RunStatus;
  readonly error: BaseError | null;
}

export interface RunDocument extends Envelope<RunCommand> {
  readonly bases: readonly BaseDocument[];
  readonly entries: readonly EntryDocument[];
  readonly trash: readonly TrashDocument[];
  readonly totals: TotalsDocument;
}

export interface BaseDocument {
  readonly path: string;
  readonly home: string;
  readonly profile: string | null;
  readonly exists: boolean;
  readonly status: RunStatus;
  readonly error: BaseError | null;
  readonly settings: Settings;
  readonly lastSweep: SweepDocument | null;
  /** The newest error of a sweep that nobody watched. */
  readonly lastError: { readonly at: string; readonly message: string } | null;
  readonly nextDue: string | null;
  /** Null: `max_size` is off. */
  readonly cap: { readonly maxSize: Integer; readonly size: Integer; readonly shortfall: Integer } | null;
  /** How many children of the base are not ours. */
  readonly foreign: number;
  /** What became of objects that nothing reaches any more, in each repository that lost something. */
  readonly collected: readonly CollectedDocument[];
}

export interface CollectedDocument {
  readonly path: string;
  readonly outcome: CollectResult["outcome"];
  readonly bytes: Integer;
  readonly error: OutcomeError | null;
}

export interface SweepDocument extends Omit<
  SweepRecord,
  "at" | "undoUntil" | "byRule" | "bytesTrashed" | "bytesReclaimed"
> {
  readonly at: string;
  readonly byRule: Readonly<Partial<Record<Rule, number | undefined>>>;
  readonly bytesTrashed: Integer;
  readonly bytesReclaimed: Integer;
  readonly undoUntil: string | null;
}

export interface EntryDocument {
  readonly base: string;
  readonly id: string;
  readonly store: string;
  /** Unique: what entries are keyed by. */
  readonly path: string;
  readonly subject: Subject | null;
  readonly verdict: Verdict;
  readonly rule: Rule | null;
  readonly reason: ReasonCode;
  /** `reason`, holds and rule as a sentence for people. */
  readonly detail: string;
  readonly holds: readonly HoldCode[];
  /** The holds that an automatic run would add. */
  readonly sweepHolds: readonly HoldCode[];
  readonly lastUsed: { readonly at: string; readonly from: string } | null;
  readonly bytes: Integer | null;
  readonly snapshots: { readonly count: Snapshots["count"]; readonly last: string | null } | null;
  readonly action: "remove" | "keep";
  readonly outcome: ShownOutcome;
  readonly error: OutcomeError | null;
}

export interface TrashDocument {
  readonly base: string;
  /** Unique name in the trash. */
  readonly id: string;
  readonly entryId: string;
  readonly store: string;
  readonly rule: TrashRule;
  readonly subject: Subject | null;
  readonly bytes: Integer | null;
  readonly since: string;
  readonly until: string;
  readonly action: "destroy" | "return" | "keep";
  readonly reason: TrashReason;
  readonly detail: string;
  readonly outcome: ShownOutcome;
  readonly error: OutcomeError | null;
}

export interface TotalsDocument extends Omit<Totals, "bytesToReclaim" | "bytesReclaimed" | "bytesTrashed"> {
  readonly bytesToReclaim: Integer;
  readonly bytesReclaimed: Integer;
  readonly bytesTrashed: Integer;
}

export interface ExplainDocument extends Envelope<"explain"> {
  readonly explanations: readonly ExplanationDocument[];
}

export interface ExplanationDocument {
  readonly base: string;
  /** Null where only the trash holds it. */
  readonly entry: EntryDocument | null;
  /** In the order in which it was decided. */
  readonly findings: readonly Finding[];
  readonly trash: readonly TrashDocument[];
}

export interface ConfigDocument extends Envelope<"config"> {
  readonly bases: readonly ConfigBaseDocument[];
}

export interface ConfigBaseDocument {
  readonly path: string;
  readonly home: string;
  readonly profile: string | null;
  readonly error: BaseError | null;
  readonly settings: Settings | null;
  readonly origins: Readonly<Record<SettingKey, Origin>> | null;
}

export type CompactDocument = Envelope<"compact"> & CompactFields;
export type ScheduleDocument = Envelope<ScheduleCommand> & ScheduleFields;

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

/** `schema` prints a JSON Schema; this is what it prints when that fails. */
export type SchemaErrorDocument = Envelope<"schema">;
export type AnyDocument =
  | RunDocument
  | CompactDocument
  | ExplainDocument
  | ConfigDocument
  | SchemaErrorDocument
  | HistoryDocument
  | HousekeepingDocument
  | ScheduleDocument;
