/** Restores members of an isolated entry, or of an item in the trash, to their places. */
import { createErrnoError } from "../errors.ts";
import { failpoint } from "../fs/failpoints.ts";
import type { MemberKind } from "../model/entry.ts";
import { linkAbove, makeContainer } from "./containers.ts";
import type { WithOwnerLock } from "./owner-lock.ts";
import { inOrderBack, methodFor } from "./methods/index.ts";
import type { Move, DestinationState } from "./methods/method.ts";

export type RestoreOutcome = { readonly kind: "back" } | { readonly kind: "taken"; readonly path: string };

/** A member to be restored; `as` as the member has it. */
export type RestoreMove = Pick<Move, "from" | "to"> & { readonly as?: MemberKind | undefined };

/**
 * Restores members to their places. Nothing is overwritten: rename(2) would silently replace an empty directory, so
 * every place is checked first, all of them before the first move. `signal` stops it with `EINTR` until something was
 * moved; what undoes a removal has none. `now`: the clock (ms). Throws the errno.
 */
export async function restoreMembers(
  requested: readonly RestoreMove[],
  withOwnerLock: WithOwnerLock,
  { now, signal }: { readonly now: number; readonly signal?: AbortSignal | undefined },
): Promise<RestoreOutcome> {
  const moves = requested.map(moveOf);
  const path = await occupiedPlace(moves);
  if (path !== null) return { kind: "taken", path };
  for (const move of moves) await methodFor(move).prepareRestore(move, signal);
  return withOwnerLock(async () => {
    const taken = await occupiedPlace(moves);
    if (taken !== null) return { kind: "taken", path: taken };
    for (const [at, move] of inOrderBack(moves).entries()) {
      // A record has no directory of its own.
      if (move.as !== "record") makeContainer(move.to);
      await methodFor(move).restore(move, now, at === 0 ? signal : undefined);
      failpoint("member-returned", move.to);
    }
    return { kind: "back" };
  });
}

/** Throws ELOOP where a symlink on the way to one of these places below the base would redirect it. */
export function refuseLinks(base: string, members: readonly { readonly place: string }[]): void {
  for (const { place } of members) {
    const link = linkAbove(base, place);
    if (link !== null) throw createErrnoError("ELOOP", `ELOOP: ${link} is a symlink: expected a directory of the base`);
  }
}

/** The first of the places that is occupied, or null. Throws the errno. */
export async function occupiedPlace(moves: readonly RestoreMove[]): Promise<string | null> {
  for (const move of moves.map(moveOf))
    if ((await methodFor(move).destinationState(move)) === "occupied") return move.to;
  return null;
}

/**
 * What is in the place of each. `restored`: a ref is in its place with all of its history, and its bundle in the trash as
 * well. It was restored earlier, or a run was killed while it restored it, or before it removed anything. `dangling`: the
 * ref has the value, and objects of its history are missing: it came by another way, such as a backup of the refs alone,
 * and the bundle may be the last that has them. Throws the errno.
 */
export async function destinationStates(moves: readonly RestoreMove[]): Promise<(DestinationState | "dangling")[]> {
  const states: (DestinationState | "dangling")[] = [];
  for (const move of moves.map(moveOf)) {
    const state = await methodFor(move).destinationState(move);
    states.push(state === "restored" && !(await methodFor(move).isWhole(move, undefined)) ? "dangling" : state);
  }
  return states;
}

/**
 * Drops copies of what was put back by an earlier run, all or none of them: false where one of the refs does not have its
 * history, so that the copy may be the last of it (methods/ref.ts). Throws the errno.
 */
export async function discardCopies(requested: readonly RestoreMove[], withOwnerLock: WithOwnerLock): Promise<boolean> {
  // All of the history is read before the lock is held; a ref that still has its value under it still has that.
  if (!(await areRestored(requested))) return false;
  return withOwnerLock(async () => {
    for (const move of requested.map(moveOf))
      if ((await methodFor(move).destinationState(move)) !== "restored") return false;
    discardRecords(requested);
    return true;
  });
}

/** Whether all of these are in their places as well. Throws the errno. */
export async function areRestored(moves: readonly RestoreMove[]): Promise<boolean> {
  return (await destinationStates(moves)).every((state) => state === "restored");
}

/** Deletes what lies in the trash: the caller has what it holds elsewhere. Throws the errno. */
export function discardRecords(moves: readonly RestoreMove[]): void {
  for (const move of moves.map(moveOf)) methodFor(move).discardPrepared(move.from);
}

function moveOf({ from, to, as }: RestoreMove): Move {
  return { from, to, ...(as === undefined ? {} : { as }) };
}
