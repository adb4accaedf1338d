/**
 * What finding an entry told of its repository: the first look at it follows at once. Another thread has a copy of the entry,
 * and looks anew.
 */
import type { Entry } from "../../model/entry.ts";
import type { InspectOptions } from "../kind.ts";
import type { WorktreeRepo } from "./layout.ts";

const found = new WeakMap<Entry, WorktreeRepo>();

export function keepFound(entry: Entry, repo: WorktreeRepo): void {
  found.set(entry, repo);
}

/** Undefined in any look but the first: then all is read again. */
export function takeFound(entry: Entry, { justListed }: InspectOptions): WorktreeRepo | undefined {
  const seen = justListed === true ? found.get(entry) : undefined;
  found.delete(entry);
  return seen;
}
