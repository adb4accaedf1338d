/** Documents for `--json`, from the same plan, result and totals as the text. */
import type { LastUse } from "../model/entry.ts";
import type { BaseError, Cap, Plan, PlannedBase, PlannedEntry, PlannedTrash } from "../model/plan.ts";
import {
  type EntryResult,
  type Outcome,
  type RunResult,
  type RunStatus,
  type TrashResult,
  worstOf,
} from "../model/result.ts";
import type { SweepRecord } from "../model/state.ts";
import type {
  BaseDocument,
  Command,
  EntryDocument,
  Envelope,
  Integer,
  RunCommand,
  RunDocument,
  ShownOutcome,
  SweepDocument,
  TotalsDocument,
  TrashDocument,
} from "./documents.ts";
import type { Look } from "./look.ts";
import { sweepHolds, whyOf } from "./sentences.ts";
import { trashSentence } from "./sentences/trash.ts";
import { totalsOf, type Totals } from "./totals.ts";

/** What a document says about the run itself. */
export interface Meta {
  readonly version: string;
  /** Ms since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly dryRun: boolean;
}

/** A document whose entries are made as they are asked for, since there may be ten thousand; they can be asked for once. */
export type RunDocumentInRows = Omit<RunDocument, "entries"> & { readonly entries: Iterable<EntryDocument> };

/** The document of a run: of a plan that nobody carried out, or of what became of it. */
export function runDocument(command: RunCommand, source: Plan | RunResult, meta: Meta): RunDocumentInRows {
  const result = "plan" in source ? source : null;
  const plan = "plan" in source ? source.plan : source;
  const look = jsonLook(plan.now);
  const bases = plan.bases.map((base) => baseDocument(base, result));
  const status = worstOf([...(result === null ? [] : [result.status]), ...bases.map((base) => base.status)]);
  const error = status === "error" ? (bases.find((base) => base.status === "error")?.error ?? null) : null;
  const entryResults = new Map(
    result?.bases.flatMap((base) => base.entries.map((each) => [keyOf(each.planned), each])),
  );
  const trashResults = new Map(
    result?.bases.flatMap((base) => base.trash.map((each) => [trashKey(each.planned), each])),
  );
  return {
    ...envelope(command, meta, status, error),
    bases,
    entries: entryDocuments(plan, look, entryResults),
    trash: plan.bases.flatMap(({ trash }) =>
      trash.map((each) => trashDocument(each, look, trashResults.get(trashKey(each)))),
    ),
    totals: totalsDocument(totalsOf(plan, result)),
  };
}

function* entryDocuments(
  plan: Plan,
  look: Look,
  results: ReadonlyMap<string, EntryResult>,
): Generator<EntryDocument, void> {
  for (const base of plan.bases) {
    for (const planned of base.entries) yield entryDocument(planned, base, look, results.get(keyOf(planned)));
  }
}

export function envelope<C extends Command>(
  command: C,
  meta: Meta,
  status: RunStatus,
  error: BaseError | null,
): Envelope<C> {
  const { version, startedAt, durationMs, dryRun } = meta;
  const times = { startedAt: iso(startedAt), durationMs: Math.max(0, Math.round(durationMs)) };
  return { schema: 1, tool: "checkpoint-gc", version, command, dryRun, ...times, status, error };
}

/** Sentences in documents name the zone of their times, keep paths whole and do not know who reads them. */
export function jsonLook(now: number): Look {
  return { now, columns: null, colour: false, unicode: true, home: null, timeZone: "UTC", showZone: true };
}

function baseDocument(base: PlannedBase, result: RunResult | null): BaseDocument {
  const { ref, exists, settings, lastSweep, lastError = null, nextDue, foreign } = base;
  const done = result?.bases.find(({ path }) => path === ref.path);
  const error = done?.error ?? base.error;
  return {
    path: ref.path,
    home: ref.home,
    profile: ref.profile,
    exists,
    // A base that another run holds carries an error as well, and is no failure for all that.
    status: done?.status ?? (error === null ? (result?.status ?? "done") : "error"),
    error: error === null ? null : { code: error.code, message: error.message, hint: error.hint },
    settings,
    lastSweep: lastSweep === null ? null : sweepDocument(lastSweep),
    lastError: lastError === null ? null : { at: iso(lastError.at), message: lastError.text },
    nextDue: isoOrNull(nextDue),
    cap: capDocument(base.cap ?? null),
    foreign: foreign.length,
    collected: (done?.collected ?? []).map(({ repository, outcome, bytes, error: trouble }) => ({
      path: repository,
      outcome,
      bytes: integer(bytes),
      error: trouble,
    })),
  };
}

function capDocument(cap: Cap | null): BaseDocument["cap"] {
  if (cap === null) return null;
  return { maxSize: integer(cap.maxSize), size: integer(cap.size), shortfall: integer(cap.shortfall) };
}

export function sweepDocument(record: SweepRecord): SweepDocument {
  const { at, undoUntil, bytesTrashed, bytesReclaimed } = record;
  return {
    ...record,
    at: iso(at),
    undoUntil: isoOrNull(undoUntil),
    bytesTrashed: integer(bytesTrashed),
    bytesReclaimed: integer(bytesReclaimed),
  };
}

export function entryDocument(planned: PlannedEntry, base: PlannedBase, look: Look, done?: EntryResult): EntryDocument {
  const { judged, ruling, snapshots } = planned;
  return {
    base: judged.entry.base,
    id: judged.entry.id,
    store: judged.entry.store,
    path: judged.entry.members[0].path,
    subject: judged.subject,
    verdict: judged.verdict,
    rule: ruling.rule,
    reason: judged.reason,
    detail: whyOf(planned, base, look).full,
    holds: ruling.holds.map(({ code }) => code),
    sweepHolds: sweepHolds(planned).map(({ code }) => code),
    lastUsed: lastUsedDocument(judged.lastUsed),
    bytes: integerOrNull(judged.bytes),
    snapshots: snapshots === null ? null : { count: snapshots.count, last: isoOrNull(snapshots.last) },
    action: ruling.action,
    outcome: shownOutcome(done?.outcome),
    error: done?.error ?? null,
  };
}

export function trashDocument(planned: PlannedTrash, look: Look, done?: TrashResult): TrashDocument {
  const { item, subject, bytes, until, action, reason } = planned;
  return {
    base: item.base,
    id: item.id,
    entryId: item.entryId,
    store: item.store,
    rule: item.rule,
    subject,
    bytes: integerOrNull(bytes),
    since: iso(item.since),
    until: iso(until),
    action,
    reason,
    detail: trashSentence(planned, look).full,
    outcome: shownOutcome(done?.outcome),
    error: done?.error ?? null,
  };
}

export function totalsDocument(totals: Totals): TotalsDocument {
  const { bytesToReclaim, bytesReclaimed, bytesTrashed } = totals;
  return {
    ...totals,
    bytesToReclaim: integer(bytesToReclaim),
    bytesReclaimed: integer(bytesReclaimed),
    bytesTrashed: integer(bytesTrashed),
  };
}

function lastUsedDocument(lastUsed: LastUse | null): EntryDocument["lastUsed"] {
  return lastUsed === null ? null : { at: iso(lastUsed.at), from: lastUsed.from };
}

/** Its turn never came: nothing has become of it. */
function shownOutcome(outcome: Outcome | undefined): ShownOutcome {
  return outcome === undefined || outcome === "skipped" ? null : outcome;
}

function keyOf({ judged }: PlannedEntry): string {
  return judged.entry.members[0].path;
}

function trashKey({ item }: PlannedTrash): string {
  return `${item.base}\0${item.id}`;
}

/** The first and last ms that ISO 8601 writes with four digits of year: file systems can hold others. */
const FIRST_MS = -62_167_219_200_000;
const LAST_MS = 253_402_300_799_999;

export function iso(at: number): string {
  return at >= FIRST_MS && at <= LAST_MS ? new Date(at).toISOString() : BigInt(Math.trunc(at)).toString();
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}

export function integer(value: number): Integer {
  return Number.isSafeInteger(value) ? value : BigInt(Math.trunc(value)).toString();
}

export function integerOrNull(value: number | null): Integer | null {
  return value === null ? null : integer(value);
}
