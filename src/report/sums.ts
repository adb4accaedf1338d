/** Counts and sizes of groups of rows. */
import type { PlannedEntry } from "../model/plan.ts";
import type { PlannedTrash } from "../model/trash.ts";

export interface Sum {
  readonly count: number;
  readonly bytes: number;
  /** How many were not measured; if any, `bytes` is a lower bound. */
  readonly unmeasured: number;
}

export function sumOf(entries: readonly PlannedEntry[]): Sum {
  return sumOfBytes(entries.map(({ judged }) => judged.bytes));
}

export function sumOfTrash(trash: readonly PlannedTrash[]): Sum {
  return sumOfBytes(trash.map(({ bytes }) => bytes));
}

export function sumOfBytes(sizes: readonly (number | null)[]): Sum {
  const known = sizes.filter((bytes) => bytes !== null);
  const bytes = known.reduce((sum, each) => sum + each, 0);
  return { count: sizes.length, bytes, unmeasured: sizes.length - known.length };
}

/** Sums of the entries by a key; those without one are left out. */
export function grouped<K>(entries: readonly PlannedEntry[], keyOf: (entry: PlannedEntry) => K | null): Map<K, Sum> {
  const groups = new Map<K, Sum>();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (key !== null) groups.set(key, addSums(groups.get(key), sumOf([entry])));
  }
  return groups;
}

export function addSums(a: Sum | undefined, b: Sum): Sum {
  return a === undefined
    ? b
    : {
        count: a.count + b.count,
        bytes: a.bytes + b.bytes,
        unmeasured: a.unmeasured + b.unmeasured,
      };
}
