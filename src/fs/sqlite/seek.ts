/** Finds single entries of an index over two columns, reading only the pages on the way. */
import type { CooperativeTask } from "../../model/steps.ts";
import { childrenOf, parsePage } from "./page.ts";
import type { Pages } from "./pages.ts";
import { createVisited } from "./payload.ts";
import { compareFields, compareRecords, type Field } from "./record.ts";
import { corrupt } from "./refusal.ts";
import { checkShape, entriesOf, type IndexShape } from "./walk.ts";

/** Bytes of pages that are kept: the upper ones and those last used. Neighbouring keys are often on the same. */
const KEPT_BYTES = 1 << 17;
const LEAST_KEPT = 4;

interface IndexPage {
  readonly leaf: boolean;
  readonly entries: readonly (readonly Field[])[];
  readonly children: readonly number[];
}

/** Finds the last entry with a first field; null where there is none. */
export type SeekLast = (first: Field) => CooperativeTask<readonly Field[] | null>;

/** For an index in the order of BINARY, ascending. Refuses, on the pages that are read, entries out of order. */
export function createSeek(pages: Pages, { root, columns }: IndexShape): SeekLast {
  const kept = new Map<number, IndexPage>();
  const keep = Math.max(LEAST_KEPT, KEPT_BYTES / pages.size);
  const [bytes, scratch] = [Buffer.alloc(pages.size), Buffer.alloc(pages.size)];

  const load = function* (number: number, depth: number): CooperativeTask<IndexPage> {
    // Many questions in a row may be answered without reading a page.
    yield;
    const before = kept.get(number);
    kept.delete(number);
    const page = before ?? (yield* read(number, depth));
    kept.set(number, page);
    const [oldest] = kept.keys();
    if (kept.size > keep && oldest !== undefined) kept.delete(oldest);
    return page;
  };
  const read = function* (number: number, depth: number): CooperativeTask<IndexPage> {
    pages.read(number, bytes);
    const page = parsePage(bytes, number, "index", pages.usable);
    checkShape(page, number, depth);
    const entries = yield* entriesOf(page, columns, pages, createVisited(pages), bytes, scratch);
    checkOrder(entries);
    return { leaf: page.leaf, entries, children: page.leaf ? [] : childrenOf(page) };
  };

  return function* (first) {
    const visited = createVisited(pages);
    // Everything below the current page is between these entries, of its ancestors.
    let low: readonly Field[] | null = null;
    let high: readonly Field[] | null = null;
    let number = root;
    for (let depth = 1; ; depth += 1) {
      visited.add(number);
      const page = yield* load(number, depth);
      checkBounds(page, low, high);
      const at = firstAfter(page, first);
      low = page.entries[at - 1] ?? low;
      high = page.entries[at] ?? high;
      const child = page.children[at];
      if (page.leaf || child === undefined) break;
      number = child;
    }
    const [field] = low ?? [];
    return field !== undefined && compareFields(field, first) === 0 ? low : null;
  };
}

/** The number of the first entry whose first field is greater, by halving. */
function firstAfter({ entries }: IndexPage, first: Field): number {
  let [from, to] = [0, entries.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const field = entries[middle]?.[0];
    if (field === undefined || compareFields(field, first) > 0) to = middle;
    else from = middle + 1;
  }
  return from;
}

function checkOrder(entries: readonly (readonly Field[])[]): void {
  for (const [at, entry] of entries.entries()) checkAscends(entry, entries[at + 1]);
}

function checkBounds({ entries }: IndexPage, low: readonly Field[] | null, high: readonly Field[] | null): void {
  if (low !== null) checkAscends(low, entries[0]);
  const last = entries.at(-1);
  if (high !== null && last !== undefined) checkAscends(last, high);
}

function checkAscends(entry: readonly Field[], next: readonly Field[] | undefined): void {
  if (next !== undefined && compareRecords(entry, next) >= 0) corrupt("the entries of an index are out of order");
}
