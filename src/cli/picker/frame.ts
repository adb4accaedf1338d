/** The picker as lines of text for a terminal of some size. Pure. */
import { ago, number, size } from "../../report/format.ts";
import { stylesOf, widthOf, type RenderContext, type Style } from "../../report/render-context.ts";
import { columnsOf, fitPath, padEnd, padStart, wrap } from "../../report/width.ts";
import { bytesIn, chosenRows, cursorIndex, type PickerRow, type PickerState, visibleRows } from "./state.ts";

const GAP = "  ";
/** Title, a line of the filter, an empty line, two lines about the row, one of keys, and one that stays empty. */
const AROUND = 7;
const LEAST_ROWS = 3;
/** Below this the last use has no column, and below the second one the verdict has none. */
const WITH_AGE = 70;
const WITH_VERDICT = 52;
const REASON_LINES = 2;
const MORE = " ...";

export function pageSize(height: number): number {
  return Math.max(LEAST_ROWS, height - AROUND);
}

export function frameOf(state: PickerState, height: number, look: RenderContext): string {
  const { dim, bold, warning } = stylesOf(look);
  // The last column stays empty: some terminals wrap as soon as it is written.
  const width = Math.min(widthOf(look) - 1, 200);
  if (state.help) return helpLines(width, height, look).join("\n");
  const visible = visibleRows(state);
  const at = cursorIndex(state, visible);
  const page = pageSize(height);
  // The cursor stays in the middle, as far as there are rows on both sides.
  const first = Math.max(0, Math.min(at - Math.floor(page / 2), visible.length - page));
  const shown = visible.slice(first, first + page);
  const under = visible[at];
  return [
    ...wrap(title(state), width, look).slice(0, 1).map(bold),
    cut(filterLine(state, visible.length, at), width, look),
    ...shown.map((row) => rowLine(row, row === under, state, width, look)),
    "",
    ...reason(state, under, width, look).map(state.notice === null ? dim : warning),
    dim(cut(keysLine(state, width), width, look)),
  ].join("\n");
}

/** `3 of 14 chosen: 1.2 MB of 21.4 MB` */
function title(state: PickerState): string {
  const [of, picked] = [state.rows.filter(({ choosable }) => choosable !== "no"), chosenRows(state)];
  const sizes = `${size(bytesIn(picked))} of ${size(bytesIn(of))}`;
  const total = `${number(picked.length)} of ${number(of.length)} chosen: ${sizes}`;
  return state.scanning === null ? total : `${total}. ${state.scanning}`;
}

/** Which rows there are, and the place of the cursor among them. */
function filterLine({ filter, typing, rows, sort }: PickerState, visible: number, at: number): string {
  const place = visible === 0 ? "" : `${number(at + 1)}/${number(visible)}  `;
  if (typing || filter !== "") return `${place}/${filter}${typing ? "_" : ""}  (${visible} of ${rows.length})`;
  const first = { size: "largest", age: "used the longest time ago", name: "by directory" }[sort];
  return `${place}sorted by ${sort}: ${first}${sort === "name" ? "" : " first"}`;
}

function rowLine(row: PickerRow, isHere: boolean, { chosen }: PickerState, width: number, look: RenderContext): string {
  const { dim, bold, danger, plain } = stylesOf(look);
  const isChosen = chosen.has(row.key);
  const tone: Style = isChosen ? danger : row.choosable === "no" ? dim : plain;
  const style: Style = isHere ? (text) => bold(tone(text)) : tone;
  const box = row.choosable === "no" ? " - " : isChosen ? "[x]" : "[ ]";
  const cells = [
    `${isHere ? ">" : " "} ${box}`,
    padStart(row.bytes === null ? "?" : size(row.bytes), 8),
    ...(width >= WITH_AGE ? [padEnd(row.at === null ? "?" : ago(row.at, look), 14)] : []),
    ...(width >= WITH_VERDICT ? [padEnd(row.verdict, 12)] : []),
  ].join(GAP);
  return style(`${cells}${GAP}${fitPath(row.name, Math.max(8, width - columnsOf(cells) - GAP.length), look)}`);
}

/** Always as many lines, so that nothing below them moves. */
function reason(
  { notice, rows, scanning }: PickerState,
  row: PickerRow | undefined,
  width: number,
  look: RenderContext,
): readonly string[] {
  const none = rows.length > 0 ? "Nothing matches the filter." : scanning === null ? "Nothing is here." : "";
  const text = notice ?? (row === undefined ? none : `${row.id}: ${row.why}`);
  const lines = wrap(text, width - MORE.length, look);
  const shown = lines
    .slice(0, REASON_LINES)
    .map((line, at) => (lines.length > at + 1 && at + 1 === REASON_LINES ? line + MORE : line));
  return [...shown, ...Array.from({ length: REASON_LINES - shown.length }, () => "")];
}

function keysLine({ typing }: PickerState, width: number): string {
  if (typing) return "type to filter, Enter keeps the filter, Esc clears it";
  return KEY_LINES.find((line) => line.length <= width) ?? "? keys";
}

/** The longest that fits is shown. */
const KEY_LINES: readonly string[] = [
  "Up/Down move, Space choose, a all, / filter, s sort, Enter go on, q quit, ? keys",
  "Space choose, a all, / filter, s sort, Enter go on, q quit, ? keys",
  "Space choose, a all, / filter, Enter go on, q quit, ? keys",
  "Space choose, Enter go on, q quit, ? keys",
  "Space choose, Enter go on, ? keys",
];

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["Up Down k j", "move"],
  ["PgUp PgDn", "move by a page"],
  ["Home End g G", "to the first, to the last"],
  ["Space", "choose, or choose no longer"],
  ["a", "all that are shown, or none"],
  ["/", "filter by what you type"],
  ["s", "sort by size, age or name"],
  ["Enter", "go on with what is chosen"],
  ["q Esc", "quit, and remove nothing"],
];

function helpLines(width: number, height: number, look: RenderContext): readonly string[] {
  const { dim, bold } = stylesOf(look);
  const first = Math.max(...KEYS.map(([keys]) => keys.length));
  return [
    bold("Keys"),
    // Three lines: the title, how to leave, and the one that stays empty.
    ...KEYS.slice(0, height - 3).map(([keys, what]) => cut(`${padEnd(keys, first)}${GAP}${what}`, width, look)),
    dim("Any key: back to the list"),
  ];
}

function cut(text: string, width: number, look: RenderContext): string {
  return wrap(text, width, look)[0] ?? "";
}
