/** Which trash items to restore: by id, or all that the last sweep trashed. Throws before anything is moved. */
import { GcError } from "../errors.ts";
import { runSync } from "../fs/cooperative.ts";
import type { BaseRef } from "../model/home.ts";
import type { TrashItem } from "../model/plan.ts";
import type { SweepRecord } from "../model/state.ts";
import { isTrashId } from "../model/trash-name.ts";
import { findTrash } from "../scan/trash-places.ts";
import { findState } from "../state/place.ts";
import { readRecord } from "../state/record.ts";
import { agentOf } from "./agents.ts";
import { basesOf, type RunContext } from "./context.ts";

export interface SelectedItem {
  readonly ref: BaseRef;
  readonly item: TrashItem;
}

const HISTORY = "To list the sweeps: checkpoints history. To list what can be restored: checkpoints trash list";

function allIn(bases: readonly BaseRef[], context: RunContext): SelectedItem[] {
  return bases.flatMap((ref) =>
    runSync(findTrash(ref.path, findState(ref.path), agentOf(ref, context))).map((item): SelectedItem => ({
      ref,
      item,
    })),
  );
}

/** Existing bases, and missing ones whose state is left. */
async function existingBases(context: RunContext): Promise<BaseRef[]> {
  const all = await basesOf(context);
  return all.flatMap(({ ref, exists, error }) =>
    exists || (error === null && findState(ref.path) !== null) ? [ref] : [],
  );
}

/**
 * All that the last sweep trashed, in all bases that it swept, by the time of removal in the names there. Items
 * restored or expired since are no longer in the trash, and no older sweep takes their place.
 */
export async function ofLastSweep(context: RunContext): Promise<SelectedItem[]> {
  const bases = await existingBases(context);
  const last = Math.max(...bases.flatMap((ref) => sweepsOf(ref).find(({ trashed }) => trashed > 0)?.at ?? []));
  if (last === -Infinity)
    throw new GcError("not-found", "no automatic sweep has moved anything to the trash yet", {
      hint: HISTORY,
    });
  const found = bases.flatMap((ref) => {
    const sweep = sweepsOf(ref).find(({ at }) => at === last);
    const isOfIt = ({ item: { taken, rule, marked, returned } }: SelectedItem): boolean =>
      sweep !== undefined &&
      taken >= Math.floor(sweep.at) &&
      taken <= Math.ceil(sweep.endedAt ?? sweep.at) &&
      rule !== "swapped" &&
      !marked &&
      // It is back, or was: a copy is asked for by its name.
      returned !== true;
    return allIn([ref], context).filter(isOfIt);
  });
  if (found.length === 0) {
    throw new GcError(
      "not-found",
      `nothing that the last sweep removed (${new Date(last).toISOString()}) is still in the trash`,
      {
        hint: HISTORY,
      },
    );
  }
  return found;
}

function sweepsOf(ref: BaseRef): readonly SweepRecord[] {
  const state = findState(ref.path);
  return state === null ? [] : readRecord(state).sweeps;
}

/** The items that ids name, each exactly one. */
export async function selectTrashItems(ids: readonly string[], context: RunContext): Promise<SelectedItem[]> {
  if (ids.length === 0) return [];
  const all = allIn(await existingBases(context), context);
  return ids.map((id) => {
    const named = all.filter(({ item }) => item.entryId === id || isTrashId(id, item.id));
    // Beside a copy of what was put back there may be what has been removed since, which is what is meant.
    const out = named.filter(({ item }) => item.returned !== true);
    const fits = out.length > 0 ? out : named;
    const [only] = fits;
    if (only === undefined) {
      throw new GcError("not-found", `nothing in the trash matches "${id}"`, {
        hint: "To list the trash: checkpoints trash list",
      });
    }
    if (fits.length > 1) {
      throw new GcError(
        "ambiguous",
        `"${id}" matches ${fits.length} items in the trash: ${fits.map(({ item }) => item.id).join(", ")}`,
        {
          hint: "Name one of these instead.",
        },
      );
    }
    if (only.item.marked) {
      throw new GcError("not-found", `"${id}" cannot be restored: its deletion has begun`, {
        hint: "The next prune finishes it.",
      });
    }
    return only;
  });
}

export function byBase(wanted: readonly SelectedItem[]): { ref: BaseRef; items: TrashItem[] }[] {
  const groups = new Map<string, { ref: BaseRef; items: TrashItem[] }>();
  for (const { ref, item } of wanted) {
    const group = groups.get(ref.path) ?? { ref, items: [] };
    if (!group.items.some(({ id }) => id === item.id)) group.items.push(item);
    groups.set(ref.path, group);
  }
  return [...groups.values()];
}
