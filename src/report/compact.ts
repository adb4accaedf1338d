/** `compact` as text: what would be packed, or the result of each, with sizes before and after, biggest first. */
import type {
  CompactBase,
  CompactionPlan,
  CompactionResult,
  CompactRow,
  CompactRowResult,
} from "../model/compaction.ts";
import type { SortKey } from "../model/row-order.ts";
import type { LazyRow } from "./sections.ts";
import { compactTotals, isToPack, leftByReason, resultsOf, rowsOf, sum, withOutcome } from "./compact-totals.ts";
import { command, stylesOf, widthOf, type RenderContext } from "./render-context.ts";
import { baseHeading, errorLines, nextLines, page, renderNothingFound, UNCHANGED } from "./notices.ts";
import type { Row } from "./row.ts";
import type { Headings } from "./rows.ts";
import { section, type RowLimit } from "./sections.ts";
import { orderBy } from "./sort.ts";
import { compactOutcomeSentence, compactSentence, skipGroup } from "./sentences/compact.ts";
import { wrap } from "./width.ts";
import { ago, count, number, size } from "./format.ts";

export interface CompactTextOptions {
  readonly rows: RowLimit;
  /** Null or absent: largest first. */
  readonly sort?: SortKey | null;
  readonly dryRun: boolean;
  /** Totals alone. */
  readonly alone: boolean;
}

const PLAN_HEADINGS: Headings = { word: "VERDICT", when: "LAST USED", why: "LOOSE" };
const RESULT_HEADINGS: Headings = { word: "OUTCOME", when: "LAST USED", why: "NOW" };
const MORE = "--rows all shows them";

export function isNowhere({ bases }: CompactionPlan): boolean {
  return bases.every(({ exists, error }) => !exists && error === null);
}

export function renderCompactPlan(plan: CompactionPlan, look: RenderContext, options: CompactTextOptions): string {
  const assurance = options.dryRun ? [UNCHANGED] : [];
  if (isNowhere(plan)) return page([nothingFound(plan, look), ...assurance]);
  const tables = options.alone ? [] : plan.bases.flatMap((base) => [...baseLines(base, options, look), ""]);
  const next =
    options.dryRun && hasCompactWork(plan) ? nextLines({ what: "To run it", how: command("compact", look) }, look) : [];
  const text = page([...tables, ...bold(planSentence(plan), look), ...missingLines(plan), ...next, ...assurance]);
  return options.dryRun ? text : `${text}\n`;
}

function missingLines(plan: CompactionPlan): readonly string[] {
  if (plan.missingPrograms.length === 0 || !hasCompactWork(plan)) return [];
  return [`Packing needs ${plan.missingPrograms.join(" and ")}, not found in PATH: install what is missing first.`];
}

export function hasCompactWork(plan: CompactionPlan): boolean {
  return rowsOf(plan).some(isToPack) || plan.bases.some(({ unfinished }) => unfinished > 0);
}

function nothingFound({ bases }: CompactionPlan, look: RenderContext): string {
  return renderNothingFound(
    bases.map(({ ref }) => ref.path),
    look,
  ).trimEnd();
}

function baseLines(base: CompactBase, { rows }: CompactTextOptions, look: RenderContext): readonly string[] {
  const toPack = base.rows.filter(isToPack);
  if (toPack.length === 0 && base.error === null) return [];
  const title = `Would be packed: ${count(toPack.length, "repo")}`;
  const lazy = toPack.map((row): LazyRow => ({ bytes: row.judged.bytes, make: () => planRow(row, look) }));
  const table = section(title, lazy, PLAN_HEADINGS, rows, MORE, look);
  return [baseHeading(base, look), ...errorLines(base, look), "", ...table];
}

function planRow(row: CompactRow, look: RenderContext): Row {
  const { judged } = row;
  return {
    word: judged.verdict,
    tone: "plain",
    bytes: judged.bytes,
    partly: false,
    when: judged.lastUsed === null ? "?" : ago(judged.lastUsed.at, look),
    path: judged.subject?.value ?? null,
    id: judged.entry.id,
    why: compactSentence(row),
  };
}

/** `3 repos with 1,204 loose objects, 5.3 MB; left alone 4: ...` */
function planSentence(plan: CompactionPlan): string {
  const totals = compactTotals(plan, null);
  const left = leftByReason(plan);
  const prunable = rowsOf(plan).filter((row) => isToPack(row) && row.prunable);
  const unfinished = sum(plan.bases, (base) => base.unfinished);
  const parts = [
    totals.toPack === 0
      ? `${count(totals.scanned, "repo")}, none to pack`
      : `${count(totals.toPack, "repo")} to pack, with ${count(totals.looseObjects, "loose object")}, ${size(totals.looseBytes)}`,
    ...(left.length === 0
      ? []
      : [
          `left alone ${number(totals.scanned - totals.toPack)}: ${left.map(([why, many]) => skipGroup(why, many)).join(", ")}`,
        ]),
    ...(prunable.length === 0
      ? []
      : [
          `prune would remove ${number(prunable.length)} of these completely (${size(sum(prunable, ({ judged }) => judged.bytes ?? 0))}), which frees more`,
        ]),
    ...(unfinished === 0 ? [] : [`to put right: ${count(unfinished, "run")} that died`]),
  ];
  return parts.join("; ");
}

/** `Pack 3 repos (5.3 MB loose)? [y]es / [N]o` */
export function compactQuestion(plan: CompactionPlan): string {
  const { toPack, looseBytes } = compactTotals(plan, null);
  const unfinished = sum(plan.bases, (base) => base.unfinished);
  const right = `put right what ${count(unfinished, "run")} that died left`;
  if (toPack === 0) return `P${right.slice(1)}? [y]es / [N]o`;
  return `Pack ${count(toPack, "repo")} (${size(looseBytes)} loose)${unfinished === 0 ? "" : `, and ${right}`}? [y]es / [N]o`;
}

export function renderCompacted(
  result: CompactionResult,
  look: RenderContext,
  { rows, sort = null, alone }: CompactTextOptions,
): string {
  const { plan } = result;
  if (isNowhere(plan)) return page([nothingFound(plan, look)]);
  const tables = alone ? [] : plan.bases.flatMap((base) => [...doneLines(base, result, { rows, sort }, look), ""]);
  const sentences = doneSentences(result);
  const next =
    result.status === "interrupted" ? nextLines({ what: "To continue", how: command("compact", look) }, look) : [];
  return page([...tables, ...sentences.flatMap((line) => bold(line, look)), ...next]);
}

function doneLines(
  base: CompactBase,
  { bases }: CompactionResult,
  { rows, sort }: Required<Pick<CompactTextOptions, "rows" | "sort">>,
  look: RenderContext,
): readonly string[] {
  const done = bases.find(({ path }) => path === base.ref.path);
  const order = orderBy(sort ?? "size");
  const results = (done?.rows ?? []).toSorted((a, b) => order(a.row.judged, b.row.judged));
  const problems = results.filter(({ outcome }) => outcome !== "packed" && outcome !== "skipped");
  const packed = withOutcome(results, "packed");
  const error = done?.error ?? base.error;
  if (packed.length + problems.length === 0 && error === null) return [];
  return [
    baseHeading(base, look),
    ...errorLines({ error }, look),
    "",
    ...table("Packed", packed, rows, look),
    ...table("Left unchanged", problems, rows, look),
  ];
}

function table(
  title: string,
  results: readonly CompactRowResult[],
  rows: RowLimit,
  look: RenderContext,
): readonly string[] {
  const lazy = results.map((result): LazyRow => ({ bytes: result.bytesBefore, make: () => doneRow(result, look) }));
  return section(`${title}: ${count(results.length, "repo")}`, lazy, RESULT_HEADINGS, rows, MORE, look);
}

function doneRow(result: CompactRowResult, look: RenderContext): Row {
  return {
    ...planRow(result.row, look),
    word: result.outcome,
    tone: result.outcome === "failed" ? "danger" : result.outcome === "packed" ? "plain" : "warning",
    bytes: result.bytesBefore ?? result.row.judged.bytes,
    why: compactOutcomeSentence(result, look),
  };
}

function doneSentences(result: CompactionResult): readonly string[] {
  const totals = compactTotals(result.plan, result);
  const { packed, failed, left, toPack } = totals;
  const reached = packed + failed + left;
  return [
    packed === 0
      ? "No repo was packed."
      : `Packed ${count(packed, "repo")}: ${size(totals.bytesBefore)} before, ${size(totals.bytesAfter)} now, ${size(totals.bytesSaved)} freed. Every snapshot is still there (${number(totals.snapshots)}).`,
    ...(left > 0 ? [`Left unchanged: ${number(left)}.`] : []),
    ...(failed > 0 ? [`Failed: ${number(failed)}, left unchanged.`] : []),
    ...(result.status === "interrupted"
      ? [`Interrupted: ${number(reached)} of ${count(toPack, "repo")} were reached.`]
      : []),
  ];
}

export function anyFailed(result: CompactionResult): boolean {
  return withOutcome(resultsOf(result), "failed").length > 0;
}

function bold(text: string, look: RenderContext): readonly string[] {
  return wrap(text, widthOf(look), look).map(stylesOf(look).bold);
}
