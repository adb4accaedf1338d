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
      checkOrder(page, low, high);
      const after = page.entries.findIndex(([field]) => field !== undefined && compareFields(field, first) > 0);
      const at = after === -1 ? page.entries.length : after;
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

function checkOrder({ entries }: IndexPage, low: readonly Field[] | null, high: readonly Field[] | null): void {
  let last = low;
  for (const entry of high === null ? entries : [...entries, high]) {
    if (last !== null && compareRecords(last, entry) >= 0) corrupt("the entries of an index are out of order");
    last = entry;
  }
}
