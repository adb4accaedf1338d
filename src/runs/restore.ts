/** What a person asks of the trash: things back, or all of it gone. */
import { resolve } from "node:path";
import { errnoOf, GcError } from "../errors.ts";
import { clockDoubt, remembered } from "../gate/clock.ts";
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
import { noteRestored } from "../state/restored.ts";
import { GUARD_PATIENCE_MS, guardsOf } from "../guards.ts";
import { bearWitnessOf } from "./bear-witness.ts";
import { byBase, chosen, ofLastSweep } from "./choose-restored.ts";
import { type Context, contextOf, settingsFor } from "./context.ts";
import { prune } from "./prune.ts";
import { destinationsOf, openBase, type Opened, saveRecord, tidy } from "./writing.ts";

/**
 * Puts entries back from the trash, each where it came from, or into `to`. With `swap` what has taken its place goes
 * into the trash in exchange. Throws `not-found` and `ambiguous` before anything is moved; a place that is taken is a
 * `conflict` of that row.
 */
export async function restore(options: RestoreOptions): Promise<RestoreResult> {
  const context = await contextOf(options);
  const wanted = [...chosen(options.ids, context), ...(options.last === true ? ofLastSweep(context) : [])];
  const rows: RestoredRow[] = [];
  const guardingOf = guardsOf(context.stores, GUARD_PATIENCE_MS);
  // All of them before anything is moved: broken settings must not end a run that has begun.
  const groups = byBase(wanted).map((group) => ({ ...group, settings: settingsFor(group.ref, context).values }));
  for (const { ref, items, settings } of groups) {
    const opened = await openOrTell(ref, items, rows, options, context);
    if (opened === null) continue;
    try {
      const own: RestoredRow[] = [];
      for (const item of items) own.push(await restoreOne(item, options, { opened, context, guardingOf }));
      rows.push(...own);
      const now = context.now();
      saveRecord(opened, { ...opened.record, ...remembered(opened.record, now) });
      const back = own.flatMap(({ item, outcome }) => (outcome === "restored" ? whereItIs(item, options) : []));
      await bearWitnessOf(back, opened, settings, clockDoubt(opened.record, now) !== null, context);
      await tidy(opened, settings, now);
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

interface Restoring {
  readonly opened: Opened;
  readonly context: Context;
  readonly guardingOf: (entry: Entry) => Guarding;
}

async function restoreOne(item: TrashItem, options: RestoreOptions, run: Restoring): Promise<RestoredRow> {
  const { opened, context } = run;
  const to = directoryOf(options);
  const moves = movesOf(item, to);
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
    // One that finds no room to swap with fails alone: what was put back before is told.
    if (error instanceof GcError && error.code === "state-unusable")
      return row(item, "failed", path, { code: "ENOSPC", message: error.message });
    return row(item, "failed", path, problem(error));
  }
}

/** What `--to` names, or null where things go back to their places. */
function directoryOf(options: RestoreOptions): string | null {
  return options.to === undefined ? null : resolve(options.cwd ?? process.cwd(), options.to);
}

function movesOf(item: TrashItem, to: string | null): MoveHome[] {
  return to === null ? movesHome(item) : movesTo(item, to);
}

/** A restored item as the entry that it is again. */
function whereItIs(item: TrashItem, options: RestoreOptions): Entry[] {
  const moves = movesOf(item, directoryOf(options));
  const members = item.members.map((member, at) => ({ ...member, path: moves[at]?.to ?? member.path }));
  const entry = entryOf({ ...item, members });
  return entry === null ? [] : [entry];
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
