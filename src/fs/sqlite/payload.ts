/**
 * The payload of a cell: the beginning is in the page, the rest in a chain of overflow pages, of which no more is read
 * than is asked for.
 */
import type { CooperativeTask } from "../../model/steps.ts";
import type { Cell } from "./page.ts";
import type { Pages } from "./pages.ts";
import { corrupt, refuse } from "./refusal.ts";

/** A value that is asked for is an id, a time, a title. More than this is not plausible, and is not taken into memory. */
const MAX_TAKEN = 1 << 20;

/** Pages that one walk has been at: none belongs to two places of a tree. */
export interface Visited {
  /** Refuses a page that was visited before. */
  readonly add: (page: number) => void;
}

/** Numbers in one piece of a set of pages, as bits. */
const PIECE = 1 << 15;

export function createVisited({ count }: Pages): Visited {
  const pieces = new Map<number, Uint8Array>();
  return {
    add(page) {
      if (page < 1 || page > count) corrupt(`a page number is out of range: ${page} of ${count}`);
      const number = Math.floor(page / PIECE);
      const piece = pieces.get(number) ?? new Uint8Array(PIECE / 8);
      pieces.set(number, piece);
      const [at, bit] = [(page % PIECE) >> 3, 1 << (page & 7)];
      const before = piece[at] ?? 0;
      if ((before & bit) !== 0) corrupt(`two places refer to page ${page}`);
      piece[at] = before | bit;
    },
  };
}

export interface Payload {
  readonly length: number;
  /**
   * The bytes of a part. Parts are taken from front to back. The memory is that of the page where the part is in it, so
   * it is to be used before the next page is read.
   */
  readonly take: (from: number, to: number) => CooperativeTask<Buffer>;
}

/** `bytes`: the page of the cell. `scratch`: a buffer of a page's size for the chain. */
export function openPayload(pages: Pages, visited: Visited, bytes: Buffer, cell: Cell, scratch: Buffer): Payload {
  const local = bytes.subarray(cell.from, cell.to);
  const room = pages.usable - 4;
  if ((cell.length - local.length) / room > pages.count) corrupt("a payload is longer than the database");
  // The part of the payload that `scratch` has, and the page after it.
  const chain = { start: local.length, end: local.length, next: cell.overflow };
  const readNext = (): void => {
    visited.add(chain.next);
    pages.read(chain.next, scratch);
    chain.next = scratch.readUInt32BE(0);
    chain.start = chain.end;
    chain.end = Math.min(chain.start + room, cell.length);
    const last = chain.end === cell.length;
    if (chain.next === 0 && !last) corrupt("the overflow pages of a payload end too early");
    if (chain.next !== 0 && last) corrupt("the overflow pages of a payload continue after its end");
  };
  return {
    length: cell.length,
    *take(from, to) {
      if (to > cell.length) corrupt("a value runs over the end of its record");
      if (to <= local.length) return local.subarray(from, to);
      if (to - from > MAX_TAKEN)
        refuse("unsupported", `a value has ${to - from} bytes, more than any of its kind should`);
      const taken = Buffer.alloc(to - from);
      let at = from;
      if (at < local.length) at += local.copy(taken, 0, from);
      while (at < to) {
        if (chain.end <= at) {
          readNext();
          yield;
        } else {
          const end = Math.min(chain.end, to);
          scratch.copy(taken, at - from, 4 + at - chain.start, 4 + end - chain.start);
          at = end;
        }
      }
      return taken;
    },
  };
}
