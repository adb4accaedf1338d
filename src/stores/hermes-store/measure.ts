/** What would come free if one project alone went. The store's files tell nothing of it: objects are everybody's. */
import { errnoOf } from "../../errors.ts";
import { bytePath, lstatOrNull } from "../../fs/door.ts";
import { refAt } from "../../git/refs.ts";
import { type Weight, weighRefs } from "../../git/weigh.ts";
import { type Entry, type Member, refValue } from "../../model/entry.ts";
import type { Measurement } from "../../model/inspection.ts";
import type { Measured } from "../adapter.ts";

/** What lies in the trash is walked as any other. */
export async function measureRefs(entries: readonly Entry[], until: number): Promise<ReadonlyMap<Entry, Measured>> {
  const weights = new Map<string, Weight>();
  const refs = entries.flatMap((entry) => refOf(entry) ?? []).map(({ path }) => refAt(path));
  for (const repository of new Set(refs.map((one) => one.repository))) {
    const names = refs.flatMap((one) => (one.repository === repository ? [one.name] : []));
    for (const [name, weight] of await weighRefs(repository, names, until))
      weights.set(`${repository}/${name}`, weight);
  }
  return new Map(entries.map((entry) => [entry, measured(entry, weights)]));
}

function refOf(entry: Entry): Member | null {
  return entry.members.find(({ identity }) => refValue(identity) !== null) ?? null;
}

function measured(entry: Entry, weights: ReadonlyMap<string, Weight>): Measured {
  const ref = refOf(entry);
  const home = entry.members.every(({ path, place }) => path === `${entry.base}/${place}`);
  // Without a snapshot there is nothing but its files, and what they say of a last use is no mtime.
  if (ref === null) return home ? files(entry) : "walk";
  const weight = weights.get(ref.path);
  if (weight === undefined) return null;
  const own = files(entry);
  return {
    ...own,
    newest: weight.at > 0 ? { at: weight.at, from: "commit" } : null,
    bytes: own.bytes + weight.alone,
    shared: weight.shared,
  };
}

function files({ members }: Entry): Measurement {
  const stats = members.filter(({ as }) => as === undefined).map(({ path }) => sizeOf(path));
  const bytes = stats.reduce((sum, each) => sum + each, 0);
  return { newest: null, newestPath: null, bytes, files: stats.length, locks: [], troubles: [] };
}

function sizeOf(path: string): number {
  try {
    return lstatOrNull(bytePath(path))?.bytes ?? 0;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return 0;
  }
}
