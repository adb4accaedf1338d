/**
 * Destroys the trash items that the plan removes: borrowers first, and a lender only when its borrowers are gone. A
 * borrower that was restored meanwhile, or that cannot be removed, keeps its lender.
 */
import { DESTROY, type Destruction as Destroying } from "../fs/jobs.ts";
import { runAll } from "../fs/worker-pool.ts";
import type { MarkedPath } from "../fs/mark.ts";
import { failpoint } from "../fs/failpoints.ts";
import { type PlannedTrash, waitingOf } from "../model/trash.ts";
import { removableTogether } from "../model/removable-together.ts";
import type { TrashResult } from "../model/result.ts";
import { failure, trashResult } from "./outcome.ts";
import { toDestroy, stillThere } from "./trash.ts";

export interface Destruction {
  readonly signal: AbortSignal | undefined;
  readonly yieldIfDue: () => Promise<void> | void;
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
    const turn = free.length > 0 ? free : await cycle(waiting, gone, run);
    if (turn.length === 0) break;
    for (const path of await destroyed(turn, run)) gone.add(path);
    const done = new Set(turn);
    waiting = waiting.filter((row) => !done.has(row));
  }
  for (const row of waiting) {
    if (run.signal?.aborted === true) {
      run.onResult(trashResult(row, "skipped"));
      continue;
    }
    const stays = row.after.find((path) => !gone.has(path)) ?? "";
    run.onResult((await checkDestroyable(row, run)) ?? keptByBorrower(row, stays));
  }
}

function keptByBorrower(row: PlannedTrash, borrower: string): TrashResult {
  return trashResult(row, "changed", 0, { code: "ECHANGED", message: `${borrower} borrows from it and stays` });
}

/** Those that only wait for each other, where all of them may be destroyed: one that stays keeps the others. */
async function cycle(
  waiting: readonly PlannedTrash[],
  gone: ReadonlySet<string>,
  run: Destruction,
): Promise<readonly PlannedTrash[]> {
  const willing: PlannedTrash[] = [];
  for (const row of removableTogether(waiting, waitingOf, gone)) {
    if ((await checkDestroyable(row, run)) === null) willing.push(row);
    await run.yieldIfDue();
  }
  return removableTogether(willing, waitingOf, gone);
}

/** Paths of what is gone now. Items that a signal left out are unchanged, and can be restored. */
async function destroyed(rows: readonly PlannedTrash[], run: Destruction): Promise<readonly string[]> {
  const told = new Set<PlannedTrash>();
  const tell = (result: TrashResult): void => {
    told.add(result.planned);
    run.onResult(result);
  };
  const ready: ReadyRow[] = [];
  for (const row of rows) {
    if (run.signal?.aborted === true) break;
    const refused = await checkDestroyable(row, run);
    if (refused === null) ready.push(...readyRow(row, tell));
    else tell(refused);
    await run.yieldIfDue();
  }
  const gone: string[] = [];
  await runAll(
    DESTROY,
    // Counted while destroying: the size in its note may be a week old.
    ready.map(({ members }) => ({ members, bytes: null })),
    {
      signal: run.signal,
      whole: true,
      onProduct: (index, product) => {
        const one = ready[index];
        if (one === undefined) return;
        failpoint("destroyed", one.members[0]?.marked ?? "");
        const result = resultOf(one.row, product);
        if (result.outcome === "removed") gone.push(...waitingOf(one.row).paths);
        tell(result);
      },
    },
  );
  for (const row of rows) if (!told.has(row)) run.onResult(trashResult(row, "skipped"));
  return gone;
}

function resultOf(row: PlannedTrash, product: Destroying): TrashResult {
  if (product.kind === "whole") {
    return product.error.code === "ENOENT"
      ? trashResult(row, "already-gone")
      : trashResult(row, "failed", 0, product.error);
  }
  const [trouble] = product.troubles;
  if (trouble === undefined) return trashResult(row, "removed", product.bytes);
  return trashResult(row, "failed", product.bytes, {
    code: trouble.code,
    message: `${trouble.message} (${trouble.path})`,
  });
}

/** Why a row may not be destroyed now, or null. */
async function checkDestroyable(row: PlannedTrash, run: Destruction): Promise<TrashResult | null> {
  const may = row.item.marked || (await run.stillExpired(row));
  try {
    const there = stillThere(row.item.members);
    if (there !== "same") return trashResult(row, there === "gone" ? "already-gone" : "changed");
    const mount = row.item.marked ? null : run.mountIn(waitingOf(row).paths);
    if (mount !== null)
      return trashResult(row, "failed", 0, { code: "EBUSY", message: `something is mounted at ${mount}` });
    return may ? null : trashResult(row, "changed");
  } catch (error) {
    return failure(row, error);
  }
}

interface ReadyRow {
  readonly row: PlannedTrash;
  readonly members: readonly MarkedPath[];
}

function readyRow(row: PlannedTrash, tell: Destruction["onResult"]): ReadyRow[] {
  try {
    return [{ row, members: toDestroy(row.item.members) }];
  } catch (error) {
    tell(failure(row, error));
    return [];
  }
}
