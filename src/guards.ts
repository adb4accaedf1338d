/** Which lock of another program is held while members of an entry are moved: its kind of store says so. */
import type { Entry } from "./model/entry.ts";
import { guardedBy, type Guarding, unguarded } from "./reclaim/guard.ts";
import type { StoreAdapter } from "./stores/adapter.ts";
import { adapterOf } from "./stores/index.ts";

/** As long as a person at a terminal waits; a sweep that nobody watches comes again. */
export const GUARD_PATIENCE_MS = 10_000;

/** The lock that each kind of store wants held while its members are moved. `wait`: for all of a run together (ms). */
export function guardsOf(stores: readonly StoreAdapter[], wait: number): (entry: Entry) => Guarding {
  const patience = { left: wait };
  return (entry) => {
    const path = adapterOf(stores, entry.store)?.guard?.(entry) ?? null;
    return path === null ? unguarded : guardedBy(path, patience);
  };
}
