/** Whether another program is at work in an entry, by what it has open there: it need not take a lock for that. */
import { useWithin } from "../fs/open-files.ts";
import type { Entry } from "../model/entry.ts";
import type { InUse } from "../model/inspection.ts";
import { type Kind, kindNamed } from "../stores/kind.ts";

/** Asked of kinds that a program works in, as their locks tell; null: nothing is known. */
export function openEntry({ store, members }: Entry, stores: readonly Kind[]): InUse | null {
  if ((kindNamed(stores, store)?.lockNames ?? null) === null) return null;
  for (const { path, as } of members) {
    const use = as === undefined ? useWithin(path) : null;
    if (use !== null) return { code: "active", by: use.path, sentence: SENTENCES[use.kind] };
  }
  return null;
}

const SENTENCES = {
  "open": "another program has a file in it open",
  "working-directory": "another program is running in its directory",
} as const;
