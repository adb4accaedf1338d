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

/** Portions from which on threads pay: 512 entries take as long to look at as two threads to start. */
const ENOUGH_PORTIONS = 16;

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
      return adapterOf(stores, store)?.discover(base, children) ?? { entries: [], claimed: [] };
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

/** What one store makes of the children of a base. */
export async function discoverAll(
  store: StoreAdapter,
  base: string,
  children: readonly Child[],
  signal: AbortSignal | undefined,
): Promise<Discovery> {
  const known = STORES.includes(store);
  const tasks = portions(children).map((some): DiscoverTask => ({ store: store.kind, base, children: some }));
  const found = await inOrder(known ? DISCOVER : discoverIn([store]), tasks, { signal, known });
  return { entries: found.flatMap(({ entries }) => entries), claimed: found.flatMap(({ claimed }) => claimed) };
}

/** An inspection for each entry; null where nobody knows its store here. */
export async function inspectAll(
  entries: readonly Entry[],
  look: Look,
  stores: readonly StoreAdapter[],
  run: { readonly signal: AbortSignal | undefined; readonly onDone: (done: number) => void },
): Promise<readonly (Inspection | null)[]> {
  const known = stores.every((store) => STORES.includes(store)) && stores.length === STORES.length;
  const tasks = portions(entries).map((some): InspectTask => ({ entries: some, look }));
  let done = 0;
  const tell = (inspections: readonly unknown[]): void => run.onDone((done += inspections.length));
  return (await inOrder(known ? INSPECT : inspectIn(stores), tasks, { signal: run.signal, known, tell })).flat();
}

interface InOrder<Product> {
  readonly signal: AbortSignal | undefined;
  /** Threads know only the stores that this program was built with. */
  readonly known: boolean;
  readonly tell?: (product: Product) => void;
}

async function inOrder<Task, Product>(
  craft: Craft<Task, Product>,
  tasks: readonly Task[],
  { signal, known, tell }: InOrder<Product>,
): Promise<Product[]> {
  const products = new Map<number, Product>();
  await doAll(craft, tasks, {
    signal,
    enough: known ? ENOUGH_PORTIONS : Infinity,
    onProduct: (index, product) => {
      products.set(index, product);
      tell?.(product);
    },
  });
  return [...products].toSorted(([a], [b]) => a - b).map(([, product]) => product);
}

function portions<T>(all: readonly T[]): T[][] {
  const cut: T[][] = [];
  for (let from = 0; from < all.length; from += PORTION) cut.push(all.slice(from, from + PORTION));
  return cut;
}
