/** What a person asks of the trash: things back, or all of it gone. */
import { resolve } from "node:path";
import { errnoOf, GcError } from "../errors.ts";
import { remembered } from "../gate/clock.ts";
import type { Entry } from "../model/entry.ts";
import type { BaseRef } from "../model/home.ts";
import type { Plan, PlannedBase, TrashItem } from "../model/plan.ts";
import type { RestoredRow, RestoreResult, RunResult } from "../model/result.ts";
import type { EmptyOptions, RestoreOptions } from "../options.ts";
import { bytePath, lstatOrNull, mkdir } from "../fs/door.ts";
import { problem } from "../reclaim/outcomes.ts";
import { movesHome } from "../reclaim/settle-trash.ts";
import { type Guarding, unguarded } from "../reclaim/guard.ts";
import { type MoveHome, putBack, type PutBack, takenPlace } from "../reclaim/put-back.ts";
import { entryOf, isolate, type Isolated, movesBack, restamp, stillThere } from "../reclaim/trash.ts";
import { wayOf } from "../reclaim/ways/index.ts";
import { findTrash } from "../scan/trash-places.ts";
import { findState } from "../state/place.ts";
import { readRecord } from "../state/record.ts";
import { noteRestored } from "../state/restored.ts";
import { GUARD_PATIENCE_MS, guardsOf } from "../guards.ts";
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
  const wanted = [...chosen(options.ids, context), ...(options.last === true ? ofLastSweep(context) : [])];
  const rows: RestoredRow[] = [];
  const guardingOf = guardsOf(context.stores, GUARD_PATIENCE_MS);
  for (const { ref, items } of byBase(wanted)) {
    // Before anything is moved: broken settings must not end a run that has begun.
    const settings = settingsFor(ref, context).values;
    const opened = await openOrTell(ref, items, rows, options, context);
    if (opened === null) continue;
    try {
      for (const item of items) rows.push(await restoreOne(item, options, { opened, context, guardingOf }));
      const now = context.now();
      saveRecord(opened, { ...opened.record, ...remembered(opened.record, now) });
      tidy(opened, settings, now);
    } finally {
      opened.close();
    }
  }
  return { rows };
}

/** What was put back before must still be told: only the first base that cannot be opened ends the run. */
async function openOrTell(
  ref: BaseRef,
  items: readonly TrashItem[],
  rows: RestoredRow[],
  options: RestoreOptions,
  context: Context,
): Promise<Opened | null> {
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

const HISTORY = "checkpoints history shows the sweeps, checkpoints trash list what can be put back";

function allIn(bases: readonly BaseRef[]): Wanted[] {
  return bases.flatMap((ref) => findTrash(ref.path, findState(ref.path)).map((item): Wanted => ({ ref, item })));
}

function existingBases(context: Context): BaseRef[] {
  return basesOf(context).flatMap(({ ref, exists }) => (exists ? [ref] : []));
}

/**
 * What the last sweep that took something put into the trash, of all bases that it swept: each name there holds the
 * moment of the run. What was put back or expired since is no longer in the trash, and no older sweep takes its place.
 */
function ofLastSweep(context: Context): Wanted[] {
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
function chosen(ids: readonly string[], context: Context): Wanted[] {
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

function byBase(wanted: readonly Wanted[]): { ref: BaseRef; items: TrashItem[] }[] {
  const groups = new Map<string, { ref: BaseRef; items: TrashItem[] }>();
  for (const { ref, item } of wanted) {
    const group = groups.get(ref.path) ?? { ref, items: [] };
    if (!group.items.includes(item)) group.items.push(item);
    groups.set(ref.path, group);
  }
  return [...groups.values()];
}

interface Restoring {
  readonly opened: Opened;
  readonly context: Context;
  readonly guardingOf: (entry: Entry) => Guarding;
}

async function restoreOne(item: TrashItem, options: RestoreOptions, run: Restoring): Promise<RestoredRow> {
  const { opened, context } = run;
  const to = options.to === undefined ? null : resolve(options.cwd ?? process.cwd(), options.to);
  const moves = to === null ? movesHome(item) : movesTo(item, to);
  const path = moves[0]?.to ?? "";
  try {
    if (stillThere(item.members) !== "same")
      return row(item, "failed", path, { code: "ECHANGED", message: "it is no longer in the trash" });
    if (to !== null) makeDirectory(to);
    const swap = options.swap === true && to === null;
    const taken = swap ? null : await takenPlace(moves);
    // The note comes first: without the move it means nothing, and a move without it would be undone by the next sweep.
    if (to === null && taken === null) for (const { place } of item.members) note(opened, place, context.now());
    const cleared = swap ? await clearPlace(item, run) : null;
    const entry = entryOf(item);
    const back = await putBackOrUndo(moves, cleared, entry === null ? unguarded : run.guardingOf(entry));
    if (back.kind === "taken") {
      restamp(item, context.now(), true);
      return row(item, "conflict", back.path, { code: "EEXIST", message: `${back.path} is taken` });
    }
    return row(item, "restored", path, null);
  } catch (error) {
    return row(item, "failed", path, problem(error));
  }
}

function row(item: TrashItem, outcome: RestoredRow["outcome"], path: string, error: RestoredRow["error"]): RestoredRow {
  return { item, outcome, path, error };
}

/**
 * Into a directory, as files and directories that they are here: each member under the last part of its place, or under
 * all of it where several end alike. What was a ref is a bundle, which `git clone` takes.
 */
function movesTo(item: TrashItem, directory: string): MoveHome[] {
  const lasts = item.members.map(({ place }) => place.split("/").at(-1) ?? place);
  const alike = new Set(lasts).size < lasts.length || item.members.some(({ as }) => as !== undefined);
  return item.members.map((member, at) => {
    const name = alike ? member.place.replaceAll("/", "-") : (lasts[at] ?? member.place);
    return { from: member.path, to: `${directory}/${name}${member.as === undefined ? "" : ".bundle"}` };
  });
}

/** `--to` names a directory that need not be there yet. */
function makeDirectory(path: string): void {
  if (lstatOrNull(bytePath(path)) !== null) return;
  mkdir(bytePath(path), 0o700);
}

/** Moves what has taken the places into the trash, as one thing that can be put back in turn. */
async function clearPlace(item: TrashItem, { opened, context, guardingOf }: Restoring): Promise<Isolated | null> {
  const members = movesHome(item).flatMap(({ to, as }, at) => {
    const own = as === undefined ? {} : { as };
    const identity = wayOf(own).identityAt(to);
    const place = item.members[at]?.place;
    return identity === null || place === undefined ? [] : [{ path: to, place, identity, ...own }];
  });
  const entry = entryOf({ ...item, members });
  const destination = destinationsOf(opened, false)[0];
  if (entry === null) return null;
  if (destination === undefined) throw new GcError("state-unusable", "there is no room for a trash to swap with");
  return isolate(entry, "swapped", { to: destination, now: context.now(), guarding: guardingOf(entry), brief: false });
}

/** Half a swap is none: whoever was cleared away for nothing goes back. */
async function putBackOrUndo(
  moves: readonly MoveHome[],
  cleared: Isolated | null,
  guarding: Guarding,
): Promise<PutBack> {
  try {
    return await putBack(moves, guarding);
  } catch (error) {
    if (cleared !== null) await putBack(movesBack(cleared), guarding);
    throw error;
  }
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
function emptyingPlan(plan: Plan): Plan {
  const bases = plan.bases.map((base): PlannedBase => ({
    ...base,
    entries: [],
    trash: base.trash.map((one) => ({ ...one, action: "destroy", reason: one.item.marked ? "unfinished" : "emptied" })),
  }));
  return { ...plan, bases };
}
