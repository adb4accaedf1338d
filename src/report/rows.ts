/**
 * The rows of a table, in the layout that the width allows:
 *
 *     one line an entry     where everything fits, and always on a pipe
 *     two lines an entry    from 80 columns: the reason goes below
 *     three lines an entry  below 80: id, verdict and size; the directory; the reason
 *
 * Ids are never cut, paths give way in the middle, reasons have a short form.
 */
import { paintOf, widthOf, type Look, type Style } from "./look.ts";
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
/** On a pipe a single long path must not push all reasons out of sight. */
const PATH_PAD = 60;
const NO_PATH = "unknown";
/** From here on the line of an entry has room for its directory beside everything but the reason. */
const TWO_LINES = 80;

export function renderRows(rows: readonly Row[], headings: Headings, look: Look): readonly string[] {
  if (rows.length === 0) return [];
  const width = widthOf(look);
  if (width < TWO_LINES) return rows.flatMap((row) => threeLines(row, width, look));
  const cells = rows.map((row) => cellsOf(row, look));
  const frame = frameOf(cells, headings);
  for (const form of ["full", "brief"] as const) {
    // A short reason will do where the verdict says the same; why something is kept is told in full, below it.
    if (form === "brief" && rows.some(({ tone }) => tone === "held")) continue;
    const room = width - frame.fixed - frame[form] - GAP.length;
    if (room >= Math.min(frame.path, PATH_MIN)) return oneLineEach(cells, frame, headings, { room, form }, look);
  }
  const room = width - frame.fixed + frame.snapshots;
  if (room < PATH_MIN) return rows.flatMap((row) => threeLines(row, width, look));
  return twoLinesEach(cells, frame, headings, room, look);
}

interface Cells {
  readonly row: Row;
  readonly size: string;
  readonly snapshots: string;
  readonly path: string;
}

/** Widths of the columns; `fixed` are all that neither shrink nor wrap, with their gaps. */
interface Frame {
  readonly word: number;
  readonly size: number;
  readonly when: number;
  /** With its gap; none where no row has snapshots. */
  readonly snapshots: number;
  readonly id: number;
  readonly path: number;
  readonly full: number;
  readonly brief: number;
  readonly fixed: number;
}

function cellsOf(row: Row, look: Look): Cells {
  const snapshots = row.snapshots === undefined ? "" : snapshotsCell(row.snapshots, look);
  return { row, size: sizeText(row, look), snapshots, path: row.path === null ? NO_PATH : pathText(row.path, look) };
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
    path: widest("DIRECTORY", (cell) => cell.path),
    full: widest(headings.why, ({ row }) => row.why.full),
    brief: widest(headings.why, ({ row }) => row.why.brief),
  };
}

function oneLineEach(
  cells: readonly Cells[],
  frame: Frame,
  headings: Headings,
  { room, form }: { readonly room: number; readonly form: "full" | "brief" },
  look: Look,
): readonly string[] {
  const { dim } = paintOf(look);
  const path = Math.min(frame.path, Number.isFinite(room) ? room : PATH_PAD);
  const line = (first: readonly string[], snapshots: string, rest: readonly string[]): string =>
    [...first, ...(frame.snapshots === 0 ? [] : [padEnd(snapshots, frame.snapshots - GAP.length)]), ...rest].join(GAP);
  const head = line(headCells(frame, headings), "SNAPSHOTS", [
    padEnd("ID", frame.id),
    padEnd("DIRECTORY", path),
    headings.why,
  ]);
  return [
    dim(head),
    ...cells.map((cell) => {
      const shown = padEnd(pathCell(cell, room, look), path);
      return line(leadCells(cell, frame, look), cell.snapshots, [
        padEnd(cell.row.id, frame.id),
        shown,
        dim(cell.row.why[form]),
      ]);
    }),
  ];
}

function twoLinesEach(
  cells: readonly Cells[],
  frame: Frame,
  headings: Headings,
  room: number,
  look: Look,
): readonly string[] {
  const { dim } = paintOf(look);
  const path = Math.min(frame.path, room);
  const indent = " ".repeat(frame.word + GAP.length);
  const head = [...headCells(frame, headings), padEnd("DIRECTORY", path), "ID"].join(GAP);
  return [
    dim(head),
    ...cells.flatMap((cell) => [
      [...leadCells(cell, frame, look), padEnd(pathCell(cell, room, look), path), cell.row.id].join(GAP),
      ...reasonLines(cell.row, widthOf(look) - indent.length, look).map((line) => indent + dim(line)),
    ]),
  ];
}

/**
 * At 40 columns `unidentified` and `999.9 MB` just fit beside an id, and the age goes beside the path. A longer id, the
 * full name of something in the trash, has a line of its own.
 */
function threeLines(row: Row, width: number, look: Look): readonly string[] {
  const { dim } = paintOf(look);
  const word = styleOf(row, look)(row.word);
  const shownSize = sizeText(row, look);
  const own = columnsOf([row.id, row.word, shownSize].join(GAP)) > width;
  const fits = own || columnsOf([row.id, row.word, shownSize, row.when].join(GAP)) <= width;
  const room = width - GAP.length - (fits ? 0 : columnsOf(row.when) + GAP.length);
  const path = row.path === null ? NO_PATH : fitPath(row.path, room, look);
  return [
    ...(own ? [row.id, GAP + [word, shownSize, row.when].join(GAP)] : []),
    ...(own ? [] : [[row.id, word, shownSize, ...(fits ? [row.when] : [])].join(GAP)]),
    GAP + (fits ? path : `${padEnd(path, room)}${GAP}${row.when}`),
    ...reasonLines(row, width - GAP.length, look).map((line) => GAP + dim(line)),
  ];
}

function headCells(frame: Frame, headings: Headings): readonly string[] {
  return [padEnd(headings.word, frame.word), padStart("SIZE", frame.size), padEnd(headings.when, frame.when)];
}

function leadCells({ row, size }: Cells, frame: Frame, look: Look): readonly string[] {
  const style = styleOf(row, look);
  return [padded(style, row.word, frame.word), padStart(size, frame.size), padEnd(row.when, frame.when)];
}

/** The colour ends with the word, or it would show where a terminal underlines or reverses instead. */
function padded(style: Style, word: string, width: number): string {
  return style(word) + " ".repeat(Math.max(0, width - word.length));
}

function pathCell({ row, path }: Cells, room: number, look: Look): string {
  return columnsOf(path) <= room || row.path === null ? path : fitPath(row.path, room, look);
}

function styleOf(row: Row, look: Look): Style {
  return paintOf(look)[row.tone];
}
