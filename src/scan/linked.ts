/**
 * What repos use of others by symlinks and `commondir` (stores/git-repository/linked.ts). That takes three listings of each, so it
 * is looked for only where something may be removed.
 */
import { createYielder } from "../fs/cooperative.ts";
import type { Entry, IoError } from "../model/entry.ts";
import { linkedPlaces, NONE } from "../stores/git-repository/linked.ts";
import type { Borrowed } from "../stores/git-repository/files.ts";
import { type Kind, kindNamed } from "../stores/kind.ts";
import { type BorrowScene, withRealBorrows } from "./borrowed.ts";

interface Borrows {
  readonly borrows: readonly string[];
  readonly borrowsTrouble: IoError | null;
}

const NO_LINKS: Borrows = { borrows: [], borrowsTrouble: null };

/** Whether others may use objects of an entry. */
export function mayLend({ store }: Entry, stores: readonly Kind[]): boolean {
  return kindNamed(stores, store)?.borrows !== false;
}

/** The same, with the places that they are linked to. */
export async function withLinked<One extends Borrows & { readonly entry: Entry }>(
  all: readonly One[],
  stores: readonly Kind[],
  scene: BorrowScene,
): Promise<readonly One[]> {
  const yieldIfDue = createYielder(scene.signal);
  // All projects of a store have the same one.
  const known = new Map<string, Borrowed>();
  const linked: Borrows[] = [];
  for (const { entry } of all) {
    const paths = gitDirectoryOf(entry, stores);
    const found = paths === null ? NONE : (known.get(paths.path) ?? linkedPlaces(paths.path, paths.home));
    if (paths !== null) known.set(paths.path, found);
    linked.push({ borrows: found.borrows, borrowsTrouble: found.trouble });
    await yieldIfDue();
  }
  const real = await withRealBorrows(linked, scene);
  return all.map((one, at) => withMore(one, real[at] ?? NO_LINKS));
}

function withMore<One extends Borrows>(one: One, { borrows, borrowsTrouble }: Borrows): One {
  if (borrows.length === 0 && borrowsTrouble === null) return one;
  return { ...one, borrows: [...one.borrows, ...borrows], borrowsTrouble: one.borrowsTrouble ?? borrowsTrouble };
}

function gitDirectoryOf(
  entry: Entry,
  stores: readonly Kind[],
): { readonly path: string; readonly home: string } | null {
  const kind = kindNamed(stores, entry.store);
  if (kind === null || kind.borrows === false) return null;
  const { gitDirectory = ofMember } = kind;
  const path = gitDirectory(entry);
  const [first, ...rest] = entry.members;
  const origin = `${entry.base}/${first.place}`;
  const home =
    first.path === origin ? path : gitDirectory({ ...entry, members: [{ ...first, path: origin }, ...rest] });
  return path === null || home === null ? null : { path, home };
}

function ofMember({ members: [{ path }] }: Entry): string {
  return path;
}
