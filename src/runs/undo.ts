/** Which run `undo` takes back, and what of it can be. Writes nothing. */
import { expectErrno, GcError, UNREADABLE } from "../errors.ts";
import type { CommonOptions } from "../options.ts";
import { restoreMoves } from "../reclaim/process-trash.ts";
import { occupiedPlace } from "../reclaim/restore-members.ts";
import { contextOf, type RunContext } from "./context.ts";
import { destroyedBy, type HistoryRun, type SelectedItem, trashedBy } from "../model/history.ts";
import { type History, historyIn } from "./history.ts";

const LISTS = "To list the runs: checkpoints history. To list what can be restored: checkpoints trash list";

export interface UndoChoice {
  readonly run: HistoryRun;
  /** Of what it moved to the trash: what has something new in its place. */
  readonly conflicts: readonly SelectedItem[];
  /** Ids in the trash of what is no longer there, as far as they were recorded. */
  readonly missing: readonly string[];
  /** How many are no longer there. */
  readonly missingCount: number;
  /** A newer run that deleted permanently, which nothing undoes. */
  readonly newerDeletion: HistoryRun | null;
}

/** `number`: of the history; null: the last run that moved something to the trash. Throws `not-found`. */
export async function chooseUndo(number: number | null, options: CommonOptions = {}): Promise<UndoChoice> {
  const { runs, run } = await findRun(number, await contextOf(options));
  const conflicts: SelectedItem[] = [];
  for (const one of run.items) if (await isTaken(one)) conflicts.push(one);
  const present = new Set(run.items.map(({ item }) => item.id));
  const recorded = run.parts.flatMap(({ record }) => record.items ?? []);
  const deletes = runs.find((one) => one.number < run.number && destroyedBy(one) > 0);
  return {
    run,
    conflicts,
    missing: recorded.filter((id) => !present.has(id)),
    missingCount: Math.max(0, trashedBy(run) - run.items.length),
    newerDeletion: number === null ? (deletes ?? null) : null,
  };
}

/** The same for `trash restore --last` and the library. */
export async function itemsOfRun(number: number | null, context: RunContext): Promise<readonly SelectedItem[]> {
  const { run, bases } = await findRun(number, context);
  for (const { error } of bases) {
    if (error === null) continue;
    context.logger.warn({ event: "not-searched", code: error.code }, `skipped: ${error.message}`);
  }
  return run.items;
}

async function findRun(number: number | null, context: RunContext): Promise<History & { readonly run: HistoryRun }> {
  const history = await historyIn(context);
  const { runs, bases } = history;
  const unread = bases.flatMap(({ error }) => (error === null ? [] : [`Not searched: ${error.message}`]));
  const refuse = (message: string): GcError =>
    new GcError("not-found", message, { hint: [...unread, LISTS].join("\n") });
  const run = runs.find((one) => (number === null ? trashedBy(one) > 0 : one.number === number));
  if (run === undefined) {
    if (number === null) throw refuse("no run has moved anything to the trash yet");
    throw refuse(`there is no run ${number} in the history: it has ${runs.length}`);
  }
  if (run.items.length > 0) return { ...history, run };
  const which = `run ${run.number}`;
  if (trashedBy(run) > 0) throw refuse(`nothing of what ${which} moved to the trash is still in the trash`);
  if (destroyedBy(run) > 0) throw refuse(`${which} deleted ${destroyedBy(run)} permanently: it cannot be undone`);
  throw refuse(`${which} removed nothing`);
}

/** What cannot be read is reported by the restore itself. */
async function isTaken({ item }: SelectedItem): Promise<boolean> {
  try {
    return (await occupiedPlace(restoreMoves(item))) !== null;
  } catch (error) {
    expectErrno(error, ...UNREADABLE);
    return false;
  }
}
