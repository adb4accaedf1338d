/** The children of a base, sorted out: entries of the stores, and what is foreign and never touched. */
import type { Entry } from "../model/entry.ts";
import { inSlices, turn } from "../fs/breathe.ts";
import { bytePath, portable, rawPath } from "../fs/door.ts";
import { type Child, children, childrenInSteps } from "../fs/listing.ts";
import { discoverAll, type Looking } from "./look.ts";
import { isHermesOwn, isOurs } from "../model/names.ts";
import type { StoreAdapter } from "../stores/adapter.ts";

export interface Discovered {
  readonly entries: readonly Entry[];
  /** Portable names. */
  readonly foreign: readonly string[];
}

/** What is Hermes' own by its name is shown to nobody but the kind that is about it. */
function isFor(store: StoreAdapter, name: string): boolean {
  return !isHermesOwn(name) || store.reserved?.(name) === true;
}

/** Throws the errno where the base itself cannot be listed, and `interrupted`. */
export async function discover(base: string, stores: readonly StoreAdapter[], run: Looking): Promise<Discovered> {
  const listed = (await inSlices(childrenInSteps(bytePath(base)), run.signal)).filter(isNotOurs);
  await turn();
  const claimed = new Set<string>();
  const entries: Entry[] = [];
  const strays: string[] = [];
  for (const store of stores) {
    const shown = listed.filter(({ name }) => isFor(store, name) && (store.inside === true || !claimed.has(name)));
    const found = await discoverAll(store, base, shown, run);
    for (const name of found.claimed) claimed.add(name);
    entries.push(...found.entries);
    strays.push(...(found.strays ?? []));
    await turn();
  }
  const others = listed.filter((child) => !claimed.has(child.name)).map(({ name }) => name);
  return { entries, foreign: [...others, ...strays].map((name) => portable(rawPath(name))) };
}

/**
 * The entries of a base at once, of those kinds that can tell, for whoever cannot wait and has nobody to keep waiting
 * (completion). Throws the errno.
 */
export function entriesNow(base: string, stores: readonly StoreAdapter[], now: number): readonly Entry[] {
  const listed = children(bytePath(base)).filter(isNotOurs);
  return stores.flatMap((store) => {
    if (store.inside === true) return [];
    const found = store.discover(
      base,
      listed.filter(({ name }) => isFor(store, name)),
      now,
    );
    return found instanceof Promise ? [] : found.entries;
  });
}

function isNotOurs({ name }: Child): boolean {
  return !isOurs(name);
}
