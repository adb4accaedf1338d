/** `history`: all runs in one list, newest first, numbered over all bases, each with what can still be put back. */
import { destroyedBy, type HistoryRun, putBackOf, trashedBy } from "../model/history.ts";
import type { BaseRef } from "../model/home.ts";
import type { BaseError } from "../model/plan.ts";
import { type Rule, RULES } from "../model/reasons.ts";
import { isExchange, type SweepRecord } from "../model/state.ts";
import type { DocumentOf } from "./schema.ts";
import { endingOf, envelopeOf, ownerOf, type Meta } from "./envelope.ts";
import { sweepDocument } from "./json.ts";
import { integer, iso } from "./json-values.ts";
import { command, widthOf, type RenderContext } from "./render-context.ts";
import { baseHeading, errorLines, nextLines, page, renderNothingFound } from "./notices.ts";
import { pathText } from "./paths.ts";
import { visible } from "./sanitize.ts";
import { sweepCounts } from "./sweeps.ts";
import { wrap } from "./width.ts";
import { ago, count, duration, list, moment, number, size } from "./format.ts";

/** The recorded sweeps of one base, newest first. */
export interface HistoryView {
  readonly ref: BaseRef;
  readonly exists: boolean;
  readonly sweeps: readonly SweepRecord[];
  readonly error: BaseError | null;
}

export interface HistoryOfAll {
  readonly runs: readonly HistoryRun[];
  readonly bases: readonly HistoryView[];
}

/** `alone`: print only the number of runs. */
export function renderHistory(
  { runs, bases }: HistoryOfAll,
  look: RenderContext,
  { alone = false }: { readonly alone?: boolean } = {},
): string {
  const failed = bases.filter(({ error }) => error !== null);
  const there = bases.filter(({ exists, sweeps }) => exists || sweeps.length > 0);
  const paths = bases.map(({ ref }) => ref.path);
  if (runs.length + failed.length + there.length === 0) return renderNothingFound(paths, look);
  if (alone) return `${count(runs.length, "run")}\n`;
  const isOneOfSeveral = there.length > 1;
  const last = runs.find(({ items }) => items.length > 0);
  return page([
    ...failed.flatMap((view) => [baseHeading(view, look), ...errorLines(view, look), ""]),
    ...(runs.length === 0 && there.length > 0 ? wrap(noneLine(there, look), widthOf(look), look) : []),
    ...runs.flatMap((run) => wrap(`${run.number}  ${runWords(run, isOneOfSeveral, look)}`, widthOf(look), look, "   ")),
    "",
    ...(last === undefined
      ? []
      : nextLines(
          { what: "To put back what a run moved to the trash", how: command(`undo ${last.number}`, look) },
          look,
        )),
  ]);
}

function noneLine(there: readonly HistoryView[], look: RenderContext): string {
  const places = there.map(({ ref }) => pathText(ref.path, look));
  const where = places.length > 3 ? `${number(places.length)} places` : list(places);
  return `No run has removed anything yet, in ${where}.`;
}

/** `27 Nov 21:30 (5 minutes ago), prune by ann@box: 38 to trash (7.7 MB), 2 kept, 0 failed, 2.1 s; 38 can be put back` */
function runWords(run: HistoryRun, isOneOfSeveral: boolean, look: RenderContext): string {
  const { items } = run;
  const where = isOneOfSeveral ? ` in ${placeWords(run, look)}` : "";
  const back = items.length > 0 ? `; ${number(items.length)} can be put back` : "";
  return `${nameOfRun(run, look)}${where}: ${doneWords(run, look)}${undoneWords(run)}${back}`;
}

/** `; undone`, `; partly undone: 3 of 5` */
function undoneWords(run: HistoryRun): string {
  const back = putBackOf(run);
  if (back === null) return "";
  const trashed = trashedBy(run);
  return back.count >= trashed ? "; undone" : `; partly undone: ${number(back.count)} of ${number(trashed)}`;
}

/** `27 Nov 21:30 (5 minutes ago), prune by ann@box` */
export function nameOfRun(run: HistoryRun, look: RenderContext): string {
  const starter = nameOfStarter(run, look);
  const by = starter === "" ? "" : ` by ${starter}`;
  return `${moment(run.at, look)} (${ago(run.at, look)}), ${whatRan(run)}${by}`;
}

/** The process has ended, so its number is left out. */
export function nameOfStarter({ by }: HistoryRun, look: RenderContext): string {
  return visible(by.replace(/, pid \d+$/, ""), look);
}

export function whatRan({ kind, command: words }: HistoryRun): string {
  if (kind === "unrecorded") return "a run that left no record";
  return words ?? "automatic";
}

export function placeWords({ parts, items }: HistoryRun, look: RenderContext): string {
  const places = [...new Set([...parts, ...items].map(({ ref }) => ref.path))];
  const [only] = places;
  return places.length === 1 && only !== undefined ? pathText(only, look) : `${number(places.length)} places`;
}

export function doneWords(run: HistoryRun, look: RenderContext): string {
  const { kind, items } = run;
  if (kind === "unrecorded") return `${number(items.length)} to trash${unrecordedSize(run)}`;
  const record = sumOf(run);
  if (isExchange(run.command))
    return `${number(record.trashed)} to trash in exchange (${size(record.bytesTrashed)}), ${duration(record.durationMs)}`;
  if (record.error !== null && record.scanned === 0) return `failed: ${visible(record.error.message, look)}`;
  return `${sweepCounts(record, look)}, ${duration(record.durationMs)}`;
}

/** A run that was killed has not noted all sizes. */
function unrecordedSize(run: HistoryRun): string {
  const known = run.items.filter(({ item }) => item.bytes !== null).length;
  if (known === 0) return "";
  return ` (${known < run.items.length ? "at least " : ""}${size(bytesOf(run))})`;
}

/** Of those whose size is known. */
function bytesOf({ items }: HistoryRun): number {
  return items.reduce((sum, { item }) => sum + (item.bytes ?? 0), 0);
}

/** What it did to all bases; the first error counts. */
function sumOf({ parts, at, by }: HistoryRun): SweepRecord {
  const records = parts.map(({ record }) => record);
  const sum = (of: (record: SweepRecord) => number): number => records.reduce((total, one) => total + of(one), 0);
  const byRule: Partial<Record<Rule, number>> = {};
  for (const rule of RULES) {
    const many = sum((record) => record.byRule[rule] ?? 0);
    if (many > 0) byRule[rule] = many;
  }
  return {
    at,
    by,
    durationMs: sum(({ durationMs }) => durationMs),
    scanned: sum(({ scanned }) => scanned),
    kept: sum(({ kept }) => kept),
    trashed: sum(({ trashed }) => trashed),
    removed: sum(({ removed }) => removed),
    restored: sum(({ restored }) => restored),
    failed: sum(({ failed }) => failed),
    bytesTrashed: sum(({ bytesTrashed }) => bytesTrashed),
    bytesReclaimed: sum(({ bytesReclaimed }) => bytesReclaimed),
    byRule,
    undoUntil: null,
    error: records.find(({ error }) => error !== null)?.error ?? null,
  };
}

export function historyJson({ runs, bases: views }: HistoryOfAll, meta: Meta): DocumentOf<"history"> {
  const bases = views.map(({ ref, exists, sweeps, error }) => ({
    ...ownerOf(ref),
    exists,
    ...endingOf({ ref, error }, null),
    sweeps: sweeps.map(sweepDocument),
  }));
  return {
    ...envelopeOf("history", meta, bases, null),
    bases,
    runs: runs.map(runDocumentOf),
  };
}

export type HistoryRunDocument = DocumentOf<"history">["runs"][number];

export function runDocumentOf(run: HistoryRun): HistoryRunDocument {
  const { durationMs, byRule, bytesTrashed, bytesReclaimed, error } = sumOf(run);
  const isKnown = run.kind !== "unrecorded";
  const back = putBackOf(run);
  return {
    number: run.number,
    kind: run.kind,
    command: run.command ?? (run.kind === "automatic" ? "auto" : null),
    at: iso(run.at),
    by: run.by,
    durationMs,
    bases: [...new Set([...run.parts, ...run.items].map(({ ref }) => ref.path))],
    trashed: trashedBy(run),
    removed: destroyedBy(run),
    bytesTrashed: integer(isKnown ? bytesTrashed : bytesOf(run)),
    bytesReclaimed: integer(bytesReclaimed),
    byRule,
    error,
    putBack: back === null ? null : { items: back.count, at: iso(back.at) },
    restorable: { items: run.items.map(({ item }) => item.id), bytes: integer(bytesOf(run)) },
  };
}
