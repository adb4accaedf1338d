/**
 * Where the parts of a JSON text stand, in bytes. A document is edited as the bytes that it is, so that formatting, the order
 * of keys and numbers of any length survive. What is in a part is judged by JSON.parse alone, the same that agents use; this
 * finds where it ends. A JSON parser with positions has them in UTF-16 units, for which tens of megabytes would have to be
 * decoded and encoded again, and the usual ones call themselves for each level of nesting.
 */
import { runSync } from "../../fs/cooperative.ts";
import type { CooperativeTask } from "../../model/steps.ts";

/** A member of an object, or an element of an array. */
export interface Item {
  /** Null in an array. */
  readonly key: string | null;
  /** After the bracket or the comma before it. */
  readonly cell: number;
  /** Of its key, in an object. */
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
  /** The comma or the bracket after it. */
  readonly next: number;
}

/** An object or an array. */
export interface Container {
  readonly isArray: boolean;
  readonly open: number;
  readonly close: number;
  readonly items: readonly Item[];
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a] as const;
const [OBJECT, OBJECT_END, ARRAY, ARRAY_END] = [0x7b, 0x7d, 0x5b, 0x5d] as const;

/** Values are not looked into. Throws a SyntaxError. */
export function containerAt(bytes: Buffer, open: number): Container {
  return runSync(containerInSteps(bytes, open));
}

/** The same, an item a step. */
export function* containerInSteps(bytes: Buffer, open: number): CooperativeTask<Container> {
  const isArray = bytes[open] === ARRAY;
  if (!isArray && bytes[open] !== OBJECT) throw unexpected(open);
  const closer = isArray ? ARRAY_END : OBJECT_END;
  const items: Item[] = [];
  const empty = afterSpace(bytes, open + 1);
  if (bytes[empty] === closer) return { isArray, open, close: empty, items };
  for (let cell = open + 1; ;) {
    const item = itemAt(bytes, cell, isArray);
    items.push(item);
    if (bytes[item.next] === closer) return { isArray, open, close: item.next, items };
    if (bytes[item.next] !== COMMA) throw unexpected(item.next);
    cell = item.next + 1;
    yield;
  }
}

function itemAt(bytes: Buffer, cell: number, isArray: boolean): Item {
  const start = afterSpace(bytes, cell);
  let [key, valueStart]: [string | null, number] = [null, start];
  if (!isArray) {
    if (bytes[start] !== QUOTE) throw unexpected(start);
    const keyEnd = endOfString(bytes, start);
    const colon = afterSpace(bytes, keyEnd);
    if (bytes[colon] !== COLON) throw unexpected(colon);
    key = String(valueIn(bytes, start, keyEnd));
    valueStart = afterSpace(bytes, colon + 1);
  }
  const end = endOfValue(bytes, valueStart);
  return { key, cell, start, valueStart, end, next: afterSpace(bytes, end) };
}

/** What stands between two positions. Throws a SyntaxError. */
export function valueIn(bytes: Buffer, start: number, end: number): unknown {
  return JSON.parse(bytes.toString("utf8", start, end));
}

/** The first position that is not white space. */
export function afterSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at += 1;
  return at;
}

/** Brackets are counted, whichever they are: those that do not match are found by JSON.parse. */
function endOfValue(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length;) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === OBJECT || byte === ARRAY) [depth, at] = [depth + 1, at + 1];
    else if (byte === OBJECT_END || byte === ARRAY_END) [depth, at] = [depth - 1, at + 1];
    else if (depth === 0) return endOfWord(bytes, at);
    else at += 1;
    if (depth === 0) return at;
    if (depth < 0) break;
  }
  throw unexpected(start);
}

/** Of a number, or of `true`, `false` and `null`. */
function endOfWord(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && !isSpace(bytes[at]) && !isBetween(bytes[at])) at += 1;
  if (at === start) throw unexpected(at);
  return at;
}

function endOfString(bytes: Buffer, start: number): number {
  const near = Math.min(bytes.length, start + SHORT);
  let at = start + 1;
  for (; at < near; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at += 1;
  }
  // What is long is searched by the system, which is faster by far, and slower where the end is near.
  for (let end = bytes.indexOf(QUOTE, at); end >= 0; end = bytes.indexOf(QUOTE, end + 1)) {
    let first = end;
    while (first > at && bytes[first - 1] === BACKSLASH) first -= 1;
    if ((end - first) % 2 === 0) return end + 1;
  }
  throw unexpected(start);
}

/** Keys and most values are shorter (bytes). */
const SHORT = 48;

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isBetween(byte: number | undefined): boolean {
  return byte === COMMA || byte === COLON || byte === OBJECT_END || byte === ARRAY_END;
}

function unexpected(at: number): SyntaxError {
  return new SyntaxError(`unexpected text at byte ${at}`);
}
