/**
 * The cheap checks of a base (which children are entries, and a handful of places of each), in batches: a store of
 * thousands would otherwise block a host's event loop, or use one processor while another is idle.
 */
import { runAll } from "../fs/worker-pool.ts";
import type { JobType } from "../fs/worker-messages.ts";
import type { Child } from "../fs/listing.ts";
import type { Entry } from "../model/entry.ts";
import type { Inspection } from "../model/inspection.ts";
import { type Discovery, type InspectOptions, type Kind, kindNamed } from "../stores/kind.ts";
import { KINDS } from "../agents/index.ts";

/** About a millisecond of work on a warm cache. */
const PORTION = 32;

/** 512 entries take about as long to inspect as two threads take to start. */
const MIN_ENTRIES = 512;

/** Whether the work is too much for a host's own thread. */
export function isLarge(all: readonly unknown[]): boolean {
  return all.length >= MIN_ENTRIES;
}

interface DiscoverTask {
  readonly store: string;
  readonly base: string;
  readonly children: readonly Child[];
}

interface InspectTask {
  readonly entries: readonly Entry[];
  readonly look: InspectOptions;
}

export const DISCOVER: JobType<DiscoverTask, Discovery> = discoverIn(KINDS);
export const INSPECT: JobType<InspectTask, readonly (Inspection | null)[]> = inspectIn(KINDS);

function discoverIn(stores: readonly Kind[]): JobType<DiscoverTask, Discovery> {
  return {
    name: "discover",
    *work({ store, base, children }) {
      yield;
      return kindNamed(stores, store)?.discoverSome?.(base, children) ?? { entries: [], claimed: [] };
    },
  };
}

function inspectIn(stores: readonly Kind[]): JobType<InspectTask, readonly (Inspection | null)[]> {
  return {
    name: "inspect",
    *work({ entries, look }) {
      const inspections: (Inspection | null)[] = [];
      for (const entry of entries) {
        inspections.push(kindNamed(stores, entry.store)?.inspect(entry, look) ?? null);
        yield;
      }
      return inspections;
    },
  };
}

/** Whether threads are wanted, and when to stop. */
export interface BatchOptions {
  /** The host uses this thread too, and there is much to inspect. */
  readonly sharesLoop: boolean;
  readonly signal: AbortSignal | undefined;
  /** The clock of the run (ms). */
  readonly now: number;
}

/** The entries that one store finds among the children of a base. */
export async function discoverAll(
  store: Kind,
  base: string,
  children: readonly Child[],
  { sharesLoop, signal, now }: BatchOptions,
): Promise<Discovery> {
  if (store.discoverSome === undefined) return store.discover(base, children, now);
  const known = KINDS.includes(store);
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

/** An inspection for each entry; null for entries of an unknown store. */
export async function inspectAll(
  entries: readonly Entry[],
  look: InspectOptions,
  stores: readonly Kind[],
  run: Omit<BatchOptions, "now"> & { readonly onDone: (done: number) => void },
): Promise<readonly (Inspection | null)[]> {
  const known = stores.every((store) => KINDS.includes(store));
  const tasks = inPortions(entries, PORTION).map((some): InspectTask => ({ entries: some, look }));
  let done = 0;
  const onProduct = (inspections: readonly unknown[]): void => run.onDone((done += inspections.length));
  const threads = known && run.sharesLoop;
  return (await inOrder(known ? INSPECT : inspectIn(stores), tasks, { signal: run.signal, threads, onProduct })).flat();
}

interface InOrder<Product> {
  readonly signal: AbortSignal | undefined;
  /** Threads know only the built-in stores. */
  readonly threads: boolean;
  readonly onProduct?: (product: Product) => void;
}

async function inOrder<Task, Product>(
  jobType: JobType<Task, Product>,
  tasks: readonly Task[],
  { signal, threads, onProduct }: InOrder<Product>,
): Promise<Product[]> {
  const products = new Map<number, Product>();
  await runAll(jobType, tasks, {
    signal,
    enough: threads ? 2 : Infinity,
    onProduct: (index, product) => {
      products.set(index, product);
      onProduct?.(product);
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
