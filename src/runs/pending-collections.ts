/** The collections that earlier runs left, and those that this one leaves: from sweep to sweep, until none is left. */
import type { Mode, PlannedBase } from "../model/plan.ts";
import { repositoriesWithDeletedRefs } from "../reclaim/collect.ts";
import { readUncollected, type Uncollected, writeUncollected } from "../state/uncollected.ts";
import type { CarriedOut } from "../sweep.ts";
import { type BaseHandle, recordNow } from "./open-base.ts";

const COST =
  "what is left to collect is not written down, so its space comes free when something else is removed there";

export interface PendingCollections {
  /** Paths of the repositories that this run continues with. */
  readonly repositories: readonly string[];
  /** Records what is left now. */
  readonly settle: (done: CarriedOut) => void;
}

/**
 * Records repositories before the plan deletes refs in them, so that a run that is killed in the middle leaves a
 * record. Only sweeps continue what others left, since a user was shown another plan; and only for kinds that `stores`
 * names now.
 */
export function pendingCollections(
  opened: BaseHandle,
  { settings, entries }: PlannedBase,
  mode: Mode,
): PendingCollections {
  const { state, ref } = opened;
  const before = state === null ? [] : readUncollected(state);
  if (state === null) return { repositories: [], settle: () => undefined };
  const pathOf = ({ place }: Uncollected): string => `${ref.path}/${place}`;
  const planned = entries.flatMap(({ judged: { entry }, ruling }): Uncollected[] => {
    const repositories = ruling.action === "remove" ? repositoriesWithDeletedRefs([entry]) : [];
    return repositories.map((path) => ({ store: entry.store, place: path.slice(ref.path.length + 1) }));
  });
  const all = unique([...before, ...planned]);
  recordNow(opened, COST, () => writeUncollected(state, before, all));
  const isWanted = ({ store }: Uncollected): boolean => settings.collect.includes(store);
  return {
    repositories: mode === "automatic" ? before.filter(isWanted).map(pathOf) : [],
    settle: ({ collected }) => {
      const looked = new Map(collected.map(({ repository, left }) => [repository, left]));
      // Repositories that this run did not process stay recorded; trying one that no longer exists does no harm.
      const known = new Set(before.map(keyOf));
      const isLeft = (one: Uncollected): boolean => looked.get(pathOf(one)) ?? known.has(keyOf(one));
      recordNow(opened, COST, () => writeUncollected(state, all, all.filter(isLeft)));
    },
  };
}

function unique(rows: readonly Uncollected[]): readonly Uncollected[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}

function keyOf({ store, place }: Uncollected): string {
  return `${store} ${place}`;
}
