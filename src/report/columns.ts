/** A table of short cells, for sums. Rows of entries, with paths and reasons, are in rows.ts. */
import { type RenderContext, stylesOf, widthOf } from "./render-context.ts";
import { columnsOf, padEnd, padStart } from "./width.ts";

const GAP = "  ";

/** `right`: columns of numbers and sizes, from 0. Null where it is wider than the terminal. */
export function columnsTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number>,
  look: RenderContext,
): readonly string[] | null {
  const widths = headings.map((heading, at) =>
    Math.max(...[heading, ...rows.map((row) => row[at] ?? "")].map(columnsOf)),
  );
  if (widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) > widthOf(look)) return null;
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (right.has(at) ? padStart(cell, widths[at] ?? 0) : padEnd(cell, widths[at] ?? 0)))
      .join(GAP)
      .trimEnd();
  return [stylesOf(look).dim(line(headings)), ...rows.map(line)];
}
