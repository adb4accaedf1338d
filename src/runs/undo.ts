/** Which run `undo` takes back, and what of it can be. Writes nothing. */
import { expectErrno, GcError, UNREADABLE } from "../errors.ts";
import type { CommonOptions } from "../options.ts";
import { restoreMoves } from "../reclaim/process-trash.ts";
import { occupiedPlace } from "../reclaim/restore-members.ts";
import { contextOf, type RunContext } from "./context.ts";
import { destroyedBy, type HistoryRun, putBackOf, type SelectedItem, trashedBy } from "../model/history.ts";
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
}

/** How a time (ms) is written in an error. */
type TimeText = (at: number) => string;

const asIso: TimeText = (at) => new Date(at).toISOString();

/** `number`: of the history; null: the last run that removed something. Throws `not-found` where it cannot be undone. */
export async function chooseUndo(
  number: number | null,
  options: CommonOptions = {},
  timeText: TimeText = asIso,
): Promise<UndoChoice> {
  const { run } = await findRun(number ?? LAST, await contextOf(options), timeText);
  const conflicts: SelectedItem[] = [];
  for (const one of run.items) if (await isTaken(one)) conflicts.push(one);
  const present = new Set(run.items.map(({ item }) => item.id));
  const recorded = run.parts.flatMap(({ record }) => record.items ?? []);
  return {
    run,
    conflicts,
    missing: recorded.filter((id) => !present.has(id)),
    missingCount: Math.max(0, trashedBy(run) - run.items.length),
  };
}

/** The same for `trash restore --last` and the library. */
export async function itemsOfRun(number: number | null, context: RunContext): Promise<readonly SelectedItem[]> {
  const { run, bases } = await findRun(number ?? LAST_TRASHED, context);
  for (const { error } of bases) {
    if (error === null) continue;
    context.logger.warn({ event: "not-searched", code: error.code }, `skipped: ${error.message}`);
  }
  return run.items;
}

type WhichRun = number | ((run: HistoryRun) => boolean);

/** An older one is not undone in the place of the last one: that would put back what was not asked for. */
const LAST: WhichRun = (run) => trashedBy(run) > 0 || destroyedBy(run) > 0;
const LAST_TRASHED: WhichRun = (run) => trashedBy(run) > 0;

async function findRun(
  which: WhichRun,
  context: RunContext,
  timeText: TimeText = asIso,
): Promise<History & { readonly run: HistoryRun }> {
  const history = await historyIn(context);
  const { runs, bases } = history;
  const unread = bases.flatMap(({ error }) => (error === null ? [] : [`Not searched: ${error.message}`]));
  const refuse = (message: string, after = 0): GcError => {
    const next = runs.find((one) => one.number > after && one.items.length > 0);
    const older = next === undefined ? [] : [`To undo run ${next.number}: checkpoints undo ${next.number}`];
    return new GcError("not-found", message, { hint: [...unread, ...older, LISTS].join("\n") });
  };
  const run = runs.find((one) => (typeof which === "number" ? one.number === which : which(one)));
  if (run === undefined) {
    if (typeof which === "number") throw refuse(`there is no run ${which} in the history: it has ${runs.length}`);
    throw refuse("no run has moved anything to the trash yet");
  }
  if (run.items.length > 0) return { ...history, run };
  const name = `run ${run.number}`;
  const undone = undoneText(run, timeText);
  if (undone !== null) throw refuse(`${name} is ${undone}`, run.number);
  if (trashedBy(run) > 0) throw refuse(`nothing of what ${name} moved to the trash is still in the trash`, run.number);
  if (destroyedBy(run) > 0)
    throw refuse(`${name} deleted ${destroyedBy(run)} permanently: it cannot be undone`, run.number);
  throw refuse(`${name} removed nothing`, run.number);
}

/** Of a run of which nothing is left in the trash. Null where it is not known that anything was put back. */
function undoneText(run: HistoryRun, timeText: TimeText): string | null {
  const back = putBackOf(run);
  if (back === null) return null;
  const trashed = trashedBy(run);
  const when = timeText(back.at);
  if (back.count >= trashed) return `already undone: ${trashed} put back on ${when}`;
  return `partly undone: ${back.count} of ${trashed} put back on ${when}, and the others are no longer in the trash`;
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
