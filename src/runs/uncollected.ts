/** What earlier runs left to collect, and what this one leaves: from sweep to sweep, until nothing is left. */
import type { PlannedBase } from "../model/plan.ts";
import { readUncollected, type Uncollected, writeUncollected } from "../state/uncollected.ts";
import type { CarriedOut } from "../sweep.ts";
import { type Opened, withoutRoom } from "./writing.ts";

export interface Arrears {
  /** Paths. What a person has taken out of `stores` meanwhile is not among them. */
  readonly repositories: readonly string[];
  /** Writes down what is left now. */
  readonly note: (done: CarriedOut) => void;
}

export function arrearsOf({ state, ref }: Opened, { settings }: PlannedBase): Arrears {
  const before = state === null ? [] : readUncollected(state);
  const isWanted = ({ store }: Uncollected): boolean => settings.stores.some((kind) => kind === store);
  const pathOf = ({ place }: Uncollected): string => `${ref.path}/${place}`;
  return {
    repositories: before.filter(isWanted).map(pathOf),
    note: ({ entries, collected }) => {
      if (state === null) return;
      const gone = entries.flatMap(({ planned: { judged } }) =>
        judged.entry.members.map(({ place }) => ({ store: judged.entry.store, place: place.split("/")[0] ?? place })),
      );
      const known = new Map([...before, ...gone].map((one) => [pathOf(one), one]));
      const left = collected.flatMap((one) => (one.left ? (known.get(one.repository) ?? []) : []));
      withoutRoom(() => writeUncollected(state, before, [...before.filter((one) => !isWanted(one)), ...left]));
    },
  };
}
