/** Carries out the trash rows of a plan: what goes back goes back, what is past its date is destroyed. */
import type { Entry } from "../model/entry.ts";
import type { PlannedTrash, TrashItem } from "../model/plan.ts";
import type { TrashResult } from "../model/result.ts";
import { type Destruction, destroyTrash } from "./destroy-trash.ts";
import { type Guarding, unguarded } from "./guard.ts";
import { failure, trashResult } from "./outcomes.ts";
import { type MoveHome, putBack, takenPlace } from "./put-back.ts";
import { entryOf, restamp } from "./trash.ts";

export interface Settling extends Destruction {
  readonly now: number;
  /** Under which lock the members of an entry are moved. */
  readonly guardingOf: (entry: Entry) => Guarding;
  /** Something is about to go back to its free place. */
  readonly onReturning: (row: PlannedTrash) => void;
}

/** A result for every row that something became of. */
export async function settleTrash(rows: readonly PlannedTrash[], run: Settling): Promise<TrashResult[]> {
  const results: TrashResult[] = [];
  const tell = (result: TrashResult): void => {
    results.push(result);
    run.onResult(result);
  };
  const leaving: PlannedTrash[] = [];
  for (const row of rows) {
    if (run.signal?.aborted === true) break;
    if (row.action === "destroy") leaving.push(row);
    else if (row.action === "return") tell(await giveBack(row, run));
    else again(row, run.now, tell);
    await run.breathe();
  }
  await destroyTrash(leaving, { ...run, onResult: tell });
  return results;
}

async function giveBack(row: PlannedTrash, run: Settling): Promise<TrashResult> {
  const moves = movesHome(row.item);
  try {
    const entry = entryOf(row.item);
    if ((await takenPlace(moves)) === null) run.onReturning(row);
    const back = await putBack(moves, entry === null ? unguarded : run.guardingOf(entry));
    if (back.kind === "back") return trashResult(row, "returned", row.bytes ?? 0);
    restamp(row.item, run.now, true);
    return trashResult(row, "conflict", 0, { code: "EEXIST", message: `${back.path} is taken` });
  } catch (error) {
    return failure(row, error);
  }
}

/** From where each member lies to where it belongs. */
export function movesHome(item: TrashItem): MoveHome[] {
  return item.members.map((member) => ({ from: member.path, to: `${item.base}/${member.place}`, as: member.as }));
}

/** What is kept, but whose period begins now: its date lay ahead, or something has taken its place. */
function again(row: PlannedTrash, now: number, tell: (result: TrashResult) => void): void {
  const conflict = row.reason === "place-taken" && row.item.complete && !row.item.conflicted;
  if (!conflict && row.reason !== "future-date") return;
  try {
    restamp(row.item, now, conflict);
    if (conflict)
      tell(trashResult(row, "conflict", 0, { code: "EEXIST", message: "something else has taken its place" }));
  } catch (error) {
    tell(failure(row, error));
  }
}
