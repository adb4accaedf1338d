/** The document of `compact`: of a plan that nobody carried out, or of what became of it. */
import type {
  CompactBase,
  CompactionPlan,
  CompactionResult,
  CompactRow,
  CompactRowResult,
} from "../model/compaction.ts";
import { worstOf } from "../model/result.ts";
import type { CompactBaseDocument, CompactEntryDocument, CompactTotalsDocument } from "./compact-document.ts";
import { compactTotals, resultsOf, type CompactTotals } from "./compact-totals.ts";
import type { CompactDocument } from "./documents.ts";
import { envelope, integer, integerOrNull, jsonLook, type Meta } from "./json.ts";
import { compactOutcomeSentence, compactSentence } from "./sentences/compact.ts";

export function compactJson(source: CompactionPlan | CompactionResult, meta: Meta): CompactDocument {
  const result = "plan" in source ? source : null;
  const plan = "plan" in source ? source.plan : source;
  const bases = plan.bases.map((base) => baseDocument(base, result));
  const status = worstOf([...(result === null ? [] : [result.status]), ...bases.map((base) => base.status)]);
  const error = status === "error" ? (bases.find((base) => base.status === "error")?.error ?? null) : null;
  const done = new Map(resultsOf(result).map((one) => [pathOf(one.row), one]));
  return {
    ...envelope("compact", meta, status, error),
    bases,
    entries: plan.bases.flatMap(({ rows }) => rows.map((row) => entryDocument(row, done.get(pathOf(row)), plan.now))),
    totals: totalsDocument(compactTotals(plan, result)),
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
  const done = result?.bases.find(({ path }) => path === ref.path);
  const error = done?.error ?? base.error;
  const status = done?.status ?? (error === null ? (result?.status ?? "done") : "error");
  return { path: ref.path, home: ref.home, profile: ref.profile, exists, status, error, unfinished };
}

function entryDocument(row: CompactRow, done: CompactRowResult | undefined, now: number): CompactEntryDocument {
  const { judged, loose, leave, prunable } = row;
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
    action: leave === null ? "pack" : "leave",
    reason: done?.leave ?? leave,
    detail: detail.full,
    prunable,
    outcome,
    bytesBefore: integerOrNull(done?.bytesBefore ?? judged.bytes),
    bytesAfter: integerOrNull(done?.bytesAfter ?? null),
    packed: done?.objects ?? 0,
    snapshots: done?.snapshots ?? null,
    error: done?.error ?? null,
  };
}
