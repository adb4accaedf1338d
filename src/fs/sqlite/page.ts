/** One page of a b-tree: https://sqlite.org/fileformat2.html#b_tree_pages */
import { HEADER_LENGTH } from "./header.ts";
import { corrupt } from "./refusal.ts";
import { lengthVarint, varint, type Cursor } from "./record.ts";

export type TreeKind = "table" | "index";

const TYPES = {
  table: { interior: 5, leaf: 13 },
  index: { interior: 2, leaf: 10 },
} as const;

/** A cell takes no less than this, so that it can become a free block. */
const MIN_CELL = 4;

export interface Cell {
  /** The page before this cell; 0 in a leaf. */
  readonly child: number;
  /** Tables: the key. 0 in an index. */
  readonly rowid: number | bigint;
  /** Bytes of the payload, and where in the page those of them are that fit. Nothing on an interior page of a table. */
  readonly length: number;
  readonly from: number;
  readonly to: number;
  /** The first page of the rest; 0 where all of it fits. */
  readonly overflow: number;
}

export interface TreePage {
  readonly leaf: boolean;
  readonly cells: readonly Cell[];
  /** Interior pages: the page after the last cell. */
  readonly right: number;
}

/** The children of an interior page, in order. */
export function childrenOf({ cells, right }: TreePage): number[] {
  return [...cells.map(({ child }) => child), right];
}

/**
 * Reads all cells of a page. Refuses what the format does not allow: a page of another kind, cells out of bounds or in
 * each other, and content bytes that are neither in a cell, nor free, nor counted as fragments, which is what SQLite's
 * integrity_check looks for.
 */
export function parsePage(bytes: Buffer, number: number, kind: TreeKind, usable: number): TreePage {
  const start = number === 1 ? HEADER_LENGTH : 0;
  const type = bytes.readUInt8(start);
  const leaf = type === TYPES[kind].leaf;
  if (!leaf && type !== TYPES[kind].interior) corrupt(`page ${number} is not a page of a b-tree of this kind`);
  const count = bytes.readUInt16BE(start + 3);
  const pointers = start + (leaf ? 8 : 12);
  const content = bytes.readUInt16BE(start + 5);
  const contentStart = content === 0 ? 65_536 : content;
  if (pointers + 2 * count > contentStart || contentStart > usable) corrupt(`page ${number} has no room for its cells`);
  const cells: Cell[] = [];
  const taken: Span[] = freeBlocks(bytes, number, bytes.readUInt16BE(start + 1), contentStart, usable);
  for (let at = pointers; at < pointers + 2 * count; at += 2) {
    const from = bytes.readUInt16BE(at);
    if (from < contentStart || from > usable - MIN_CELL) corrupt(`a cell of page ${number} is out of bounds`);
    const cursor = { at: from };
    cells.push(parseCell(bytes, cursor, kind, leaf, usable));
    taken.push({ from, to: Math.max(cursor.at, from + MIN_CELL) });
  }
  checkCoverage(number, taken, contentStart, usable, bytes.readUInt8(start + 7));
  return { leaf, cells, right: leaf ? 0 : bytes.readUInt32BE(start + 8) };
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** The chain of free blocks: each names the next, further on, and its own length. */
function freeBlocks(bytes: Buffer, number: number, first: number, contentStart: number, usable: number): Span[] {
  const blocks: Span[] = [];
  let least = contentStart;
  for (let at = first; at !== 0;) {
    if (at < least || at > usable - MIN_CELL) corrupt(`a free block of page ${number} is out of bounds`);
    const to = at + bytes.readUInt16BE(at + 2);
    blocks.push({ from: at, to });
    least = Math.max(to, at + MIN_CELL);
    at = bytes.readUInt16BE(at);
  }
  return blocks;
}

function checkCoverage(number: number, taken: readonly Span[], from: number, usable: number, fragments: number): void {
  let [end, gaps] = [from, 0];
  for (const span of taken.toSorted((a, b) => a.from - b.from)) {
    if (span.from < end) corrupt(`two cells of page ${number} overlap`);
    gaps += span.from - end;
    end = span.to;
  }
  if (end > usable) corrupt(`a cell of page ${number} is out of bounds`);
  if (gaps + usable - end !== fragments) corrupt(`page ${number} has unused bytes that it does not count`);
}

function parseCell(bytes: Buffer, cursor: Cursor, kind: TreeKind, leaf: boolean, usable: number): Cell {
  let child = 0;
  if (!leaf) {
    child = bytes.readUInt32BE(cursor.at);
    cursor.at += 4;
  }
  if (kind === "table" && !leaf) {
    return { child, rowid: varint(bytes, cursor, usable), length: 0, from: cursor.at, to: cursor.at, overflow: 0 };
  }
  const length = lengthVarint(bytes, cursor, usable);
  const rowid = kind === "table" ? varint(bytes, cursor, usable) : 0;
  const from = cursor.at;
  const to = from + localLength(length, kind, usable);
  const whole = to - from === length;
  cursor.at = whole ? to : to + 4;
  if (cursor.at > usable) corrupt("a cell runs over the end of its page");
  return { child, rowid, length, from, to, overflow: whole ? 0 : bytes.readUInt32BE(to) };
}

/** How much of a payload is in the page itself, as the format computes it. */
function localLength(length: number, kind: TreeKind, usable: number): number {
  const most = kind === "table" ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (length <= most) return length;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const filled = least + ((length - least) % (usable - 4));
  return filled <= most ? filled : least;
}
