/**
 * Walks over a whole b-tree, in order. Each page is read once; of interior pages the numbers of the children are kept,
 * so a walk needs two buffers of a page's size, however large the tree is.
 *
 * Refused are a page that is visited twice, leaves at different depths, an empty page within a tree, and keys that do
 * not ascend or are outside of what the parent says.
 */
import type { CooperativeTask } from "../../model/steps.ts";
import { childrenOf, parsePage, type TreeKind, type TreePage } from "./page.ts";
import type { Pages } from "./pages.ts";
import { createVisited, openPayload, type Payload, type Visited } from "./payload.ts";
import { compareRecords, type Field, fieldsOf } from "./record.ts";
import { corrupt } from "./refusal.ts";

/** SQLite gives up there, too: with two children a page it would be more pages than a database can have. */
const MAX_DEPTH = 20;

/** A loop over cells yields after so many. */
const YIELD_EVERY = 64;

interface Walk {
  readonly pages: Pages;
  readonly kind: TreeKind;
  readonly visited: Visited;
  readonly bytes: Buffer;
  readonly scratch: Buffer;
  /** The depth of the first leaf; 0 before it. */
  leafDepth: number;
}

function createWalk(pages: Pages, kind: TreeKind): Walk {
  const [bytes, scratch] = [Buffer.alloc(pages.size), Buffer.alloc(pages.size)];
  return { pages, kind, visited: createVisited(pages), bytes, scratch, leafDepth: 0 };
}

/** Reads a page into the walk's buffer. */
function enter(walk: Walk, number: number, depth: number): TreePage {
  walk.visited.add(number);
  walk.pages.read(number, walk.bytes);
  const page = parsePage(walk.bytes, number, walk.kind, walk.pages.usable);
  checkShape(page, number, depth);
  if (page.leaf) {
    if (walk.leafDepth === 0) walk.leafDepth = depth;
    if (walk.leafDepth !== depth) corrupt(`page ${number} is at another depth than other leaves of its tree`);
  }
  return page;
}

/** `depth` is 1 for the root. */
export function checkShape(page: TreePage, number: number, depth: number): void {
  if (depth > MAX_DEPTH) corrupt(`a tree of pages is deeper than ${MAX_DEPTH}`);
  // An empty leaf is an empty tree. Page 1 has less room than its only child, so its cells may all have moved there.
  const mayBeEmpty = depth === 1 && (page.leaf || number === 1);
  if (page.cells.length === 0 && !mayBeEmpty) corrupt(`page ${number} is empty`);
}

/** Calls `visit` for each row of a table, in the order of rowids; the payload is valid until it returns. */
export function* walkTable(
  pages: Pages,
  root: number,
  visit: (rowid: number | bigint, payload: Payload) => CooperativeTask<void>,
): CooperativeTask<void> {
  const walk = createWalk(pages, "table");
  let least: number | bigint | null = null;
  const ascend = (rowid: number | bigint, strictly: boolean): void => {
    if (least !== null && (strictly ? rowid <= least : rowid < least)) corrupt("the rows of a table are out of order");
    least = rowid;
  };
  const below = function* (number: number, depth: number): CooperativeTask<void> {
    const page = enter(walk, number, depth);
    yield;
    if (page.leaf) {
      for (const [at, cell] of page.cells.entries()) {
        ascend(cell.rowid, true);
        yield* visit(cell.rowid, openPayload(pages, walk.visited, walk.bytes, cell, walk.scratch));
        if (at % YIELD_EVERY === YIELD_EVERY - 1) yield;
      }
      return;
    }
    for (const [at, child] of childrenOf(page).entries()) {
      yield* below(child, depth + 1);
      const cell = page.cells[at];
      // The key of a parent is the largest that its child may have; rows of the next child are greater.
      if (cell !== undefined) ascend(cell.rowid, false);
    }
  };
  yield* below(root, 1);
}

export interface IndexShape {
  /** The page of its root. */
  readonly root: number;
  /** How many columns it has. */
  readonly columns: number;
}

/**
 * Calls `visit` for each entry of an index. `ordered`: whether the order is that of BINARY, ascending, and therefore
 * checked.
 */
export function* walkIndex(
  pages: Pages,
  { root, columns, ordered }: IndexShape & { readonly ordered: boolean },
  visit: (entry: readonly Field[]) => void,
): CooperativeTask<void> {
  const walk = createWalk(pages, "index");
  let last: readonly Field[] | null = null;
  const next = (entry: readonly Field[] | undefined): void => {
    if (entry === undefined) return;
    if (ordered && last !== null && compareRecords(last, entry) >= 0)
      corrupt("the entries of an index are out of order");
    last = entry;
    visit(entry);
  };
  const below = function* (number: number, depth: number): CooperativeTask<void> {
    const page = enter(walk, number, depth);
    const entries = yield* entriesOf(page, columns, pages, walk.visited, walk.bytes, walk.scratch);
    if (page.leaf) {
      entries.forEach(next);
      return;
    }
    for (const [at, child] of childrenOf(page).entries()) {
      yield* below(child, depth + 1);
      next(entries[at]);
    }
  };
  yield* below(root, 1);
}

/** All entries of a page of an index, in memory other than that of `bytes`: the columns, and the rowid as the last field. */
export function* entriesOf(
  page: TreePage,
  columns: number,
  pages: Pages,
  visited: Visited,
  bytes: Buffer,
  scratch: Buffer,
): CooperativeTask<Field[][]> {
  yield;
  const entries: Field[][] = [];
  const own = Buffer.from(bytes);
  for (const [at, cell] of page.cells.entries()) {
    const payload = openPayload(pages, visited, own, cell, scratch);
    const entry = fieldsOf(yield* payload.take(0, payload.length));
    if (entry.length !== columns + 1 || entry.at(-1)?.kind !== "number")
      corrupt("an index has an entry of another shape");
    entries.push(entry);
    if (at % YIELD_EVERY === YIELD_EVERY - 1) yield;
  }
  return entries;
}
