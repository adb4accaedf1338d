/** The way home: members of an isolated entry, or of an item of the trash, back to where they belong. */
import { point } from "../fs/tap.ts";
import type { Taking } from "../model/entry.ts";
import { makeContainer } from "./containers.ts";
import type { Guarding } from "./guard.ts";
import { inOrder, wayOf } from "./ways/index.ts";
import type { Move, Standing } from "./ways/way.ts";

export type PutBack = { readonly kind: "back" } | { readonly kind: "taken"; readonly path: string };

/** A member on its way home; `as` as it is known of the member. */
export type MoveHome = Pick<Move, "from" | "to"> & { readonly as?: Taking | undefined };

/**
 * Puts members where they belong. Nothing is overwritten: rename(2) would silently replace an empty directory, so
 * every place is looked at first, all of them before the first move. Throws the errno.
 */
export async function putBack(homeward: readonly MoveHome[], guarding: Guarding): Promise<PutBack> {
  const moves = homeward.map(moveOf);
  const path = await takenPlace(moves);
  if (path !== null) return { kind: "taken", path };
  for (const move of moves) await wayOf(move).prepareBack(move);
  return guarding(async () => {
    const now = await takenPlace(moves);
    if (now !== null) return { kind: "taken", path: now };
    for (const move of inOrder(moves)) {
      makeContainer(move.to);
      await wayOf(move).back(move);
      point("member-returned", move.to);
    }
    return { kind: "back" };
  });
}

/** The first of the places that somebody else has, or null. Throws the errno. */
export async function takenPlace(homeward: readonly MoveHome[]): Promise<string | null> {
  return firstThatIs("taken", homeward);
}

/** A run died while it put this back, or before it took anything: what was a ref is in its place, and here as well. */
export async function isHalfHome(homeward: readonly MoveHome[]): Promise<boolean> {
  return (await firstThatIs("home", homeward)) !== null;
}

async function firstThatIs(wanted: Standing, homeward: readonly MoveHome[]): Promise<string | null> {
  for (const move of homeward.map(moveOf)) if ((await wayOf(move).standing(move)) === wanted) return move.to;
  return null;
}

function moveOf({ from, to, as }: MoveHome): Move {
  return { from, to, ...(as === undefined ? {} : { as }) };
}
