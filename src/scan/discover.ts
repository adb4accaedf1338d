/** The children of a base, sorted out: entries of the stores, and what is foreign and never touched. */
import type { Entry } from "../model/entry.ts";
import { bytePath, portable, rawPath } from "../fs/door.ts";
import { type Child, children } from "../fs/listing.ts";
import { discoverAll, type Looking } from "./look.ts";
import { isHermesOwn, isOurs } from "../model/names.ts";
import type { StoreAdapter } from "../stores/adapter.ts";

export interface Discovered {
  readonly entries: readonly Entry[];
  /** Portable names. */
  readonly foreign: readonly string[];
}

/** Throws the errno where the base itself cannot be listed, and `interrupted`. */
export async function discover(base: string, stores: readonly StoreAdapter[], run: Looking): Promise<Discovered> {
  const listed = listedIn(base);
  const claimed = new Set<string>();
  const entries: Entry[] = [];
  for (const store of stores) {
    const left = listed.filter(({ name }) => !isHermesOwn(name) && !claimed.has(name));
    const found = await discoverAll(store, base, left, run);
    for (const name of found.claimed) claimed.add(name);
    entries.push(...found.entries);
  }
  const foreign = listed.filter((child) => !claimed.has(child.name)).map((child) => portable(rawPath(child.name)));
  return { entries, foreign };
}

/** The entries of a base at once, for whoever cannot wait and has nobody to keep waiting (completion). Throws the errno. */
export function entriesNow(base: string, stores: readonly StoreAdapter[]): readonly Entry[] {
  const open = listedIn(base).filter(({ name }) => !isHermesOwn(name));
  return stores.flatMap((store) => store.discover(base, open).entries);
}

function listedIn(base: string): readonly Child[] {
  return children(bytePath(base)).filter((child) => !isOurs(child.name));
}
