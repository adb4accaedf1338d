/** What a person asks of the trash: things back, or all of it gone. */
import { resolve } from "node:path";
import { errnoOf, GcError } from "../errors.ts";
import { remembered } from "../gate/clock.ts";
import type { BaseRef } from "../model/home.ts";
import type { Plan, PlannedBase, TrashItem } from "../model/plan.ts";
import type { RestoredRow, RestoreResult, RunResult } from "../model/result.ts";
import type { EmptyOptions, RestoreOptions } from "../options.ts";
import { bytePath, lstatOrNull, mkdir } from "../fs/door.ts";
import { problem } from "../reclaim/outcomes.ts";
import { movesHome } from "../reclaim/settle-trash.ts";
import { entryOf, isolate, putBack, restamp, stillThere } from "../reclaim/trash.ts";
import { findTrash } from "../scan/trash-places.ts";
import { findState } from "../state/place.ts";
import { noteRestored } from "../state/restored.ts";
import { basesOf, type Context, contextOf, settingsFor } from "./context.ts";
import { prune } from "./prune.ts";
import { destinationsOf, openBase, type Opened, saveRecord, tidy } from "./writing.ts";

/**
 * Puts entries back from the trash, each where it came from, or into `to`. With `swap` what has taken its place goes
 * into the trash in exchange. Throws `not-found` and `ambiguous` before anything is moved; a place that is taken is a
 * `conflict` of that row.
 */
export async function restore(options: RestoreOptions): Promise<RestoreResult> {
  const context = contextOf(options);
  const wanted = chosen(options.ids, context);
  const rows: RestoredRow[] = [];
  for (const { ref, items } of byBase(wanted)) {
    const opened = await openOrTell(ref, items, rows, options, context);
    if (opened === null) continue;
    try {
      for (const item of items) rows.push(restoreOne(item, options, opened, context));
      const now = context.now();
      saveRecord(opened, { ...opened.record, ...remembered(opened.record, now) });
      tidy(opened, settingsFor(ref, context).values, now);
    } finally {
      opened.close();
    }
  }
  return { rows };
}

/** What was put back before must still be told: only the first base that cannot be opened ends the run. */
async function openOrTell(ref: BaseRef, items: readonly TrashItem[], rows: RestoredRow[], options: RestoreOptions, context: Context): Promise<Opened | null> {
  try {
    return await openBase(ref, options.waitForLock ?? 0, context);
  } catch (error) {
    if (rows.length === 0 || !(error instanceof GcError)) throw error;
    const { code, message } = error;
    rows.push(...items.map((item) => row(item, "failed", movesHome(item)[0]?.to ?? "", { code, message })));
    return null;
  }
}

interface Wanted {
  readonly ref: BaseRef;
  readonly item: TrashItem;
}

/** The items that ids name, each exactly one. */
function chosen(ids: readonly string[], context: Context): Wanted[] {
  const all = basesOf(context).flatMap(({ ref, exists }) =>
    exists ? findTrash(ref.path, findState(ref.path)).map((item): Wanted => ({ ref, item })) : [],
  );
  return ids.map((id) => {
    const fits = all.filter(({ item }) => item.id === id || item.entryId === id);
    const [only] = fits;
    if (only === undefined) {
      throw new GcError("not-found", `nothing in the trash is called "${id}"`, { hint: "checkpoints trash list shows what is there" });
    }
    if (fits.length > 1) {
      throw new GcError("ambiguous", `"${id}" fits ${fits.length} things in the trash: ${fits.map(({ item }) => item.id).join(", ")}`, {
        hint: "name one of these instead",
      });
    }
    if (only.item.marked) {
      throw new GcError("not-found", `"${id}" cannot be put back: its destruction has begun`, { hint: "the next prune finishes it" });
    }
    return only;
  });
}

function byBase(wanted: readonly Wanted[]): { ref: BaseRef; items: TrashItem[] }[] {
  const groups = new Map<string, { ref: BaseRef; items: TrashItem[] }>();
  for (const { ref, item } of wanted) {
    const group = groups.get(ref.path) ?? { ref, items: [] };
    if (!group.items.includes(item)) group.items.push(item);
    groups.set(ref.path, group);
  }
  return [...groups.values()];
}

function restoreOne(item: TrashItem, options: RestoreOptions, opened: Opened, context: Context): RestoredRow {
  const moves = options.to === undefined ? movesHome(item) : movesTo(item, resolve(options.to));
  const path = moves[0]?.to ?? "";
  try {
    if (stillThere(item.members) !== "same") return row(item, "failed", path, { code: "ECHANGED", message: "it is no longer in the trash" });
    if (options.swap === true && options.to === undefined) clearPlace(item, opened, context.now());
    if (options.to !== undefined) makeDirectory(resolve(options.to));
    const back = putBack(moves);
    if (back.kind === "taken") {
      restamp(item, context.now(), true);
      return row(item, "conflict", back.path, { code: "EEXIST", message: `${back.path} is taken` });
    }
    if (options.to === undefined) for (const { place } of item.members) note(opened, place, context.now());
    return row(item, "restored", path, null);
  } catch (error) {
    return row(item, "failed", path, problem(error));
  }
}

function row(item: TrashItem, outcome: RestoredRow["outcome"], path: string, error: RestoredRow["error"]): RestoredRow {
  return { item, outcome, path, error };
}

/** Into a directory: each member under the last part of its place. */
function movesTo(item: TrashItem, directory: string): { from: string; to: string }[] {
  return item.members.map((member) => ({ from: member.path, to: `${directory}/${member.place.split("/").at(-1) ?? member.place}` }));
}

/** `--to` names a directory that need not be there yet. */
function makeDirectory(path: string): void {
  if (lstatOrNull(bytePath(path)) !== null) return;
  mkdir(bytePath(path), 0o700);
}

/** Moves what has taken the places into the trash, as one thing that can be put back in turn. */
function clearPlace(item: TrashItem, opened: Opened, now: number): void {
  const members = movesHome(item).flatMap(({ to }, at) => {
    const stat = lstatOrNull(bytePath(to));
    const place = item.members[at]?.place;
    return stat === null || place === undefined ? [] : [{ path: to, place, identity: stat.identity }];
  });
  const entry = entryOf({ ...item, members });
  const destination = destinationsOf(opened, false)[0];
  if (entry === null) return;
  if (destination === undefined) throw new GcError("state-unusable", "there is no room for a trash to swap with");
  isolate(entry, "swapped", now, destination);
}

/** A restore counts as a use; where there is no room to write that down the entry is back all the same. */
function note({ state }: Opened, place: string, now: number): void {
  if (state === null) return;
  try {
    noteRestored(state, place, now);
  } catch (error) {
    if (errnoOf(error) === null) throw error;
  }
}

/** Destroys what the trash rows of a plan show, and nothing else, whatever their date. */
export async function emptyTrash({ plan, ...options }: EmptyOptions): Promise<RunResult> {
  return prune(emptyingPlan(plan), options);
}

/** The same plan with nothing in it but the whole trash, to be destroyed. */
export function emptyingPlan(plan: Plan): Plan {
  const bases = plan.bases.map((base): PlannedBase => ({
    ...base,
    entries: [],
    trash: base.trash.map((one) => ({ ...one, action: "destroy", reason: one.item.marked ? "unfinished" : "emptied" })),
  }));
  return { ...plan, bases };
}
