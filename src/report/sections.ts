/** The sections of a base: what is removed, what looks dead and is kept, what is live, what is in the trash. */
import type { Subject } from "../model/entry.ts";
import type { SortKey } from "../model/row-order.ts";
import type { Judged } from "../model/judgement.ts";
import type { PlannedBase, PlannedEntry } from "../model/plan.ts";
import type { PlannedTrash, TrashReason } from "../model/trash.ts";
import { stylesOf, widthOf, type RenderContext } from "./render-context.ts";
import type { Row } from "./row.ts";
import { renderRows, type Headings } from "./rows.ts";
import { sweepNote, whyOf } from "./sentences.ts";
import { trashSentence } from "./sentences/trash.ts";
import { counted } from "./nouns.ts";
import { sumOf, sumOfBytes, sumOfTrash } from "./sums.ts";
import { isRemoval, keptGroup, type KeptGroup } from "./totals.ts";
import { glyphsOf } from "./render-context.ts";
import { orderBy, trashOrderBy } from "./sort.ts";
import { wrap } from "./width.ts";
import { ago, number, sizePart } from "./format.ts";

/** How many rows a section shows before it sums up the rest. */
export type RowLimit = number | "all";

export interface Sections {
  readonly removals: readonly PlannedEntry[];
  /** Kept, although the list makes them look removable. */
  readonly suspects: readonly PlannedEntry[];
  readonly live: readonly PlannedEntry[];
  /** Excluded by the selection of the run: only summed up. */
  readonly notAsked: readonly PlannedEntry[];
  /** Trash items that this run changes, or that need a decision. */
  readonly trash: readonly PlannedTrash[];
}

export const ENTRY_HEADINGS: Headings = { word: "VERDICT", when: "LAST USED", why: "WHY" };
export const TRASH_HEADINGS: Headings = { word: "TRASH", when: "SINCE", why: "WHY" };
/** Of what waits in the trash, or would go back; what goes back to its place has nothing in the last column. */
export const WAITING_HEADINGS: Headings = { word: "WAS", when: "SINCE", why: "WHAT NEXT" };

/** Copies of what is back in its place are counted in a line of their own. */
const QUIET: ReadonlySet<TrashReason> = new Set(["waiting", "not-selected", "restored", "settings-unknown"]);

const OTHERS: ReadonlySet<KeptGroup> = new Set(["live", "not-asked"]);

export function sectionsOf(base: PlannedBase, sort: SortKey | null = null): Sections {
  const order = orderBy(sort ?? "size");
  const entries = base.entries.toSorted((a, b) => order(a.judged, b.judged));
  const kept = entries.filter((entry) => !isRemoval(entry));
  const groupOf = (entry: PlannedEntry): KeptGroup => keptGroup(entry, base.settings.delete_orphans);
  return {
    removals: entries.filter(isRemoval),
    suspects: kept.filter((entry) => !OTHERS.has(groupOf(entry))),
    live: kept.filter((entry) => groupOf(entry) === "live"),
    notAsked: kept.filter((entry) => groupOf(entry) === "not-asked"),
    trash: base.trash.filter(({ reason }) => !QUIET.has(reason)).toSorted(trashOrderBy(sort ?? "size")),
  };
}

export interface EntryRowOptions {
  /** Show the number of snapshots. */
  readonly snapshots: boolean;
  /** Note where an automatic sweep would decide otherwise. */
  readonly sweep: boolean;
  /** Sentences above the rows, which these do not repeat. */
  readonly said?: ReadonlySet<string>;
}

export function entryRow(planned: PlannedEntry, base: PlannedBase, look: RenderContext, options: EntryRowOptions): Row {
  const { judged } = planned;
  const why = whyOf(planned, base, look, options.said);
  const notes = [whereOf(planned), options.sweep ? sweepNote(planned, base, look) : null].filter((one) => one !== null);
  return {
    word: judged.verdict,
    tone: isRemoval(planned) ? "danger" : judged.verdict === "live" ? "plain" : "warning",
    bytes: judged.bytes,
    partly: judged.troubles.length > 0,
    when: lastUsedText(planned, look),
    ...directoryOf(judged.subject, judged),
    id: judged.entry.id,
    why: notes.length === 0 ? why : `${why} (${notes.join("; ")})`,
    ...(options.snapshots && judged.isSession !== true ? { snapshots: planned.snapshots } : {}),
  };
}

/** A session has none. */
function directoryOf(subject: Subject | null, judged: Judged | null): Pick<Row, "path"> {
  return subject === null && judged?.isSession === true ? {} : { path: subject?.value ?? null };
}

/**
 * The place within the base that an entry lies in, where it is not the base itself: a directory may have several
 * entries.
 */
function whereOf({ judged }: PlannedEntry): string | null {
  const { id, members } = judged.entry;
  const [first = "", ...below] = members[0].place.split("/");
  // Some ids begin with it.
  const isInId = first.startsWith(id.split("-")[0] ?? id);
  return below.length === 0 || isInId ? null : `in ${first}`;
}

function lastUsedText({ judged }: PlannedEntry, look: RenderContext): string {
  if (judged.lastUsed === null) return "?";
  const text = ago(judged.lastUsed.at, look);
  return judged.lastUsedExact || text === "just now" ? text : `under ${text}`;
}

export function trashRow(planned: PlannedTrash, look: RenderContext): Row {
  const words = { destroy: "delete", return: "restore", keep: "kept" } as const;
  return {
    word: words[planned.action],
    tone: planned.action === "destroy" ? "danger" : planned.reason === "waiting" ? "plain" : "warning",
    bytes: planned.bytes,
    partly: false,
    when: ago(planned.item.since, look),
    ...directoryOf(planned.subject, planned.judged),
    id: planned.item.entryId,
    why: trashSentence(planned, look),
  };
}

/** A row that is created when it is shown: of ten thousand, twenty are. */
export interface LazyRow {
  readonly bytes: number | null;
  readonly make: () => Row;
}

/** Rows that are all shown. */
export function eagerRows(rows: readonly Row[]): readonly LazyRow[] {
  return rows.map((row) => ({ bytes: row.bytes, make: () => row }));
}

/** A title, what holds for several rows, a table of the first rows, and a line for the rest. */
export function section(
  title: string,
  rows: readonly LazyRow[],
  headings: Headings,
  limit: RowLimit,
  more: string,
  look: RenderContext,
  intro: readonly string[] = [],
): readonly string[] {
  if (rows.length === 0) return [];
  const shown = limit === "all" ? rows : rows.slice(0, Math.max(0, limit));
  const rest = rows.slice(shown.length);
  const { bold } = stylesOf(look);
  return [
    ...wrap(title, widthOf(look), look).map(bold),
    ...intro.flatMap((each) => wrap(each, widthOf(look), look)),
    ...renderRows(
      shown.map(({ make }) => make()),
      headings,
      look,
    ),
    ...restLines(rest, more, look),
    "",
  ];
}

function restLines(rest: readonly LazyRow[], more: string, look: RenderContext): readonly string[] {
  if (rest.length === 0) return [];
  const sum = sizePart(sumOfBytes(rest.map(({ bytes }) => bytes)));
  const line = `${glyphsOf(look).ellipsis} and ${number(rest.length)} more${sum}: ${more}`;
  return wrap(line, widthOf(look), look, "  ");
}

/** `3 repos, 1.2 GB` */
export function entriesSize(entries: readonly PlannedEntry[], look: RenderContext): string {
  return counted(entries, look) + sizePart(sumOf(entries));
}

/** `Restored: 1 entry; its copy in the trash is kept for two hours, 8 KB` */
export function copiesTitle(copies: readonly PlannedTrash[], look: RenderContext): string {
  const [what, size] = [counted(copies, look), sizePart(sumOfTrash(copies))];
  return `Restored: ${what}; ${copies.length === 1 ? "its copy in the trash is" : "their copies in the trash are"} kept for two hours${size}`;
}

export function trashSize(trash: readonly PlannedTrash[], look: RenderContext): string {
  return counted(trash, look) + sizePart(sumOfTrash(trash));
}
