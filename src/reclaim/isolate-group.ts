/**
 * Isolates entries that share a lock of another program together: each is verified and prepared as it would be alone, then
 * all are taken under one hold, and each is verified again where it lies. What goes wrong with one is an outcome of that
 * one. A process for the lock and one of git serve them all.
 */
import { failpoint } from "../fs/failpoints.ts";
import type { Entry } from "../model/entry.ts";
import type { PlannedEntry } from "../model/plan.ts";
import type { Rule } from "../model/reasons.ts";
import { detachEntries, discard } from "./detach.ts";
import {
  checkUnchanged,
  type Isolation,
  type IsolatedOrNot,
  isolatedOrNot,
  notIsolated,
  prepareEntry,
} from "./isolate-entry.ts";
import { pathOf } from "./outcome.ts";
import type { Destination, ToIsolate } from "./trash.ts";

/** What is held while a group is taken takes a millisecond for each. */
const GROUP = 64;

/** A document is written once for all of its records, and that takes longer than everything else. */
const RECORD_GROUP = 512;

/** How many are taken together, at most. */
export function groupSize({ judged }: PlannedEntry): number {
  return hasRecord(judged.entry) ? RECORD_GROUP : GROUP;
}

export function hasRecord({ members }: Entry): boolean {
  return members.some(({ as }) => as === "record");
}

/** So long after the first of them was verified all are taken (ms): a large history is packed for minutes. */
const PREPARE_MS = 5000;

/** While git packs the history of one, the file of another is synced and checked. */
const LANES = 2;

export interface GroupRow {
  readonly planned: PlannedEntry;
  readonly rule: Rule;
}

export interface GroupRun extends Isolation {
  readonly yieldIfDue: () => Promise<void> | void;
}

interface Prepared {
  readonly row: GroupRow;
  readonly entry: ToIsolate | IsolatedOrNot;
}

/**
 * Tells what became of each. `no-room`: there may be some elsewhere, or when others have gone. On a signal what was not
 * taken yet is left out: nothing was done to it.
 */
export async function isolateGroup(
  rows: readonly GroupRow[],
  to: Destination,
  run: GroupRun,
  tell: (row: GroupRow, done: IsolatedOrNot) => Promise<void>,
): Promise<void> {
  for (let left = rows; left.length > 0 && !isStopped(run);) {
    const prepared = await prepareSome(left, to, run);
    left = left.slice(prepared.length);
    const ready = prepared.flatMap(({ row, entry }) => ("kind" in entry ? [] : [{ row, entry }]));
    const entries = ready.map(({ entry }) => entry);
    for (const { row, entry } of prepared) if ("kind" in entry) await tell(row, entry);
    if (isStopped(run)) {
      discardAll(entries);
      return;
    }
    const [first] = entries;
    if (first === undefined) continue;
    const outcomes = await detachEntries(entries, { ...run, withOwnerLock: run.ownerLockOf(first.entry) });
    for (const { row, entry } of ready)
      await tell(row, await isolatedOrNot(row.planned, entry, outcomes.get(entry), run));
  }
}

/** As many of the rows as there is time for, and one at least, in their order. */
async function prepareSome(rows: readonly GroupRow[], to: Destination, run: GroupRun): Promise<readonly Prepared[]> {
  const until = performance.now() + PREPARE_MS;
  const prepared: Prepared[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next; !isStopped(run) && (at === 0 || performance.now() < until); at = next) {
      const row = rows[at];
      if (row === undefined) return;
      next += 1;
      prepared[at] = { row, entry: await prepareOne(row, to, run) };
      await run.yieldIfDue();
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: LANES }, lane));
  const fault = ended.find((one) => one.status === "rejected");
  if (fault === undefined) return prepared;
  discardAll(prepared.flatMap(({ entry }) => ("kind" in entry ? [] : [entry])));
  throw fault.reason;
}

async function prepareOne(
  { planned, rule }: GroupRow,
  to: Destination,
  run: GroupRun,
): Promise<ToIsolate | IsolatedOrNot> {
  try {
    const refused = await checkUnchanged(planned, run);
    if (refused !== null) return { kind: "not", result: refused };
    failpoint("verified", pathOf(planned));
    return await prepareEntry(to, planned, rule, run);
  } catch (error) {
    return notIsolated(planned, error);
  }
}

function discardAll(entries: readonly ToIsolate[]): void {
  discard(entries.flatMap(({ members }) => members));
}

function isStopped({ signal }: GroupRun): boolean {
  return signal?.aborted === true;
}
