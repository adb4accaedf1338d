/**
 * Takes records out of a document and puts one back. Only white space and one comma for each record change beside them. What
 * separates the records stays where the next writer expects it: the space before the closing bracket belongs to the list.
 */
import type { JsonDocument, RecordList } from "./document.ts";
import type { Item } from "./scan.ts";

/** A record outside of its document, as text: that is UTF-8, so the bytes are the same. */
export interface SavedRecord {
  readonly list: RecordList;
  readonly key: string;
  readonly text: string;
  /** White space before it, and between it and the comma after it; null where it was the last. */
  readonly lead: string;
  readonly trail: string | null;
  /** White space before the closing bracket. */
  readonly closing: string;
  /** The names of its neighbours, nearest first. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Records that are removed together lie beside each other, and come back in any order. */
const NEIGHBOURS = 64;

/** What is needed to put records back, by their names; those that are not there are left out. */
export function saverOf(document: JsonDocument): (key: string) => SavedRecord | null {
  const names = [...document.records.keys()];
  const order = new Map(names.map((name, at) => [name, at]));
  return (key) => {
    const item = document.records.get(key);
    const at = order.get(key);
    if (item === undefined || at === undefined || document.container === null) return null;
    const text = (start: number, end: number): string => document.bytes.toString("utf8", start, end);
    const { items, close } = document.container;
    return {
      list: document.list,
      key,
      text: text(item.start, item.end),
      lead: text(item.cell, item.start),
      trail: item.next === close ? null : text(item.end, item.next),
      closing: text(items.at(-1)?.end ?? close, close),
      before: names.slice(Math.max(0, at - NEIGHBOURS), at).toReversed(),
      after: names.slice(at + 1, at + 1 + NEIGHBOURS),
    };
  };
}

/** The document without some records. */
export function withoutRecords({ bytes, container, records }: JsonDocument, keys: Iterable<string>): Buffer {
  const gone = new Set([...keys].map((key) => records.get(key)));
  if (container === null) return bytes;
  const { items, open, close } = container;
  const chunks = [bytes.subarray(0, open + 1)];
  const kept = items.filter((item) => !gone.has(item));
  const lastKept = kept.at(-1);
  for (const item of kept) chunks.push(bytes.subarray(item.cell, item === lastKept ? item.next : item.next + 1));
  if (lastKept?.next !== close) chunks.push(bytes.subarray(items.at(-1)?.end ?? close, close));
  chunks.push(bytes.subarray(close));
  return Buffer.concat(chunks);
}

/** The document with a record that it does not have; null where it has no such list any more. */
export function withRecord({ bytes, container, records }: JsonDocument, saved: SavedRecord): Buffer | null {
  if (container === null) return null;
  const { items, open, close } = container;
  const nearest = (names: readonly string[]): Item | undefined =>
    names.map((name) => records.get(name)).find((item) => item !== undefined);
  const own = `${saved.lead}${saved.text}`;
  const between = `${own}${saved.trail ?? ""},`;
  const before = nearest(saved.before);
  const after = before === undefined ? nearest(saved.after) : undefined;
  const last = items.at(-1);
  if (before !== undefined && before !== last) return inserted(bytes, before.next + 1, between);
  if (before === undefined && after === undefined && saved.before.length === 0 && last !== undefined)
    return inserted(bytes, open + 1, between);
  if (after !== undefined) return inserted(bytes, after.cell, between);
  if (last === undefined) return inserted(bytes, open + 1, own);
  // It becomes the last one: the space of the one before it stays with that.
  const space = bytes.toString("utf8", last.end, close);
  const kept = space.endsWith(saved.closing) ? space.length - saved.closing.length : 0;
  return inserted(bytes, last.end + kept, `,${own}${saved.trail ?? ""}`);
}

function inserted(bytes: Buffer, at: number, text: string): Buffer {
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(text), bytes.subarray(at)]);
}
