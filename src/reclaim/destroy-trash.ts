/**
 * Destroys what the plan takes out of the trash: whoever borrows objects first, and whom it borrows from only when it is
 * gone. A borrower that was put back meanwhile, or that will not go, keeps its lender.
 */
import { DESTROY } from "../fs/crafts.ts";
import { doAll } from "../fs/crew.ts";
import { point } from "../fs/tap.ts";
import type { PlannedTrash } from "../model/plan.ts";
import type { TrashResult } from "../model/result.ts";
import { type Marked, settled } from "./marks.ts";
import { failure, trashResult } from "./outcomes.ts";
import { mark, stillThere } from "./trash.ts";

export interface Destruction {
  readonly signal: AbortSignal | undefined;
  readonly breathe: () => Promise<void> | void;
  /** Whether an item that is to be destroyed still may be: judged again at the last moment. */
  readonly stillExpired: (row: PlannedTrash) => Promise<boolean>;
  /** A mount at or below one of these paths, or null. */
  readonly mountIn: (paths: readonly string[]) => string | null;
  readonly onResult: (result: TrashResult) => void;
}

export async function destroyTrash(rows: readonly PlannedTrash[], run: Destruction): Promise<void> {
  const gone = new Set<string>();
  let waiting = rows;
  while (waiting.length > 0 && run.signal?.aborted !== true) {
    const isFree = ({ after }: PlannedTrash): boolean => after.every((path) => gone.has(path));
    const free = waiting.filter(isFree);
    const turn = free.length > 0 ? free : await circle(waiting, gone, run);
    if (turn.length === 0) break;
    for (const path of await destroyed(turn, run)) gone.add(path);
    const done = new Set(turn);
    waiting = waiting.filter((row) => !done.has(row));
  }
  if (run.signal?.aborted === true) return;
  for (const row of waiting) {
    const stays = row.after.find((path) => !gone.has(path)) ?? "";
    run.onResult((await refusal(row, run)) ?? stayed(row, stays));
  }
}

function stayed(row: PlannedTrash, borrower: string): TrashResult {
  return trashResult(row, "changed", 0, { code: "ECHANGED", message: `${borrower} borrows from it and stays` });
}

/** Those that wait for nobody but each other, where all of them may go: whoever stays keeps the others. */
async function circle(
  waiting: readonly PlannedTrash[],
  gone: ReadonlySet<string>,
  run: Destruction,
): Promise<readonly PlannedTrash[]> {
  const willing: PlannedTrash[] = [];
  for (const row of closed(waiting, gone)) {
    if ((await refusal(row, run)) === null) willing.push(row);
    await run.breathe();
  }
  return closed(willing, gone);
}

/** The most of these rows that borrow for nobody outside. */
function closed(rows: readonly PlannedTrash[], gone: ReadonlySet<string>): readonly PlannedTrash[] {
  let left = rows;
  for (let before = -1; before !== left.length;) {
    before = left.length;
    const going = new Set(left.flatMap(pathsOf));
    left = left.filter(({ after }) => after.every((path) => gone.has(path) || going.has(path)));
  }
  return left;
}

function pathsOf({ item }: PlannedTrash): string[] {
  return item.members.map(({ path }) => path);
}

/** Paths of what is gone now. */
async function destroyed(rows: readonly PlannedTrash[], run: Destruction): Promise<readonly string[]> {
  const marked: MarkedRow[] = [];
  for (const row of rows) {
    if (run.signal?.aborted === true) break;
    const refused = await refusal(row, run);
    if (refused === null) marked.push(...markOne(row, run));
    else run.onResult(refused);
    await run.breathe();
  }
  const ready = settled(marked, ({ row }, error) => run.onResult(trashResult(row, "failed", 0, error)));
  const gone: string[] = [];
  await doAll(
    DESTROY,
    // Counted on the way: what a note says of it may be a week old.
    ready.map(({ paths }) => ({ paths, bytes: null })),
    {
      signal: undefined,
      onProduct: (index, { bytes, troubles }) => {
        const one = ready[index];
        if (one === undefined) return;
        point("destroyed", one.paths[0] ?? "");
        const trouble = troubles[0];
        const error =
          trouble === undefined ? null : { code: trouble.code, message: `${trouble.message} (${trouble.path})` };
        if (error === null) gone.push(...pathsOf(one.row));
        run.onResult(trashResult(one.row, error === null ? "removed" : "failed", bytes, error));
      },
    },
  );
  return gone;
}

/** Why a row may not be destroyed now, or null. */
async function refusal(row: PlannedTrash, run: Destruction): Promise<TrashResult | null> {
  const may = row.item.marked || (await run.stillExpired(row));
  try {
    const there = stillThere(row.item.members);
    if (there !== "same") return trashResult(row, there === "gone" ? "already-gone" : "changed");
    const mount = row.item.marked ? null : run.mountIn(pathsOf(row));
    if (mount !== null)
      return trashResult(row, "failed", 0, { code: "EBUSY", message: `something is mounted at ${mount}` });
    return may ? null : trashResult(row, "changed");
  } catch (error) {
    return failure(row, error);
  }
}

interface MarkedRow extends Marked {
  readonly row: PlannedTrash;
}

function markOne(row: PlannedTrash, run: Destruction): MarkedRow[] {
  try {
    return [{ row, paths: mark(pathsOf(row)), identities: row.item.members.map(({ identity }) => identity) }];
  } catch (error) {
    run.onResult(failure(row, error));
    return [];
  }
}
