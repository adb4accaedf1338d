/** The kinds of stores that exist. Order matters only where two would want the same name: the first one has it. */
import type { StoreAdapter } from "./adapter.ts";
import { hermesArchive } from "./hermes-archive/index.ts";
import { hermesDebris } from "./hermes-debris/index.ts";
import { hermesShadow } from "./hermes-shadow/index.ts";
import { hermesStore } from "./hermes-store/index.ts";

export const STORES: readonly StoreAdapter[] = [hermesShadow, hermesStore, hermesArchive, hermesDebris];

export function adapterOf(stores: readonly StoreAdapter[], kind: string): StoreAdapter | null {
  return stores.find((store) => store.kind === kind) ?? null;
}
