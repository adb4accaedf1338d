/** Carries out the trash rows of a plan: what goes back goes back, what is past its date is destroyed. */
import { doAll } from "../fs/crew.ts";
import { point } from "../fs/tap.ts";
import type { Entry } from "../model/entry.ts";
import type { PlannedTrash, TrashItem } from "../model/plan.ts";
import type { Outcome, OutcomeError, TrashResult } from "../model/result.ts";
import { errnoOf } from "../errors.ts";
import { settled } from "./marks.ts";
import { problem } from "./outcomes.ts";
import { type Guarding, unguarded } from "./guard.ts";
import { type MoveHome, putBack } from "./put-back.ts";
import { entryOf, mark, restamp, stillThere } from "./trash.ts";

export interface Settling {
  readonly now: number;
  readonly signal: AbortSignal | undefined;
  readonly breathe: () => Promise<void> | void;
  /** Whether an item that is to be destroyed still may be: judged again at the last moment. */
  readonly stillExpired: (row: PlannedTrash) => Promise<boolean>;
  /** Under which lock the members of an entry are moved. */
  readonly guardingOf: (entry: Entry) => Guarding;
  /** A mount at or below a path, or null. */
  readonly mountIn: (path: string) => string | null;
  readonly onResult: (result: TrashResult) => void;
}

/** A result for every row that something became of. */
export async function settleTrash(rows: readonly PlannedTrash[], run: Settling): Promise<TrashResult[]> {
  const results: TrashResult[] = [];
  const tell = (result: TrashResult): void => {
    results.push(result);
    run.onResult(result);
  };
  const marked: { row: PlannedTrash; paths: string[] }[] = [];
  for (const row of rows) {
    if (run.signal?.aborted === true) break;
    if (row.action === "destroy") marked.push(...(await prepared(row, run, tell)));
    else if (row.action === "return") tell(await giveBack(row, run));
    else again(row, run.now, tell);
    await run.breathe();
  }
  await destroyMarked(marked, tell);
  return results;
}

async function prepared(
  row: PlannedTrash,
  run: Settling,
  tell: (result: TrashResult) => void,
): Promise<{ row: PlannedTrash; paths: string[] }[]> {
  const may = row.item.marked || (await run.stillExpired(row));
  return guarded(row, tell, () => {
    const { item } = row;
    const there = stillThere(item.members);
    if (there !== "same") {
      tell(trashResult(row, there === "gone" ? "already-gone" : "changed"));
      return [];
    }
    const mount = item.marked ? null : firstOf(item.members.map(({ path }) => run.mountIn(path)));
    if (mount !== null) {
      tell(trashResult(row, "failed", 0, { code: "EBUSY", message: `something is mounted at ${mount}` }));
      return [];
    }
    if (!may) {
      tell(trashResult(row, "changed"));
      return [];
    }
    return [{ row, paths: mark(item.members.map((member) => member.path)) }];
  });
}

function firstOf(found: readonly (string | null)[]): string | null {
  return found.find((one) => one !== null) ?? null;
}

async function destroyMarked(
  marked: readonly { row: PlannedTrash; paths: string[] }[],
  tell: (result: TrashResult) => void,
): Promise<void> {
  const ready = settled(marked, ({ row }, error) => tell(trashResult(row, "failed", 0, error)));
  await doAll(
    ready.map(({ paths }) => ({ kind: "destroy", paths })),
    {
      signal: undefined,
      onProduct: (index, product) => {
        const one = ready[index];
        if (one === undefined || product.kind !== "destroyed") return;
        point("destroyed", one.paths[0] ?? "");
        const trouble = product.destroyed.troubles[0];
        const error =
          trouble === undefined ? null : { code: trouble.code, message: `${trouble.message} (${trouble.path})` };
        tell(trashResult(one.row, error === null ? "removed" : "failed", product.destroyed.bytes, error));
      },
    },
  );
}

async function giveBack(row: PlannedTrash, run: Settling): Promise<TrashResult> {
  try {
    const entry = entryOf(row.item);
    const back = await putBack(movesHome(row.item), entry === null ? unguarded : run.guardingOf(entry));
    if (back.kind === "back") return trashResult(row, "returned", row.bytes ?? 0);
    restamp(row.item, run.now, true);
    return trashResult(row, "conflict", 0, { code: "EEXIST", message: `${back.path} is taken` });
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return trashResult(row, "already-gone");
    return trashResult(row, "failed", 0, problem(error));
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
  guarded(row, tell, () => {
    restamp(row.item, now, conflict);
    if (conflict)
      tell(trashResult(row, "conflict", 0, { code: "EEXIST", message: "something else has taken its place" }));
    return [];
  });
}

function guarded<T>(row: PlannedTrash, tell: (result: TrashResult) => void, act: () => T[]): T[] {
  try {
    return act();
  } catch (error) {
    if (errnoOf(error) === "ENOENT") tell(trashResult(row, "already-gone"));
    else tell(trashResult(row, "failed", 0, problem(error)));
    return [];
  }
}

function trashResult(
  planned: PlannedTrash,
  outcome: Outcome,
  bytes = 0,
  error: OutcomeError | null = null,
): TrashResult {
  return { planned, outcome, bytes, error };
}
