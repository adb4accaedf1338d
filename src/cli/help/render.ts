/** Renders a help topic as lines for a terminal or a pipe. Pure. */
import { createColors } from "picocolors";
import { type RenderContext, widthOf } from "../../report/render-context.ts";
import { columnsOf } from "../../report/width.ts";
import { type MarkdownBlock, type Cell, parseMarkdown, type StyledText, type Word } from "./markdown.ts";

/** Width on a pipe, as man(1) does. */
const PIPE_COLUMNS = 80;

/** Longer lines of prose are hard to read. */
const MAX_COLUMNS = 100;

type Paint = (piece: StyledText) => string;

export function renderTopic(markdown: string, look: RenderContext): string {
  const width = look.columns === null ? PIPE_COLUMNS : Math.min(widthOf(look), MAX_COLUMNS);
  const colours = createColors(look.colour);
  const paint: Paint = ({ text, style }) => {
    if (style === "code") return colours.cyan(text);
    return style === "strong" ? colours.bold(text) : text;
  };
  const lines: string[] = [];
  let before: MarkdownBlock | null = null;
  for (const block of parseMarkdown(markdown, !look.colour)) {
    // Items of a list follow each other without an empty line, other blocks are separated by one.
    if (before !== null && !(before.kind === "item" && block.kind === "item")) lines.push("");
    lines.push(...linesOf(block, width, paint, colours.bold));
    before = block;
  }
  return `${lines.join("\n")}\n`;
}

function linesOf(block: MarkdownBlock, width: number, paint: Paint, bold: (text: string) => string): readonly string[] {
  switch (block.kind) {
    case "heading":
      return fill(block.words, width, ({ text }) => bold(text));
    case "paragraph":
      return fill(block.words, width, paint);
    case "item": {
      const indent = " ".repeat(block.marker.length + 3);
      const [first = "", ...rest] = fill(block.words, width - indent.length, paint);
      return [`  ${block.marker} ${first}`, ...rest.map((line) => indent + line)];
    }
    case "code":
      return codeLines(block.lines, width);
    case "table":
      return aligned(block.head, block.rows, { width, paint, bold }) ?? stacked(block.head, block.rows, width, paint);
  }
}

/** A command, and what is said of it behind it. */
const WITH_COMMENT = /^(\S.*?) +# (.+)$/;

/** Verbatim, so that it can be copied; where a comment has no room behind its command, all of the block are below theirs. */
function codeLines(lines: readonly string[], width: number): readonly string[] {
  const isWide = lines.some((line) => WITH_COMMENT.test(line) && columnsOf(line) + INDENT.length > width);
  return lines.flatMap((line) => {
    const [, command, comment] = (isWide ? WITH_COMMENT.exec(line) : null) ?? [];
    if (command === undefined || comment === undefined) return line === "" ? "" : `${INDENT}${line}`;
    const words = comment.split(" ").map((text): Word => [{ text, style: "plain" }]);
    const below = fill(words, width - COMMENT.length, ({ text }) => text);
    return [`${INDENT}${command}`, ...below.map((part) => COMMENT + part)];
  });
}

const INDENT = "  ";
const COMMENT = "      # ";

/** Words wrapped into lines; a word that is too long gets a line of its own. */
function fill(words: readonly Word[], width: number, paint: Paint): readonly string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of words) {
    const columns = columnsIn([word]);
    const painted = word.map(paint).join("");
    if (line !== "" && used + 1 + columns > width) {
      lines.push(line);
      line = "";
    }
    used = line === "" ? columns : used + 1 + columns;
    line = line === "" ? painted : `${line} ${painted}`;
  }
  return line === "" ? lines : [...lines, line];
}

function columnsIn(words: readonly Word[]): number {
  return columnsOf(words.map((word) => word.map(({ text }) => text).join("")).join(" "));
}

interface Page {
  readonly width: number;
  readonly paint: Paint;
  readonly bold: (text: string) => string;
}

/** A row as one line; null where it does not fit. */
function aligned(head: readonly Cell[], rows: readonly (readonly Cell[])[], page: Page): readonly string[] | null {
  const widths = head.map((cell, column) =>
    Math.max(...[cell, ...rows.map((row) => row[column] ?? [])].map(columnsIn)),
  );
  if (widths.reduce((sum, each) => sum + each + 2, 0) > page.width) return null;
  const row = (cells: readonly Cell[], paint: Paint): string =>
    cells
      .map((cell, n) => {
        const text = cell.map((word) => word.map(paint).join("")).join(" ");
        return n === cells.length - 1 ? text : text + " ".repeat((widths[n] ?? 0) - columnsIn(cell));
      })
      .join("  ")
      .trimEnd();
  const titles = head.some((cell) => cell.length > 0) ? [row(head, ({ text }) => page.bold(text))] : [];
  return [...titles, ...rows.map((cells) => row(cells, page.paint))];
}

/** The first cell on a line of its own, the others below it, each with its column's name. */
function stacked(
  head: readonly Cell[],
  rows: readonly (readonly Cell[])[],
  width: number,
  paint: Paint,
): readonly string[] {
  return rows.flatMap((row, n) => {
    const [first = [], ...others] = row;
    const below = others.flatMap((cell, column) => {
      if (cell.length === 0) return [];
      // With two columns the name is left out: there is only one cell below.
      const title = others.length === 1 ? [] : titleOf(head[column + 1] ?? []);
      return fill([...title, ...cell], width - 4, paint).map((line) => `    ${line}`);
    });
    return [...(n === 0 ? [] : [""]), ...fill(first, width - 2, paint).map((line) => `  ${line}`), ...below];
  });
}

function titleOf(cell: Cell): Cell {
  return cell.map((word, at) => (at < cell.length - 1 ? word : [...word, { text: ":", style: "plain" }]));
}
