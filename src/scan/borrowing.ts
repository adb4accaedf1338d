/**
 * Who borrows objects from other bases (git alternates): a profile's repos may use those of the main base. Nothing else
 * is asked of them here.
 */
import { errnoOf } from "../errors.ts";
import { inSlices, pace } from "../fs/breathe.ts";
import { bytePath } from "../fs/door.ts";
import { troubleOf } from "../fs/read-small.ts";
import type { Entry, Member, Trouble } from "../model/entry.ts";
import type { StoreAdapter } from "../stores/adapter.ts";
import { adapterOf } from "../stores/index.ts";
import { discover } from "./discover.ts";
import type { Looking } from "./look.ts";
import { findTrash } from "./trash-places.ts";

/** Another base, and its state directory where there is one. */
export interface Neighbour {
  readonly base: string;
  readonly state: string | null;
  /** Why nobody can look into it. */
  readonly trouble?: Trouble;
}

export interface Borrowing {
  readonly path: string;
  readonly borrows: readonly string[];
  /** The file that says so could not be read. */
  readonly trouble: Trouble | null;
}

/** Those who borrow at all, in their places and in the trash. Throws `interrupted`. */
export async function borrowingIn(
  neighbours: readonly Neighbour[],
  stores: readonly StoreAdapter[],
  run: Looking,
): Promise<Borrowing[]> {
  const breathe = pace(run.signal);
  const found: Borrowing[] = [];
  for (const neighbour of neighbours) {
    if (neighbour.trouble !== undefined) {
      found.push({ path: neighbour.base, borrows: [], trouble: neighbour.trouble });
      continue;
    }
    const { entries, trouble } = await entriesOf(neighbour, stores, run);
    if (trouble !== null) found.push({ path: neighbour.base, borrows: [], trouble });
    for (const entry of entries) {
      const one = borrowingOf(entry, stores, run.now);
      if (one !== null && (one.borrows.length > 0 || one.trouble !== null)) found.push(one);
      await breathe();
    }
  }
  return found;
}

function borrowingOf(entry: Entry, stores: readonly StoreAdapter[], now: number): Borrowing | null {
  // Any use is fresh enough: when it was used is of no matter here.
  const look = { freshAfter: 0, locks: false, claims: false, now };
  const inspection = adapterOf(stores, entry.store)?.inspect(entry, look);
  if (inspection === undefined) return null;
  return { path: entry.members[0].path, borrows: inspection.borrows, trouble: inspection.borrowsTrouble };
}

/** What cannot be listed may borrow from anything. */
async function entriesOf(
  { base, state }: Neighbour,
  stores: readonly StoreAdapter[],
  run: Looking,
): Promise<{ readonly entries: readonly Entry[]; readonly trouble: Trouble | null }> {
  try {
    const trash = await inSlices(findTrash(base, state), run.signal);
    const isolated = trash.flatMap(({ store, entryId, members, marked }): Entry[] => {
      const [first, ...rest] = members.map((member): Member => ({ ...member }));
      return first === undefined || marked ? [] : [{ base, store, id: entryId, members: [first, ...rest] }];
    });
    const { entries } = await discover(
      base,
      stores.filter(({ inside }) => inside !== true),
      run,
    );
    return { entries: [...entries, ...isolated], trouble: null };
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return { entries: [], trouble: troubleOf(bytePath(base), error) };
  }
}
