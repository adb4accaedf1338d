/**
 * Which repos of other bases borrow objects (git alternates): a profile's repos may use those of the main base. Nothing
 * else is read there.
 */
import { runCooperatively, createYielder } from "../fs/cooperative.ts";
import { bytePath } from "../fs/syscalls.ts";
import { toIoError } from "../fs/read-small.ts";
import { type Entry, type Member, memberOf, type IoError } from "../model/entry.ts";
import type { Agent } from "../agents/agent.ts";
import { linkedPlaces, NONE } from "../stores/git-repository/linked.ts";
import { type Kind, kindNamed } from "../stores/kind.ts";
import { type BorrowScene, withRealBorrows } from "./borrowed.ts";
import { type Discovered, discover, outside } from "./discover.ts";
import type { BatchOptions } from "./inspect-batch.ts";
import { withLinked } from "./linked.ts";
import { findTrash } from "./trash-places.ts";
import { unclaimedBorrowers } from "./unclaimed.ts";

/** Another base, and its state directory where there is one; or why it cannot be read. */
export type SiblingBase = ReadableBase | { readonly base: string; readonly state: null; readonly trouble: IoError };

interface ReadableBase {
  readonly agent: Agent;
  readonly base: string;
  /** The kinds that can be in it. */
  readonly stores: readonly Kind[];
  readonly state: string | null;
  /** The base was removed, and its trash may still borrow. */
  readonly gone?: boolean;
}

export interface Borrowing {
  readonly path: string;
  /** Its original place: differs from `path` while it lies in the trash. */
  readonly home: string;
  readonly borrows: readonly string[];
  /** The file that lists its alternates could not be read. */
  readonly trouble: IoError | null;
}

/** The base to search for, and the machine. `linked`: what is used by links too, since something may be removed. */
type BorrowSearch = Omit<BatchOptions, "agent"> & Pick<BorrowScene, "machine"> & { readonly linked: boolean };

/** The repos in the other bases that borrow from elsewhere. */
export type Borrowers = (base: string, run: BorrowSearch) => Promise<readonly Borrowing[]>;

/**
 * Each base is read once, however many other bases ask for it: thirty profiles of thirty repos are nine hundred reads
 * and not twenty-six thousand. `bases` is called once, when first needed.
 */
export function borrowersOnce(bases: () => Promise<readonly SiblingBase[]>): Borrowers {
  let all: Promise<readonly SiblingBase[]> | null = null;
  const known = new Map<string, Promise<readonly Borrowing[]>>();
  return async (base, run) => {
    all ??= bases();
    const found: Borrowing[] = [];
    for (const neighbour of await all) {
      if (neighbour.base === base) continue;
      const key = `${run.linked} ${neighbour.base}`;
      const borrowing = known.get(key) ?? borrowingIn(neighbour, run);
      known.set(key, borrowing);
      found.push(...(await borrowing));
    }
    return found;
  };
}

/** The repos that borrow at all, in place and in the trash. Throws `interrupted`. */
export async function borrowingIn(neighbour: SiblingBase, run: BorrowSearch): Promise<readonly Borrowing[]> {
  if ("trouble" in neighbour) return [{ ...ofBase(neighbour), trouble: neighbour.trouble }];
  const stores = neighbour.stores.filter(({ borrows }) => borrows !== false);
  if (stores.length === 0) return [];
  const yieldIfDue = createYielder(run.signal);
  const found: Borrowing[] = [];
  const { entries, trouble, discovered } = await entriesOf(neighbour, stores, run);
  if (trouble !== null) found.push({ ...ofBase(neighbour), trouble });
  if (discovered !== null)
    found.push(...(await unclaimedBorrowers(discovered, stores, { ...run, base: neighbour.base })));
  const take = (one: Borrowing | null): void => {
    if (one !== null && (one.borrows.length > 0 || one.trouble !== null)) found.push(one);
  };
  for (const store of stores) take(await commonOf(store, neighbour.base, run));
  for (const entry of entries) {
    take(await borrowingOf(entry, stores, run));
    await yieldIfDue();
  }
  return found;
}

function ofBase({ base }: SiblingBase): Pick<Borrowing, "path" | "home" | "borrows"> {
  return { path: base, home: base, borrows: [] };
}

async function commonOf({ common }: Kind, base: string, run: BorrowSearch): Promise<Borrowing | null> {
  const found = common?.(base) ?? null;
  if (found === null) return null;
  const { path, borrows, trouble } = found;
  const linked = run.linked ? linkedPlaces(path, path) : NONE;
  const all = { borrows: [...borrows, ...linked.borrows], borrowsTrouble: trouble ?? linked.trouble };
  const [real = all] = await withRealBorrows([all], { ...run, base });
  return { path, home: path, borrows: real.borrows, trouble: real.borrowsTrouble };
}

async function borrowingOf(entry: Entry, stores: readonly Kind[], run: BorrowSearch): Promise<Borrowing | null> {
  // The date of the last use does not matter here.
  const look = { freshAfter: 0, locks: false, claims: false, now: run.now };
  const inspected = kindNamed(stores, entry.store)?.inspect(entry, look) ?? null;
  const scene = { ...run, base: entry.base };
  const [inspection] = await withRealBorrows([inspected], scene);
  if (inspection === undefined || inspection === null) return null;
  const { path, place } = entry.members[0];
  const [whole] = run.linked ? await withLinked([{ ...inspection, entry }], stores, scene) : [];
  const { borrows, borrowsTrouble: trouble } = whole ?? inspection;
  return { path, home: `${entry.base}/${place}`, borrows, trouble };
}

/** What cannot be listed may borrow from anything. */
async function entriesOf(
  { agent, base, state, gone }: ReadableBase,
  stores: readonly Kind[],
  run: BatchOptions,
): Promise<{
  readonly entries: readonly Entry[];
  readonly trouble: IoError | null;
  readonly discovered: Discovered | null;
}> {
  try {
    const trash = await runCooperatively(findTrash(base, state, agent), run.signal);
    const ofRepos = trash.filter(({ store }) => kindNamed(stores, store) !== null);
    const isolated = ofRepos.flatMap(({ store, entryId, members, marked }): Entry[] => {
      const [first, ...rest] = members.map((member): Member => memberOf(member, member.as));
      return first === undefined || marked ? [] : [{ base, store, id: entryId, members: [first, ...rest] }];
    });
    if (gone === true) return { entries: isolated, trouble: null, discovered: null };
    const discovered = await discover(base, outside(stores, []), { ...run, agent });
    return { entries: [...discovered.entries, ...isolated], trouble: null, discovered };
  } catch (error) {
    return { entries: [], trouble: toIoError(bytePath(base), error), discovered: null };
  }
}
