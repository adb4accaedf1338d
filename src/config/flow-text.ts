/** Text of maps and lists in the style of JSON: `{a: 1, b: [2]}`, on one line or several. Pure. */
import { isPair, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import { rangeOf } from "./node-range.ts";

/** One place of a text that changes. */
export interface Splice {
  readonly at: number;
  readonly end: number;
  readonly text: string;
}

export interface FlowStyle {
  /** An empty map is opened to several lines, as programs write JSON. */
  readonly spread: boolean;
  readonly unit: string;
  readonly eol: string;
}

/** `member`: of a map its key, then the value. */
export interface Member {
  readonly key: string | null;
  readonly value: unknown;
}

export function appendFlow(text: string, node: YAMLMap | YAMLSeq, member: Member, style: FlowStyle): Splice {
  const [open, end] = rangeOf(node);
  const last = node.items.at(-1);
  if (last === undefined) {
    const inside = text.slice(open + 1, end - 1);
    const outer = indentAt(text, open);
    const inner = `${outer}${style.unit}`;
    if (!style.spread) return insert(open + 1, memberText(member, null, style));
    const closing = inside.includes("\n") ? "" : `${style.eol}${outer}`;
    return insert(open + 1, `${style.eol}${inner}${memberText(member, inner, style)}${closing}`);
  }
  const first = beginOf(node.items[0]);
  const isSpread = text.slice(open, first).includes("\n");
  if (!isSpread) return insert(endOf(last), `, ${memberText(member, null, style)}`);
  const indent = indentAt(text, first);
  return insert(endOf(last), `,${style.eol}${indent}${memberText(member, indent, style)}`);
}

/** Without the member at this index. */
export function removeFlow(text: string, node: YAMLMap | YAMLSeq, index: number): Splice {
  const [open, end] = rangeOf(node);
  const item = node.items[index];
  const before = node.items[index - 1];
  const after = node.items[index + 1];
  if (before !== undefined) return { at: endOf(before), end: endOf(item), text: "" };
  if (after !== undefined) return { at: beginOf(item), end: beginOf(after), text: "" };
  // What is left between the brackets may be the line end that came with it.
  const rest = text.slice(endOf(item), end - 1);
  return { at: open + 1, end: /^\s*$/.test(rest) && rest.includes("\n") ? end - 1 : endOf(item), text: "" };
}

export function insert(at: number, text: string): Splice {
  return { at, end: at, text };
}

export function spliced(text: string, { at, end, text: put }: Splice): string {
  return `${text.slice(0, at)}${put}${text.slice(end)}`;
}

/** `{"a": 1, "b": [2]}` on one line. */
export function compactText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(compactText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, each]) => `${JSON.stringify(key)}: ${compactText(each)}`)
    .join(", ")}}`;
}

/** The white space that the line of an offset begins with. */
function indentAt(text: string, offset: number): string {
  const begin = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(begin))?.[0] ?? "";
}

function memberText({ key, value }: Member, indent: string | null, { unit, eol }: FlowStyle): string {
  const shown =
    indent === null ? compactText(value) : JSON.stringify(value, null, unit).replaceAll("\n", `${eol}${indent}`);
  return key === null ? shown : `${JSON.stringify(key)}: ${shown}`;
}

function beginOf(item: unknown): number {
  return rangeOf(isPair(item) ? item.key : item)[0];
}

function endOf(item: unknown): number {
  return rangeOf(isPair(item) ? valueOrKey(item) : item)[1];
}

function valueOrKey({ key, value }: Pair): unknown {
  return value ?? key;
}
