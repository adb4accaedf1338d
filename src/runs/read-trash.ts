/** What is in the trash of every base, by the names there alone, with the workdirs that it is about. */
import type { GcError } from "../errors.ts";
import { runSync } from "../fs/cooperative.ts";
import type { BaseRef } from "../model/home.ts";
import { subjectOf } from "../model/inspection.ts";
import type { TrashItem } from "../model/trash.ts";
import { entryOf } from "../reclaim/trash.ts";
import { findTrash } from "../scan/trash-places.ts";
import { findState } from "../state/place.ts";
import { kindNamed } from "../stores/kind.ts";
import { agentOf } from "./agents.ts";
import { basesOf, isSkippable, type RunContext } from "./context.ts";
import type { SelectedItem } from "../model/history.ts";

/** A base that could be read. */
export interface TrashBase {
  readonly ref: BaseRef;
  readonly items: readonly SelectedItem[];
}

export interface TrashBases {
  readonly bases: readonly TrashBase[];
  /** Why others of several could not. */
  readonly errors: readonly GcError[];
}

/** Existing bases, and missing ones whose state is left. */
export async function readTrash(context: RunContext): Promise<TrashBases> {
  const bases: TrashBase[] = [];
  const errors: GcError[] = [];
  for (const { ref, exists, error } of await basesOf(context)) {
    if (error !== null) {
      errors.push(error);
      continue;
    }
    try {
      const state = findState(ref.path);
      if (!exists && state === null) continue;
      const items = runSync(findTrash(ref.path, state, agentOf(ref, context))).map((item) => ({ ref, item }));
      bases.push({ ref, items });
    } catch (failure) {
      if (!isSkippable(ref, failure, context)) throw failure;
      errors.push(failure);
    }
  }
  return { bases, errors };
}

/** The workdir that an item is about, as its files say; null where they do not, or are not whole. */
export function workdirOf(item: TrashItem, { kinds }: Pick<RunContext, "kinds">): string | null {
  const entry = item.complete && !item.marked ? entryOf(item) : null;
  if (entry === null) return null;
  // Neither its last use nor its claims matter here.
  const look = { freshAfter: 0, locks: false, claims: false, now: 0 };
  const inspection = kindNamed(kinds, entry.store)?.inspect(entry, look);
  return inspection === undefined ? null : (subjectOf(inspection.reading)?.value ?? null);
}
