/** The first half of an exchange: what is in the place of a trash item is moved to the trash. */
import { expectErrno, GcError, UNWRITABLE } from "../errors.ts";
import { runCooperatively } from "../fs/cooperative.ts";
import type { Entry } from "../model/entry.ts";
import type { TrashItem } from "../model/trash.ts";
import { methodFor } from "../reclaim/methods/index.ts";
import type { WithOwnerLock } from "../reclaim/owner-lock.ts";
import { restoreMoves } from "../reclaim/process-trash.ts";
import { areRestored, destinationStates, discardRecords, type RestoreMove } from "../reclaim/restore-members.ts";
import { entryOf, isolate, type Isolated } from "../reclaim/trash.ts";
import { findTrash } from "../scan/trash-places.ts";
import { type BaseHandle, destinationsOf } from "./open-base.ts";

interface Clearing {
  readonly opened: BaseHandle;
  /** The clock (ms). */
  readonly now: number;
  readonly signal: AbortSignal | undefined;
  readonly ownerLockOf: (entry: Entry) => WithOwnerLock;
}

/**
 * Moves what occupies the places into the trash, as one item that can be restored in turn; null where they are free. Throws
 * the errno, and `state-unusable`.
 */
export async function clearPlace(
  item: TrashItem,
  { opened, now, signal, ownerLockOf }: Clearing,
): Promise<Isolated | null> {
  const moves = restoreMoves(item);
  // A ref without its history takes no place: it is what is to be restored.
  const states = await destinationStates(moves);
  const members = moves.flatMap(({ to, as }, at) => {
    const own = as === undefined ? {} : { as };
    const identity = states[at] === "dangling" ? null : methodFor(own).identityAt(to);
    const place = item.members[at]?.place;
    return identity === null || place === undefined ? [] : [{ path: to, place, identity, ...own }];
  });
  const entry = entryOf({ ...item, members });
  const destination = destinationsOf(opened, false)[0];
  if (entry === null) return null;
  if (destination === undefined) throw new GcError("state-unusable", "there is no trash to swap with");
  const copies = await copiesInPlace(item, opened);
  const cleared = await isolate(entry, "swapped", {
    to: destination,
    now,
    withOwnerLock: ownerLockOf(entry),
    ephemeral: false,
    signal,
  });
  discardAll(copies);
  return cleared;
}

/** What is cleared away may have been restored by an earlier run: its copies have nothing that the cleared item has not. */
async function copiesInPlace(item: TrashItem, { agent, ref, state }: BaseHandle): Promise<readonly RestoreMove[]> {
  const copies: RestoreMove[] = [];
  for (const other of await runCooperatively(findTrash(ref.path, state, agent))) {
    const isOther = other.id !== item.id && other.members[0]?.place === item.members[0]?.place;
    if (!isOther || other.returned !== true) continue;
    const moves = restoreMoves(other);
    if (await areRestored(moves)) copies.push(...moves);
  }
  return copies;
}

/** After what has the same was moved to the trash: a copy that stays is one too many, and no reason to fail. */
function discardAll(copies: readonly RestoreMove[]): void {
  try {
    discardRecords(copies);
  } catch (error) {
    expectErrno(error, ...UNWRITABLE);
  }
}
