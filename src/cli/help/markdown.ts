/** The Markdown of help topics, parsed into blocks and styled words. Supports only what the topics use. Pure. */

export type TextStyle = "plain" | "code" | "strong";

/** Text in one style; a word such as `` `keep`, `` has two. */
export interface StyledText {
  readonly text: string;
  readonly style: TextStyle;
}

export type Word = readonly StyledText[];

export type MarkdownBlock =
  | { readonly kind: "heading"; readonly level: number; readonly words: readonly Word[] }
  | { readonly kind: "paragraph"; readonly words: readonly Word[] }
  /** `marker`: `-`, or `1.` of a numbered list. */
  | { readonly kind: "item"; readonly marker: string; readonly words: readonly Word[] }
  | { readonly kind: "code"; readonly lines: readonly string[] }
  | { readonly kind: "table"; readonly head: readonly Cell[]; readonly rows: readonly (readonly Cell[])[] };

export type Cell = readonly Word[];

/** A block of several lines that begins with this line. */
const BEGINS_BLOCK = /^(?:#{1,6} |```|<!--|\||(?:-|\d+\.) |$)/;

/** `ticks`: keep the backticks of code, for output without colours. */
export function parseMarkdown(text: string, ticks: boolean): readonly MarkdownBlock[] {
  const lines = text.split("\n");
  const blocks: MarkdownBlock[] = [];
  let at = 0;
  const takeWhile = (fits: (line: string) => boolean): readonly string[] => {
    const begin = at;
    while (at < lines.length && fits(lines[at] ?? "")) at += 1;
    return lines.slice(begin, at);
  };
  while (at < lines.length) {
    const line = lines[at] ?? "";
    at += 1;
    // HTML comments mark what a test compares.
    if (line === "" || line.startsWith("<!--")) continue;
    const heading = /^(#{1,6}) (.*)$/.exec(line);
    const item = /^(-|\d+\.) (.*)$/.exec(line);
    if (heading !== null) {
      blocks.push({ kind: "heading", level: heading[1]?.length ?? 1, words: wordsOf(heading[2] ?? "", ticks) });
    } else if (line.startsWith("```")) {
      blocks.push({ kind: "code", lines: takeWhile((each) => !each.startsWith("```")) });
      at += 1;
    } else if (line.startsWith("|")) {
      const [head = [], , ...rows] = [line, ...takeWhile((each) => each.startsWith("|"))].map((row) =>
        cellsOf(row, ticks),
      );
      blocks.push({ kind: "table", head, rows });
    } else {
      const rest = takeWhile((each) => !BEGINS_BLOCK.test(each)).map((each) => each.trim());
      const words = wordsOf([item?.[2] ?? line, ...rest].join(" "), ticks);
      blocks.push(item === null ? { kind: "paragraph", words } : { kind: "item", marker: item[1] ?? "-", words });
    }
  }
  return blocks;
}

/** A bar in a cell is written `\|`. */
function cellsOf(row: string, ticks: boolean): readonly Cell[] {
  const inner = row.trim().replace(/^\||\|$/g, "");
  return inner.split(/(?<!\\)\|/).map((cell) => wordsOf(cell.trim().replaceAll("\\|", "|"), ticks));
}

/**
 * Splits text into words: code in backticks, bold in two asterisks, a term in one, a link as its text and its address.
 */
function wordsOf(text: string, ticks: boolean): readonly Word[] {
  const words: StyledText[][] = [[]];
  for (const [whole, code, strong, plain = ""] of text.matchAll(/`([^`]*)`|\*\*([^*]+)\*\*|((?:[^`*]|\*(?!\*))+)/g)) {
    const style = code !== undefined ? "code" : strong !== undefined ? "strong" : "plain";
    const prose = plain.replaceAll(/\[([^\]]*)\]\(([^)]*)\)/g, "$1 ($2)").replaceAll(/\*(\w[^*]*)\*/g, "$1");
    const shown = code === undefined ? (strong ?? prose) : ticks ? whole : code;
    for (const [n, part] of shown.split(" ").entries()) {
      if (n > 0) words.push([]);
      if (part !== "") words.at(-1)?.push({ text: part, style });
    }
  }
  return words.filter((word) => word.length > 0);
}
