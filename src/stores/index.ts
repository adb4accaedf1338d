/** The kinds of stores that exist. Order matters only where two would want the same name: the first one has it. */
import type { StoreAdapter } from "./adapter.ts";
import { hermesShadow } from "./hermes-shadow/index.ts";

export const STORES: readonly StoreAdapter[] = [hermesShadow];

export function adapterOf(stores: readonly StoreAdapter[], kind: string): StoreAdapter | null {
  return stores.find((store) => store.kind === kind) ?? null;
}
