/** What a person wants back from the trash: by id, or all that the last sweep took. Throws before anything is moved. */
import { GcError } from "../errors.ts";
import { atOnce } from "../fs/breathe.ts";
import type { BaseRef } from "../model/home.ts";
import type { TrashItem } from "../model/plan.ts";
import { findTrash } from "../scan/trash-places.ts";
import { findState } from "../state/place.ts";
import { readRecord } from "../state/record.ts";
import { basesOf, type Context } from "./context.ts";

export interface Wanted {
  readonly ref: BaseRef;
  readonly item: TrashItem;
}

const HISTORY = "checkpoints history shows the sweeps, checkpoints trash list what can be put back";

function allIn(bases: readonly BaseRef[]): Wanted[] {
  return bases.flatMap((ref) =>
    atOnce(findTrash(ref.path, findState(ref.path))).map((item): Wanted => ({ ref, item })),
  );
}

function existingBases(context: Context): BaseRef[] {
  return basesOf(context).flatMap(({ ref, exists }) => (exists ? [ref] : []));
}

/**
 * What the last sweep that took something put into the trash, of all bases that it swept: each name there holds the
 * moment of the run. What was put back or expired since is no longer in the trash, and no older sweep takes its place.
 */
export function ofLastSweep(context: Context): Wanted[] {
  const bases = existingBases(context);
  const last = Math.max(...bases.flatMap((ref) => lastTaking(ref)));
  if (last === -Infinity)
    throw new GcError("not-found", "no sweep that is remembered put anything into the trash", { hint: HISTORY });
  const found = allIn(bases).filter(
    ({ item }) => item.since === Math.round(last) && item.rule !== "swapped" && !item.marked,
  );
  if (found.length === 0) {
    throw new GcError(
      "not-found",
      `nothing of the last sweep that took something (${new Date(last).toISOString()}) is in the trash any more`,
      {
        hint: HISTORY,
      },
    );
  }
  return found;
}

function lastTaking(ref: BaseRef): number[] {
  const state = findState(ref.path);
  const sweep = state === null ? undefined : readRecord(state).sweeps.find(({ trashed }) => trashed > 0);
  return sweep === undefined ? [] : [sweep.at];
}

/** The items that ids name, each exactly one. */
export function chosen(ids: readonly string[], context: Context): Wanted[] {
  if (ids.length === 0) return [];
  const all = allIn(existingBases(context));
  return ids.map((id) => {
    const fits = all.filter(({ item }) => item.id === id || item.entryId === id);
    const [only] = fits;
    if (only === undefined) {
      throw new GcError("not-found", `nothing in the trash is called "${id}"`, {
        hint: "checkpoints trash list shows what is there",
      });
    }
    if (fits.length > 1) {
      throw new GcError(
        "ambiguous",
        `"${id}" fits ${fits.length} things in the trash: ${fits.map(({ item }) => item.id).join(", ")}`,
        {
          hint: "name one of these instead",
        },
      );
    }
    if (only.item.marked) {
      throw new GcError("not-found", `"${id}" cannot be put back: its destruction has begun`, {
        hint: "the next prune finishes it",
      });
    }
    return only;
  });
}

export function byBase(wanted: readonly Wanted[]): { ref: BaseRef; items: TrashItem[] }[] {
  const groups = new Map<string, { ref: BaseRef; items: TrashItem[] }>();
  for (const { ref, item } of wanted) {
    const group = groups.get(ref.path) ?? { ref, items: [] };
    if (!group.items.includes(item)) group.items.push(item);
    groups.set(ref.path, group);
  }
  return [...groups.values()];
}
