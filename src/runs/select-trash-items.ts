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
import { basesOf, isSkippable, type RunContext } from "./context.ts";

export interface SelectedItem {
  readonly ref: BaseRef;
  readonly item: TrashItem;
}

const HISTORY = "To list the sweeps: checkpoints history. To list what can be restored: checkpoints trash list";

/** A base that could be read. */
interface ReadBase {
  readonly ref: BaseRef;
  readonly items: readonly SelectedItem[];
  readonly sweeps: readonly SweepRecord[];
}

interface ReadBases {
  readonly bases: readonly ReadBase[];
  /** Why others of several could not. */
  readonly errors: readonly GcError[];
}

/** Existing bases, and missing ones whose state is left. */
async function readBases(context: RunContext): Promise<ReadBases> {
  const bases: ReadBase[] = [];
  const errors: GcError[] = [];
  for (const { ref, exists, error } of await basesOf(context)) {
    if (error !== null) {
      errors.push(error);
      continue;
    }
    try {
      const state = findState(ref.path);
      if (!exists && state === null) continue;
      const items = runSync(findTrash(ref.path, state, agentOf(ref, context))).map((item) => ({ ref, item }));
      bases.push({ ref, items, sweeps: state === null ? [] : readRecord(state).sweeps });
    } catch (failure) {
      if (!isSkippable(ref, failure, context)) throw failure;
      errors.push(failure);
    }
  }
  return { bases, errors };
}

/** It may be where nothing could be looked for. */
function notFound(message: string, hint: string, errors: readonly GcError[]): GcError {
  const unread = errors.map((error) => `Not searched: ${error.message}`);
  return new GcError("not-found", message, { hint: [...unread, hint].join("\n") });
}

/**
 * All that the last sweep trashed, in all bases that it swept, by the time of removal in the names there. Items
 * restored or expired since are no longer in the trash, and no older sweep takes their place.
 */
export async function ofLastSweep(context: RunContext): Promise<SelectedItem[]> {
  const { bases, errors } = await readBases(context);
  const last = Math.max(...bases.flatMap(({ sweeps }) => sweeps.find(({ trashed }) => trashed > 0)?.at ?? []));
  if (last === -Infinity) throw notFound("no automatic sweep has moved anything to the trash yet", HISTORY, errors);
  const found = bases.flatMap(({ items, sweeps }) => {
    const sweep = sweeps.find(({ at }) => at === last);
    const isOfIt = ({ item: { taken, rule, marked, returned } }: SelectedItem): boolean =>
      sweep !== undefined &&
      taken >= Math.floor(sweep.at) &&
      taken <= Math.ceil(sweep.endedAt ?? sweep.at) &&
      rule !== "swapped" &&
      !marked &&
      // It is back, or was: a copy is asked for by its name.
      returned !== true;
    return items.filter(isOfIt);
  });
  if (found.length === 0) {
    const when = new Date(last).toISOString();
    throw notFound(`nothing that the last sweep removed (${when}) is still in the trash`, HISTORY, errors);
  }
  for (const { code, message } of errors) context.logger.warn({ event: "not-searched", code }, `skipped: ${message}`);
  return found;
}

/** The items that ids name, each exactly one. */
export async function selectTrashItems(ids: readonly string[], context: RunContext): Promise<SelectedItem[]> {
  if (ids.length === 0) return [];
  const { bases, errors } = await readBases(context);
  const all = bases.flatMap(({ items }) => items);
  return ids.map((id) => {
    const named = all.filter(({ item }) => item.entryId === id || isTrashId(id, item.id));
    // Beside a copy of what was put back there may be what has been removed since, which is what is meant.
    const out = named.filter(({ item }) => item.returned !== true);
    const fits = out.length > 0 ? out : named;
    const [only] = fits;
    if (only === undefined) {
      throw notFound(`nothing in the trash matches "${id}"`, "To list the trash: checkpoints trash list", errors);
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
