/** What removing one project alone would free. The store's files do not show it, since objects are shared. */
import { expectErrno, UNREADABLE } from "../../../../errors.ts";
import { bytePath, lstatOrNull } from "../../../../fs/syscalls.ts";
import { createYielder } from "../../../../fs/cooperative.ts";
import { refAt } from "../../../../git/refs.ts";
import { type RefSizes, refSizes, type RefSize } from "../../../../git/ref-sizes.ts";
import { type Entry, type Member, refValue } from "../../../../model/entry.ts";
import type { Measurement } from "../../../../model/inspection.ts";
import type { Measured, MeasuringRun } from "../../../../stores/kind.ts";
import { unsupportedIn } from "../../../../stores/git-repository/format.ts";
import { STORE } from "./layout.ts";

/** What lies in the trash is walked like anything else. */
export async function measureRefs(entries: readonly Entry[], run: MeasuringRun): Promise<ReadonlyMap<Entry, Measured>> {
  const yieldIfDue = createYielder();
  const measured = new Map<Entry, Measured>();
  const unsupported = new Map<string, boolean>();
  for (const entry of entries) {
    const store = `${entry.base}/${STORE}`;
    if (!unsupported.has(store)) unsupported.set(store, unsupportedIn(store) !== null);
    measured.set(entry, await measureOne(entry, unsupported.get(store) === true, run));
    await yieldIfDue();
  }
  return measured;
}

async function measureOne(entry: Entry, unsupported: boolean, run: MeasuringRun): Promise<Measured> {
  if (!entry.members.every(({ path, place }) => path === `${entry.base}/${place}`)) return "walk";
  // Its snapshots are in an unknown format: the size of its files is not its size.
  if (unsupported) return null;
  const ref = entry.members.find(({ identity }) => refValue(identity) !== null);
  // Without a snapshot there are only its files, and the last use recorded in them is not an mtime.
  if (ref === undefined) return files(entry);
  const size = await refSizeOf(ref, run);
  return size === null ? null : withRef(files(entry), ref, size);
}

/** A repository is read once for all of its refs, of any kind of entry. */
const KNOWN = new WeakMap<object, Map<string, RefSizes>>();

async function refSizeOf({ path, identity }: Member, { until, all }: MeasuringRun): Promise<RefSize | null> {
  const { repository, name } = refAt(path);
  const known = KNOWN.get(all) ?? new Map<string, RefSizes>();
  KNOWN.set(all, known);
  const sizesOfRefs = known.get(repository) ?? (await refSizes(repository, until));
  known.set(repository, sizesOfRefs);
  return sizesOfRefs({ name, value: refValue(identity) ?? "" });
}

function withRef(own: Measurement, { path }: Member, size: RefSize): Measurement {
  if (size.kind === "broken") {
    // It cannot be restored as it is, and its size is unknown: it is kept, and no other with it.
    const message = `it points to nothing: ${size.missing} is missing or damaged in the store`;
    return { ...own, troubles: [{ code: "ENODATA", message, path }] };
  }
  const { alone, shared, snapshots, at } = size;
  const newest = at > 0 ? ({ at, from: "commit" } as const) : null;
  return { ...own, newest, bytes: own.bytes + alone, shared, snapshots };
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
    expectErrno(error, ...UNREADABLE);
    return 0;
  }
}
