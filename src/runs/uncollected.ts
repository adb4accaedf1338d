/** What earlier runs left to collect, and what this one leaves: from sweep to sweep, until nothing is left. */
import type { Mode, PlannedBase } from "../model/plan.ts";
import { robbedBy } from "../reclaim/collect.ts";
import { readUncollected, type Uncollected, writeUncollected } from "../state/uncollected.ts";
import type { CarriedOut } from "../sweep.ts";
import { type Opened, withoutRoom } from "./writing.ts";

export interface Arrears {
  /** Paths of repositories that this run goes on with. */
  readonly repositories: readonly string[];
  /** Writes down what is left now. */
  readonly settle: (done: CarriedOut) => void;
}

/**
 * Remembers at once what the plan is about to take refs from: one that is killed in the middle has left something. Only
 * sweeps go on with what others left, since a person was shown another plan; and only with kinds that `stores` names now.
 */
export function arrearsOf({ state, ref }: Opened, { settings, entries }: PlannedBase, mode: Mode): Arrears {
  const before = state === null ? [] : readUncollected(state);
  // It is there and cannot be read just now: nobody overwrites it.
  if (state === null || before === null) return { repositories: [], settle: () => undefined };
  const pathOf = ({ place }: Uncollected): string => `${ref.path}/${place}`;
  const planned = entries.flatMap(({ judged: { entry }, ruling }): Uncollected[] => {
    const robbed = ruling.action === "remove" ? robbedBy([entry]) : [];
    return robbed.map((path) => ({ store: entry.store, place: path.slice(ref.path.length + 1) }));
  });
  const all = unique([...before, ...planned]);
  withoutRoom(() => writeUncollected(state, before, all));
  const isWanted = ({ store }: Uncollected): boolean => settings.stores.some((kind) => kind === store);
  return {
    repositories: mode === "automatic" ? before.filter(isWanted).map(pathOf) : [],
    settle: ({ collected }) => {
      const looked = new Map(collected.map(({ repository, left }) => [repository, left]));
      // What was not looked at is as it was before; what is not there any more is only ever tried in vain.
      const known = new Set(before.map(keyOf));
      const isLeft = (one: Uncollected): boolean => looked.get(pathOf(one)) ?? known.has(keyOf(one));
      withoutRoom(() => writeUncollected(state, all, all.filter(isLeft)));
    },
  };
}

function unique(rows: readonly Uncollected[]): readonly Uncollected[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}

function keyOf({ store, place }: Uncollected): string {
  return `${store} ${place}`;
}
