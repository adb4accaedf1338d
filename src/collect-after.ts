/**
 * The collection of objects after a removal: in the repositories that lost a ref, and in those where earlier runs left
 * something. What else needs objects there is known to different stages, and is put together here.
 */
import { runCooperatively } from "./fs/cooperative.ts";
import type { JudgeContext } from "./judge.ts";
import type { PlannedEntry, Uncollectable } from "./model/plan.ts";
import type { CollectResult, EntryResult } from "./model/result.ts";
import { collectIn, repositoriesWithDeletedRefs } from "./reclaim/collect.ts";
import { valuesOnlyRecorded } from "./reclaim/methods/ref-record.ts";
import type { Borrowing } from "./scan/borrowing.ts";
import { borrowerOf } from "./scan/lent.ts";
import { findTrash } from "./scan/trash-places.ts";

export interface CollectContext {
  readonly context: JudgeContext;
  /** The state directory; null: there is none. */
  readonly state: string | null;
  /** Repositories in which earlier runs left something to collect. */
  readonly uncollected: readonly string[];
  /** All repos that borrow objects from elsewhere, as they are now. */
  readonly borrowers: () => Promise<readonly Borrowing[]>;
}

/** Where the removals of a plan will leave what they no longer need, since others borrow it, or may. */
export function uncollectableAfter(
  rows: readonly PlannedEntry[],
  borrowers: () => readonly Omit<Borrowing, "home">[],
): readonly Uncollectable[] {
  const removals = rows.filter(({ ruling }) => ruling.action === "remove");
  const repositories = repositoriesWithDeletedRefs(removals.map(({ judged }) => judged.entry));
  if (repositories.length === 0) return [];
  const doomed = removals.filter(({ steps }) => steps.some(({ kind }) => kind === "destroy"));
  const destroyed = new Set(doomed.map(({ judged }) => judged.entry.members[0].path));
  const staying = borrowers().filter(({ path }) => !destroyed.has(path));
  return repositories.flatMap((path) => {
    const why = borrowerOf(path, staying);
    return why === null ? [] : { path, why };
  });
}

export async function collectAfter(
  entries: readonly EntryResult[],
  { context, state, uncollected, borrowers }: CollectContext,
): Promise<readonly CollectResult[]> {
  const { agent, base, now, signal, stores } = context;
  const gone = entries.filter(({ outcome }) => outcome === "removed" || outcome === "trashed");
  const repositories = repositoriesWithDeletedRefs(gone.map(({ planned }) => planned.judged.entry));
  return collectIn([...repositories, ...uncollected], now, signal, {
    lentTo: async (repository) => borrowerOf(repository, await borrowers()),
    recorded: async (repository) =>
      valuesOnlyRecorded(await runCooperatively(findTrash(base, state, agent)), repository),
    indexes: (repository) => stores.flatMap((store) => store.indexes?.(repository) ?? []),
  });
}
