/** Text of maps and lists in the style of YAML, a line for each key. Pure. */
import type { YAMLMap } from "yaml";
import type { Splice } from "./flow-text.ts";
import { rangeOf, Refusal } from "./node-range.ts";

/** Puts lines behind the line in which a value ends. */
export function linesAfter(text: string, end: number, lines: readonly string[], eol: string): Splice {
  const at = lineEndAfter(text, end);
  const isOpen = at === text.length && text !== "" && !/[\n\ufeff]$/.test(text);
  const put = isOpen ? `${eol}${lines.join(eol)}` : `${lines.join(eol)}${eol}`;
  return { at, end: at, text: put };
}

/** Lines from one that begins with the first offset up to the one in which the second is. */
export function withoutLines(text: string, begin: number, end: number): Splice {
  const from = lineBegin(text, begin);
  const to = lineEndAfter(text, end);
  // The last line had no line end before either.
  const isOpen = to === text.length && !text.endsWith("\n");
  const before = isOpen ? text.slice(0, from).replace(/\r?\n$/, "").length : from;
  return { at: before, end: to, text: "" };
}

/** The column of the dash of an item, as white space; the item has to stand on a line of its own. */
export function dashIndent(text: string, item: unknown): string {
  const [begin] = rangeOf(item);
  const before = text.slice(lineBegin(text, begin), begin);
  const indent = /^( *)- +$/.exec(before)?.[1];
  if (indent === undefined) throw new Refusal("the list is written in an unusual way");
  return indent;
}

/** The white space before the keys of a map of lines; null: it is not one. */
export function columnOf(text: string, map: YAMLMap): string | null {
  if (map.flow === true) return null;
  const [begin] = rangeOf(map.items[0]?.key);
  const indent = text.slice(lineBegin(text, begin), begin);
  if (!/^ *$/.test(indent)) throw new Refusal("it is written in an unusual way");
  return indent;
}

/** One step of indentation of a file. */
export function unitOf(text: string): string {
  return /^(?:\t+| +)(?=\S)/m.exec(text)?.[0].replace(/^\t+$/, "\t") ?? "  ";
}

/** Behind the byte order mark, in the first line. */
function lineBegin(text: string, offset: number): number {
  const begin = offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;
  return begin === 0 && text.startsWith("\ufeff") ? 1 : begin;
}

function lineEndAfter(text: string, end: number): number {
  if (end > 0 && text[end - 1] === "\n") return end;
  const next = text.indexOf("\n", end);
  return next === -1 ? text.length : next + 1;
}
