/**
 * The rows of a table, in the layout that the width allows:
 *
 * - a table from 80 columns, and always on a pipe; snapshots and reason go below where they do not fit beside it
 * - blocks below 80 columns: id, verdict and size; the directory; the reason
 *
 * Ids are never cut, paths are shortened in the middle, reasons take as many lines as they need.
 */
import { stylesOf, widthOf, type RenderContext, type Style } from "./render-context.ts";
import { reasonLines, sizeText, snapshotsCell, type Row } from "./row.ts";
import { pathText } from "./paths.ts";
import { columnsOf, fitPath, padEnd, padStart } from "./width.ts";

export interface Headings {
  readonly word: string;
  readonly when: string;
  readonly why: string;
}

const GAP = "  ";
/** Enough of a path to recognise it. */
const PATH_MIN = 20;
/** On a pipe one long path must not push the other columns far to the right. */
const PATH_PAD = 60;
const NO_PATH = "unknown";
/** From this width the first line of an entry has room for its directory. */
const TABLE_MIN = 80;

export function renderRows(rows: readonly Row[], headings: Headings, look: RenderContext): readonly string[] {
  if (rows.length === 0) return [];
  const width = widthOf(look);
  if (width < TABLE_MIN) return rows.flatMap((row) => block(row, width, look));
  const cells = rows.map((row) => cellsOf(row, look));
  const frame = frameOf(cells, headings);
  const beside = width - frame.fixed - frame.why - GAP.length;
  if (beside >= Math.min(frame.path, PATH_MIN))
    return table(cells, frame, headings, { room: beside, below: false }, look);
  const room = width - frame.fixed + frame.snapshots;
  if (room < PATH_MIN) return rows.flatMap((row) => block(row, width, look));
  return table(cells, frame, headings, { room, below: true }, look);
}

interface Cells {
  readonly row: Row;
  readonly size: string;
  readonly snapshots: string;
  readonly path: string;
}

/** Widths of the columns; `fixed` is the sum of those that neither shrink nor wrap, with their gaps. */
interface Frame {
  readonly word: number;
  readonly size: number;
  readonly when: number;
  /** With its gap; 0 where no row has snapshots. */
  readonly snapshots: number;
  readonly id: number;
  /** 0 where no row has a directory. */
  readonly path: number;
  /** 0 where no row has a reason. */
  readonly why: number;
  readonly fixed: number;
}

function cellsOf(row: Row, look: RenderContext): Cells {
  const snapshots = row.snapshots === undefined ? "" : snapshotsCell(row.snapshots, look);
  return { row, size: sizeText(row, look), snapshots, path: pathCellText(row, look) };
}

function pathCellText({ path }: Row, look: RenderContext): string {
  if (path === undefined) return "";
  return path === null ? NO_PATH : pathText(path, look);
}

function frameOf(cells: readonly Cells[], headings: Headings): Frame {
  const widest = (least: string, of: (cell: Cells) => string): number =>
    cells.reduce((most, cell) => Math.max(most, columnsOf(of(cell))), least.length);
  const word = widest(headings.word, ({ row }) => row.word);
  const size = widest("SIZE", (cell) => cell.size);
  const when = widest(headings.when, ({ row }) => row.when);
  const id = widest("ID", ({ row }) => row.id);
  const any = cells.some(({ row }) => row.snapshots !== undefined);
  const snapshots = any ? widest("SNAPSHOTS", (cell) => cell.snapshots) + GAP.length : 0;
  const fixed = word + size + when + id + snapshots + 4 * GAP.length;
  return {
    word,
    size,
    when,
    id,
    snapshots,
    fixed,
    path: cells.some(({ row }) => row.path !== undefined) ? widest("DIRECTORY", (cell) => cell.path) : 0,
    why: cells.some(({ row }) => row.why !== "") ? widest(headings.why, ({ row }) => row.why) : 0,
  };
}

function table(
  cells: readonly Cells[],
  frame: Frame,
  headings: Headings,
  { room, below }: { readonly room: number; readonly below: boolean },
  look: RenderContext,
): readonly string[] {
  const { dim } = stylesOf(look);
  const width = Math.min(frame.path, Number.isFinite(room) ? room : PATH_PAD);
  const indent = " ".repeat(frame.word + GAP.length);
  const isLast = below || frame.why === 0;
  const line = (lead: readonly string[], snapshots: string, id: string, path: string, why: string): string =>
    [
      ...lead,
      ...(below || frame.snapshots === 0 ? [] : [padEnd(snapshots, frame.snapshots - GAP.length)]),
      padEnd(id, frame.id),
      ...(frame.path === 0 ? [] : [isLast ? path : padEnd(path, width)]),
      ...(isLast ? [] : [why]),
    ].join(GAP);
  return [
    dim(line(headCells(frame, headings), "SNAPSHOTS", "ID", "DIRECTORY", headings.why)),
    ...cells.flatMap((cell) => {
      const { row, snapshots } = cell;
      const reasons = below ? reasonLines(row, widthOf(look) - indent.length, look) : [];
      return [
        line(leadCells(cell, frame, look), snapshots, row.id, pathCell(cell, room, look), dim(row.why)),
        ...reasons.map((reason) => indent + dim(reason)),
      ];
    }),
  ];
}

/**
 * At 40 columns `unidentified` and `999.9 MB` just fit beside an id, and the age goes beside the path. A longer id, the
 * full name of a trash item, gets a line of its own.
 */
function block(row: Row, width: number, look: RenderContext): readonly string[] {
  const { dim } = stylesOf(look);
  const word = styleOf(row, look)(row.word);
  const shownSize = sizeText(row, look);
  const own = columnsOf([row.id, row.word, shownSize].join(GAP)) > width;
  const fits = own || columnsOf([row.id, row.word, shownSize, row.when].join(GAP)) <= width;
  const room = width - GAP.length - (fits ? 0 : columnsOf(row.when) + GAP.length);
  const path = fitPath(row.path ?? (row.path === null ? NO_PATH : ""), room, look);
  const second = [...(path === "" ? [] : [fits ? path : padEnd(path, room)]), ...(fits ? [] : [row.when])];
  return [
    ...(own ? [row.id, GAP + [word, shownSize, row.when].join(GAP)] : []),
    ...(own ? [] : [[row.id, word, shownSize, ...(fits ? [row.when] : [])].join(GAP)]),
    ...(second.length === 0 ? [] : [GAP + second.join(GAP)]),
    ...reasonLines(row, width - GAP.length, look).map((line) => GAP + dim(line)),
  ];
}

function headCells(frame: Frame, headings: Headings): readonly string[] {
  return [padEnd(headings.word, frame.word), padStart("SIZE", frame.size), padEnd(headings.when, frame.when)];
}

function leadCells({ row, size }: Cells, frame: Frame, look: RenderContext): readonly string[] {
  const style = styleOf(row, look);
  return [padded(style, row.word, frame.word), padStart(size, frame.size), padEnd(row.when, frame.when)];
}

/** Padding stays uncoloured: a terminal that underlines or reverses would show it. */
function padded(style: Style, word: string, width: number): string {
  return style(word) + " ".repeat(Math.max(0, width - word.length));
}

function pathCell({ row, path }: Cells, room: number, look: RenderContext): string {
  return columnsOf(path) <= room || typeof row.path !== "string" ? path : fitPath(row.path, room, look);
}

function styleOf(row: Row, look: RenderContext): Style {
  return stylesOf(look)[row.tone];
}
