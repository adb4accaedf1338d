/**
 * The newest of a group of entries, which stay however old they are: `keep_latest` of a kind, or a number that the kind
 * itself says. Pure.
 */
import type { Judged } from "../model/judgement.ts";
import { settingsOfKind, type Settings } from "../model/settings.ts";

/** How many of the group of an entry stay; 0: there is no such number. */
export function latestOf({ expiry, entry }: Pick<Judged, "expiry" | "entry">, settings: Settings): number {
  if (expiry?.group === undefined) return 0;
  return expiry.latest ?? settingsOfKind(settings, entry.store).keep_latest;
}

/** The paths of the newest of each group, by the path of every entry that is in it. */
export type LatestByPath = ReadonlyMap<string, ReadonlySet<string>>;

/** Those without a known last use are not counted, so that they take the place of none that has one. */
export function latestIn(all: readonly Judged[], settings: Settings): LatestByPath {
  const groups = new Map<string, Judged[]>();
  for (const one of all) {
    const name = one.expiry?.group;
    if (name === undefined || latestOf(one, settings) === 0) continue;
    const key = `${one.entry.store}\0${name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  const found = new Map<string, ReadonlySet<string>>();
  for (const group of groups.values()) {
    const count = group.reduce((most, one) => Math.max(most, latestOf(one, settings)), 0);
    const latest = newestOf(group, count);
    for (const one of group) found.set(pathOf(one), latest);
  }
  return found;
}

function newestOf(group: readonly Judged[], count: number): ReadonlySet<string> {
  const dated = group.flatMap((one) => (one.lastUsed === null ? [] : [{ path: pathOf(one), at: one.lastUsed.at }]));
  const last = dated.toSorted((a, b) => b.at - a.at)[count - 1];
  // Of two with the same time neither is the newer one.
  return new Set(dated.filter(({ at }) => last === undefined || at >= last.at).map(({ path }) => path));
}

function pathOf({ entry }: Judged): string {
  return entry.members[0].path;
}
