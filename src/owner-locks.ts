/** Which lock of another program is held while members of an entry are moved, as its kind of store says. */
import type { Entry } from "./model/entry.ts";
import { ownerLock, ownLock, type WithOwnerLock, noLock, unknownLock } from "./reclaim/owner-lock.ts";
import { type Kind, kindNamed } from "./stores/kind.ts";

/** As long as is acceptable at a terminal; an unattended sweep runs again later. */
export const OWNER_LOCK_WAIT_MS = 10_000;

/**
 * The lock that each kind of store wants held while its members are moved; entries that share one get the same function.
 * `wait`: for all of a run together (ms).
 */
export function ownerLocks(stores: readonly Kind[], wait: number): (entry: Entry) => WithOwnerLock {
  const budget = { left: wait };
  const locks = new Map<string, WithOwnerLock>();
  return (entry) => {
    const kind = kindNamed(stores, entry.store);
    if (kind === null && entry.members.some(({ as }) => as === "record")) return unknownLock(entry);
    const guard = kind?.guard?.(entry) ?? null;
    if (guard === null) return noLock;
    const path = typeof guard === "string" ? guard : guard.path;
    const lock = locks.get(path) ?? (typeof guard === "string" ? ownerLock(guard, budget) : ownLock(guard, budget));
    locks.set(path, lock);
    return lock;
  };
}
