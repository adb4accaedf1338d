/** Whom a sweep is told to: the host's logger, the person at the next start (the notice), and the log of the state. */
import { leaveNotice } from "../gate/next.ts";
import type { BaseRef } from "../model/home.ts";
import type { PlannedBase } from "../model/plan.ts";
import type { BaseResult } from "../model/result.ts";
import type { SweepRecord } from "../model/state.ts";
import { jsonLook } from "../report/json.ts";
import { sweepFields, sweepLine, sweepText } from "../report/sweeps.ts";
import { appendLog } from "../state/log.ts";
import { findState } from "../state/place.ts";
import type { Context } from "./context.ts";
import { failureOf } from "./prune.ts";

/** What a base came to: its plan, and what was done with it. */
export interface Swept {
  readonly planned: PlannedBase;
  readonly result: BaseResult;
  /** Null where it did not come to a sweep. */
  readonly record: SweepRecord | null;
}

/** Set in every sweep that a hook started (hook/environment.ts): nobody sees what it prints. */
const DETACHED = "CHECKPOINT_GC_DETACHED";

function didSomething(record: SweepRecord): boolean {
  return record.trashed + record.removed + record.restored + record.failed > 0;
}

/** Once a sweep that did something. */
export function tellHost(ref: BaseRef, record: SweepRecord, context: Context): void {
  if (!didSomething(record)) return;
  context.logger.info({ event: "sweep", ...sweepFields(ref.path, record) }, sweepText(record, jsonLook(record.at)));
}

/** One notice for all bases of a run, in the state of the first: that is where the hook of a home looks. */
export function notify(swept: readonly Swept[], context: Context): void {
  const lines = swept.flatMap(({ record, result }) => {
    if (result.error !== null)
      return result.status === "locked" ? [] : [`checkpoint-gc: ${result.path}: ${result.error.message}`];
    return record !== null && didSomething(record) ? [sweepLine(record, jsonLook(record.at))] : [];
  });
  const first = swept.find(({ planned, result }) => planned.exists && !isOffLimits(result))?.planned.ref.path;
  if (lines.length === 0 || first === undefined) return;
  quietly(context, () => {
    const state = findState(first);
    if (state !== null) leaveNotice(state, lines.join("\n"));
  });
}

/** What went wrong in a sweep that nobody watched: the error that ended it, and those of its entries. */
export function logErrors(swept: readonly Swept[], context: Context): void {
  if ((context.env[DETACHED] ?? "") === "") return;
  for (const { planned, result } of swept) {
    const errors = errorsOf(result);
    if (!planned.exists || errors.length === 0 || isOffLimits(result)) continue;
    quietly(context, () => {
      const state = findState(planned.ref.path);
      if (state !== null) appendLog(state, context.now(), errors);
    });
  }
}

/** A state that a newer version wrote, or that is not ours: nothing is written there, not even a word. */
function isOffLimits({ error }: BaseResult): boolean {
  return error !== null && ["state-newer", "state-unusable", "foreign-owner"].includes(error.code);
}

function errorsOf({ status, error, entries, trash, collected = [] }: BaseResult): readonly string[] {
  if (status === "locked" || status === "interrupted") return [];
  return [
    ...(error === null ? [] : [`${error.code}: ${error.message}`]),
    ...entries.flatMap(({ planned, error }) =>
      error === null ? [] : [`${planned.judged.entry.id}: ${error.code}: ${error.message}`],
    ),
    ...trash.flatMap(({ planned, error }) =>
      error === null ? [] : [`${planned.item.id}: ${error.code}: ${error.message}`],
    ),
    ...collected.flatMap(({ repository, outcome, error }) =>
      error === null || outcome !== "failed" ? [] : [`${repository}: ${error.code}: ${error.message}`],
    ),
  ];
}

/** Where nothing can be written the hook looks at every start; that costs it little, and an error here nobody. */
export function quietly(context: Context, act: () => void): void {
  try {
    act();
  } catch (error) {
    context.logger.debug({ event: "next-not-written", ...failureOf(error) });
  }
}
