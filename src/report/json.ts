/** Documents for `--json`, from the same plan, result and totals as the text. */
import type { LastUse } from "../model/entry.ts";
import type { BaseRef } from "../model/home.ts";
import type { Cap, Plan, PlannedBase, PlannedEntry } from "../model/plan.ts";
import type { PlannedTrash } from "../model/trash.ts";
import { type EntryResult, type Outcome, type RunResult, type TrashResult } from "../model/result.ts";
import type { SweepRecord } from "../model/state.ts";
import { endingOf, envelopeOf, jsonLook, type Meta, ownerOf, withFormerName } from "./envelope.ts";
import { heartbeatDocument } from "./heartbeats.ts";
import { integer, integerOrNull, iso, isoOrNull } from "./json-values.ts";
import type { RunCommand, RunDocument } from "./schema.ts";
import type { BaseDocument, EntryDocument, TotalsDocument, TrashDocument } from "./schema/run.ts";
import type { ShownOutcome, SweepDocument } from "./schema/values.ts";
import type { RenderContext } from "./render-context.ts";
import { sweepHolds, whyOf } from "./sentences.ts";
import { trashSentence } from "./sentences/trash.ts";
import { totalsOf, type Totals } from "./totals.ts";

/** A document whose entries are created on demand, since there may be ten thousand; they can be iterated once. */
export type RunDocumentInRows = Omit<RunDocument, "entries"> & { readonly entries: Iterable<EntryDocument> };

/** The document of a run: a plan, or its result. */
export function runDocument(command: RunCommand, source: Plan | RunResult, meta: Meta): RunDocumentInRows {
  const result = "plan" in source ? source : null;
  const plan = "plan" in source ? source.plan : source;
  const look = jsonLook(plan.now);
  const bases = plan.bases.map((base) => baseDocument(base, result));
  const entryResults = new Map(
    result?.bases.flatMap((base) => base.entries.map((each) => [keyOf(each.planned), each])),
  );
  const trashResults = new Map(
    result?.bases.flatMap((base) => base.trash.map((each) => [trashKey(each.planned), each])),
  );
  return {
    ...envelopeOf(command, meta, bases, result),
    saveTo: plan.saveTo ?? null,
    others: [],
    bases,
    entries: entryDocuments(plan, look, entryResults),
    trash: plan.bases.flatMap((base) =>
      base.trash.map((each) => trashDocument(each, base, look, trashResults.get(trashKey(each)))),
    ),
    totals: totalsDocument(totalsOf(plan, result)),
  };
}

function* entryDocuments(
  plan: Plan,
  look: RenderContext,
  results: ReadonlyMap<string, EntryResult>,
): Generator<EntryDocument, void> {
  for (const base of plan.bases) {
    for (const planned of base.entries) yield entryDocument(planned, base, look, results.get(keyOf(planned)));
  }
}

function baseDocument(base: PlannedBase, result: RunResult | null): BaseDocument {
  const { ref, exists, settings, lastSweep, lastError = null, nextDue, foreign } = base;
  const done = result?.bases.find(({ path }) => path === ref.path);
  return {
    ...ownerOf(ref),
    exists,
    ...endingOf(base, result),
    settings: withFormerName(settings),
    lastSweep: lastSweep === null ? null : sweepDocument(lastSweep),
    lastError: lastError === null ? null : { at: iso(lastError.at), message: lastError.text },
    nextDue: isoOrNull(nextDue),
    cap: capDocument(base.cap ?? null),
    entryLimits: base.entryLimits ?? [],
    heartbeats: heartbeatDocument(base),
    keepProblems: base.keepProblems ?? [],
    uncollectable: (base.uncollectable ?? []).map(({ path, why }) => ({ path, message: why })),
    foreign: foreign.length,
    warnings: (done?.warnings ?? []).map(({ code, message }) => ({ code, message })),
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
  // What else is recorded matters only for undoing a whole run.
  const { at, sequence: _, endedAt: __, items: ___, command: ____, ...shown } = record;
  const { undoUntil, bytesTrashed, bytesReclaimed, ...rest } = shown;
  return {
    ...rest,
    at: iso(at),
    undoUntil: isoOrNull(undoUntil),
    bytesTrashed: integer(bytesTrashed),
    bytesReclaimed: integer(bytesReclaimed),
  };
}

export function entryDocument(
  planned: PlannedEntry,
  base: PlannedBase,
  look: RenderContext,
  done?: EntryResult,
): EntryDocument {
  const { judged, ruling, snapshots } = planned;
  return {
    base: judged.entry.base,
    id: judged.entry.id,
    ...classOf(judged.entry.store, base.ref),
    path: judged.entry.members[0].path,
    subject: judged.subject,
    verdict: judged.verdict,
    rule: ruling.rule,
    reason: judged.reason,
    detail: whyOf(planned, base, look),
    holds: ruling.holds.map(({ code }) => code),
    sweepHolds: sweepHolds(planned).map(({ code }) => code),
    lastUsed: lastUsedDocument(judged.lastUsed),
    bytes: integerOrNull(judged.bytes),
    snapshots: snapshots === null ? null : { count: snapshots.count, last: isoOrNull(snapshots.last) },
    selected: planned.isUnselected !== true,
    action: ruling.action,
    outcome: shownOutcome(done?.outcome),
    error: done?.error ?? null,
    savedTo: done?.savedTo ?? [],
  };
}

function classOf(kind: string, { agent, label }: BaseRef): Pick<EntryDocument, "agent" | "kind" | "label" | "store"> {
  return { agent, kind, label, store: kind };
}

export function trashDocument(
  planned: PlannedTrash,
  { ref }: Pick<PlannedBase, "ref">,
  look: RenderContext,
  done?: TrashResult,
): TrashDocument {
  const { item, subject, bytes, until, action, reason } = planned;
  return {
    base: item.base,
    id: item.id,
    entryId: item.entryId,
    ...classOf(item.store, ref),
    rule: item.rule,
    subject,
    bytes: integerOrNull(bytes),
    since: iso(item.since),
    until: iso(until),
    action,
    reason,
    detail: trashSentence(planned, look),
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

/** Interrupted before it was reached, so it is unchanged. */
function shownOutcome(outcome: Outcome | undefined): ShownOutcome {
  return outcome === undefined || outcome === "skipped" ? null : outcome;
}

function keyOf({ judged }: PlannedEntry): string {
  return judged.entry.members[0].path;
}

function trashKey({ item }: PlannedTrash): string {
  return `${item.base}\0${item.id}`;
}
