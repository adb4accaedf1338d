/**
 * The cheap looks at a base (which children are entries, and a handful of places of each), handed out in portions: a
 * store of thousands would otherwise hold a host's event loop, or one processor while another is idle.
 */
import { doAll } from "../fs/crew.ts";
import type { Craft } from "../fs/crew-protocol.ts";
import type { Child } from "../fs/listing.ts";
import type { Entry } from "../model/entry.ts";
import type { Inspection } from "../model/inspection.ts";
import type { Discovery, Look, StoreAdapter } from "../stores/adapter.ts";
import { adapterOf, STORES } from "../stores/index.ts";

/** About a millisecond of looking on a warm cache. */
const PORTION = 32;

/** 512 entries take about as long to look at as two threads to start. */
const ENOUGH = 512;

/** Whether a host has so much to look at that its own thread is not to do it. */
export function isLarge(all: readonly unknown[]): boolean {
  return all.length >= ENOUGH;
}

interface DiscoverTask {
  readonly store: string;
  readonly base: string;
  readonly children: readonly Child[];
}

interface InspectTask {
  readonly entries: readonly Entry[];
  readonly look: Look;
}

export const DISCOVER: Craft<DiscoverTask, Discovery> = discoverIn(STORES);
export const INSPECT: Craft<InspectTask, readonly (Inspection | null)[]> = inspectIn(STORES);

function discoverIn(stores: readonly StoreAdapter[]): Craft<DiscoverTask, Discovery> {
  return {
    name: "discover",
    *work({ store, base, children }) {
      yield;
      return adapterOf(stores, store)?.discoverSome?.(base, children) ?? { entries: [], claimed: [] };
    },
  };
}

function inspectIn(stores: readonly StoreAdapter[]): Craft<InspectTask, readonly (Inspection | null)[]> {
  return {
    name: "inspect",
    *work({ entries, look }) {
      const inspections: (Inspection | null)[] = [];
      for (const entry of entries) {
        inspections.push(adapterOf(stores, entry.store)?.inspect(entry, look) ?? null);
        yield;
      }
      return inspections;
    },
  };
}

/** For whom is looked: whether threads are wanted, and when to stop. */
export interface Looking {
  /** Somebody else works on this thread too, and there is much to look at. */
  readonly sharesLoop: boolean;
  readonly signal: AbortSignal | undefined;
  /** The clock of the run (ms). */
  readonly now: number;
}

/** What one store makes of the children of a base. */
export async function discoverAll(
  store: StoreAdapter,
  base: string,
  children: readonly Child[],
  { sharesLoop, signal, now }: Looking,
): Promise<Discovery> {
  if (store.discoverSome === undefined) return store.discover(base, children, now);
  const known = STORES.includes(store);
  const tasks = inPortions(children, PORTION).map((some): DiscoverTask => ({
    store: store.kind,
    base,
    children: some,
  }));
  const found = await inOrder(known ? DISCOVER : discoverIn([store]), tasks, {
    signal,
    threads: known && sharesLoop && isLarge(children),
  });
  return { entries: found.flatMap(({ entries }) => entries), claimed: found.flatMap(({ claimed }) => claimed) };
}

/** An inspection for each entry; null where nobody knows its store here. */
export async function inspectAll(
  entries: readonly Entry[],
  look: Look,
  stores: readonly StoreAdapter[],
  run: Omit<Looking, "now"> & { readonly onDone: (done: number) => void },
): Promise<readonly (Inspection | null)[]> {
  const known = stores.every((store) => STORES.includes(store)) && stores.length === STORES.length;
  const tasks = inPortions(entries, PORTION).map((some): InspectTask => ({ entries: some, look }));
  let done = 0;
  const tell = (inspections: readonly unknown[]): void => run.onDone((done += inspections.length));
  const threads = known && run.sharesLoop;
  return (await inOrder(known ? INSPECT : inspectIn(stores), tasks, { signal: run.signal, threads, tell })).flat();
}

interface InOrder<Product> {
  readonly signal: AbortSignal | undefined;
  /** Threads know only the stores that this program was built with. */
  readonly threads: boolean;
  readonly tell?: (product: Product) => void;
}

async function inOrder<Task, Product>(
  craft: Craft<Task, Product>,
  tasks: readonly Task[],
  { signal, threads, tell }: InOrder<Product>,
): Promise<Product[]> {
  const products = new Map<number, Product>();
  await doAll(craft, tasks, {
    signal,
    enough: threads ? 2 : Infinity,
    onProduct: (index, product) => {
      products.set(index, product);
      tell?.(product);
    },
  });
  return [...products].toSorted(([a], [b]) => a - b).map(([, product]) => product);
}

/** Cuts a list into pieces of `size` and a rest. */
export function inPortions<T>(all: readonly T[], size: number): T[][] {
  const cut: T[][] = [];
  for (let from = 0; from < all.length; from += size) cut.push(all.slice(from, from + size));
  return cut;
}
