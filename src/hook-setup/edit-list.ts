/**
 * Puts an entry into a list of a file of settings, or takes it out, by changing the text at one place. What came of it is read
 * again and compared: where anything else would have changed (an anchor that is used elsewhere, say), the edit is refused.
 */
import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, isSeq, type Pair } from "yaml";
import { columnOf, dashIndent, linesAfter, unitOf, withoutLines } from "../config/block-text.ts";
import {
  appendFlow,
  compactText,
  type FlowStyle,
  insert,
  removeFlow,
  type Splice,
  spliced,
} from "../config/flow-text.ts";
import { rangeOf, Refusal } from "../config/node-range.ts";
import { isTagged, itemLines, keyLine } from "./block-text.ts";
import { type ListDocument, type ListPlace, mapAt, openList } from "./list-document.ts";

export type Entry = Readonly<Record<string, unknown>>;

/** The text with the entry at the end of the list. Throws a Refusal. */
export function withEntry(text: string, place: ListPlace, entry: Entry): string {
  // An empty file of JSON is no JSON.
  const begun = place.format === "json" && text.trim() === "" ? "{}\n" : text;
  const before = openList(begun, place);
  return checked(before, spliced(begun, addition(before, entry)), [...before.entries, entry]);
}

/** The text without the entry at this index of the list. Throws a Refusal. */
export function withoutEntry(text: string, place: ListPlace, index: number): string {
  const before = openList(text, place);
  const left = before.entries.filter((_, at) => at !== index);
  return checked(before, spliced(text, removal(before, index)), left);
}

function addition(document: ListDocument, entry: Entry): Splice {
  const { text, place, top, map, list, listPair, mapPair } = document;
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const style: FlowStyle = { spread: place.format === "json", unit: unitOf(text), eol };
  if (list !== null) {
    if (isFlow(list)) return appendFlow(text, list, { key: null, value: entry }, style);
    const last = list.items.at(-1);
    return linesAfter(text, rangeOf(last)[1], itemLines(entry, dashIndent(text, last)), eol);
  }
  const ofList = { key: place.list, value: [entry] };
  if (map !== null) {
    const below = (inner: string): readonly string[] => itemLines(entry, inner);
    if (listPair !== null) return emptyValue(text, listPair, columnOf(text, map), [entry], below, eol);
    if (isFlow(map)) return appendFlow(text, map, ofList, style);
    return linesAfter(text, rangeOf(map)[1], listLines(place, entry, columnOf(text, map) ?? ""), eol);
  }
  const ofMap = { [place.list]: [entry] };
  if (top !== null) {
    const indent = columnOf(text, top);
    const below = (inner: string): readonly string[] => listLines(place, entry, inner);
    if (mapPair !== null) return emptyValue(text, mapPair, indent, ofMap, below, eol);
    if (isFlow(top)) return appendFlow(text, top, { key: place.map, value: ofMap }, style);
    return linesAfter(text, rangeOf(top)[1], mapLines(place, entry, indent ?? ""), eol);
  }
  return linesAfter(text, text.length, mapLines(place, entry, ""), eol);
}

/** A key without a value: lines below it, or the value in place of a `null` that was written. */
function emptyValue(
  text: string,
  { key, value }: Pair,
  indent: string | null,
  flow: unknown,
  below: (inner: string) => readonly string[],
  eol: string,
): Splice {
  if (isScalar(value) && (value.source ?? "") !== "") {
    const [at, end] = rangeOf(value);
    return { at, end, text: compactText(flow) };
  }
  const [, end] = rangeOf(key);
  if (indent === null) return insert(text.indexOf(":", end) + 1, ` ${compactText(flow)}`);
  return linesAfter(text, end, below(`${indent}  `), eol);
}

function listLines({ list }: ListPlace, entry: Entry, indent: string): readonly string[] {
  return [keyLine(list, indent), ...itemLines(entry, `${indent}  `)];
}

function mapLines(place: ListPlace, entry: Entry, indent: string): readonly string[] {
  return [keyLine(place.map, indent), ...listLines(place, entry, `${indent}  `)];
}

function removal(document: ListDocument, index: number): Splice {
  const { text, top, map, list, listPair, mapPair } = document;
  if (top === null || map === null || list === null || listPair === null || mapPair === null) {
    throw new Refusal("the entry is not there any more");
  }
  const isLast = list.items.length === 1;
  if (!isFlow(list)) {
    const item = list.items[index];
    dashIndent(text, item);
    const [begin, end] = rangeOf(item);
    if (!isLast || !isTagged(text, listPair)) return withoutLines(text, begin, end);
    const goes = map.items.length === 1 && isTagged(text, mapPair) ? mapPair : listPair;
    return withoutLines(text, rangeOf(goes.key)[0], end);
  }
  if (!isLast || !isFlow(map)) return removeFlow(text, list, index);
  const isSole = map.items.length === 1;
  // An empty map of hooks came with the entry more likely than not, and means the same as none.
  if (isSole && isFlow(top)) return removeFlow(text, top, top.items.indexOf(mapPair));
  return removeFlow(text, map, map.items.indexOf(listPair));
}

function isFlow(node: unknown): boolean {
  return (isMap(node) || isSeq(node)) && node.flow === true;
}

function checked(before: ListDocument, text: string, entries: readonly unknown[]): string {
  const { place } = before;
  const after = openList(text, place);
  const others = (document: ListDocument): readonly unknown[] => [
    [...document.value].filter(([key]) => key !== place.map),
    [...(mapAt(document.value, place.map) ?? [])].filter(([key]) => key !== place.list),
  ];
  const isSame = isDeepStrictEqual(others(before), others(after)) && isDeepStrictEqual(after.entries, entries);
  if (!isSame) throw new Refusal("something else in it would change");
  return text;
}
