/** The document of `compact`: a plan, or its result. */
import type {
  CompactBase,
  CompactionPlan,
  CompactionResult,
  CompactRow,
  CompactRowResult,
} from "../model/compaction.ts";
import type { CompactBaseDocument, CompactEntryDocument, CompactTotalsDocument } from "./schema/compact.ts";
import { compactTotals, resultsOf, type CompactTotals } from "./compact-totals.ts";
import type { DocumentOf } from "./schema.ts";
import { endingOf, envelopeOf, jsonLook, type Meta, ownerOf } from "./envelope.ts";
import { integer, integerOrNull } from "./json-values.ts";
import { compactOutcomeSentence, compactSentence } from "./sentences/compact.ts";

export function compactJson(source: CompactionPlan | CompactionResult, meta: Meta): DocumentOf<"compact"> {
  const result = "plan" in source ? source : null;
  const plan = "plan" in source ? source.plan : source;
  const bases = plan.bases.map((base) => baseDocument(base, result));
  const done = new Map(resultsOf(result).map((one) => [pathOf(one.row), one]));
  return {
    ...envelopeOf("compact", meta, bases, result),
    bases,
    entries: plan.bases.flatMap(({ rows }) => rows.map((row) => entryDocument(row, done.get(pathOf(row)), plan.now))),
    totals: totalsDocument(compactTotals(plan, result)),
    missingPrograms: plan.missingPrograms,
  };
}

export function totalsDocument(totals: CompactTotals): CompactTotalsDocument {
  const { looseBytes, bytesBefore, bytesAfter, bytesSaved } = totals;
  return {
    ...totals,
    looseBytes: integer(looseBytes),
    bytesBefore: integer(bytesBefore),
    bytesAfter: integer(bytesAfter),
    bytesSaved: integer(bytesSaved),
  };
}

function pathOf({ judged }: CompactRow): string {
  return judged.entry.members[0].path;
}

function baseDocument(base: CompactBase, result: CompactionResult | null): CompactBaseDocument {
  const { ref, exists, unfinished } = base;
  return { ...ownerOf(ref), exists, ...endingOf(base, result), unfinished };
}

function entryDocument(row: CompactRow, done: CompactRowResult | undefined, now: number): CompactEntryDocument {
  const { judged, loose, skipReason, prunable } = row;
  const outcome = done === undefined || done.outcome === "skipped" ? null : done.outcome;
  const detail =
    done === undefined || outcome === null ? compactSentence(row) : compactOutcomeSentence(done, jsonLook(now));
  return {
    base: judged.entry.base,
    id: judged.entry.id,
    store: judged.entry.store,
    path: pathOf(row),
    subject: judged.subject,
    loose: loose === null ? null : { objects: loose.objects, bytes: integer(loose.bytes) },
    action: skipReason === null ? "pack" : "leave",
    reason: done?.skipReason ?? skipReason,
    detail,
    prunable,
    outcome,
    bytesBefore: integerOrNull(done?.bytesBefore ?? judged.bytes),
    bytesAfter: integerOrNull(done?.bytesAfter ?? null),
    packed: done?.objects ?? 0,
    snapshots: done?.snapshots ?? null,
    error: done?.error ?? null,
  };
}
