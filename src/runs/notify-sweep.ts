/** Where a sweep is reported: the host's logger, a notice at the next start, and the log of the state. */
import { isErrno } from "../errors.ts";
import { leaveNotice } from "../gate/write-next.ts";
import type { BaseRef } from "../model/home.ts";
import type { PlannedBase } from "../model/plan.ts";
import type { BaseResult, RunWarning } from "../model/result.ts";
import type { SweepRecord } from "../model/state.ts";
import { jsonLook } from "../report/envelope.ts";
import { sweepFields, sweepLine, sweepText } from "../report/sweeps.ts";
import { appendLog } from "../state/log.ts";
import { findState } from "../state/place.ts";
import type { RunContext } from "./context.ts";
import { failureOf } from "./prune.ts";

/** The outcome for a base: its plan, and what was done with it. */
export interface Swept {
  readonly planned: PlannedBase;
  readonly result: BaseResult;
  /** Null where no sweep ran. */
  readonly record: SweepRecord | null;
}

/** Set in every sweep that a hook started (hook/environment.ts): its output is discarded. */
const DETACHED = "CHECKPOINT_GC_DETACHED";

function didSomething(record: SweepRecord): boolean {
  return record.trashed + record.removed + record.restored + record.failed > 0;
}

/** Called once for a sweep that did something. */
export function reportToHost(ref: BaseRef, record: SweepRecord, context: RunContext): void {
  if (!didSomething(record)) return;
  context.logger.info({ event: "sweep", ...sweepFields(ref.path, record) }, sweepText(record, jsonLook(record.at)));
}

/** One notice for all bases of a run, in the state of the first: that is where the hook of a home looks. */
export function notify(swept: readonly Swept[], context: RunContext): void {
  const lines = swept.flatMap(({ record, result }) => {
    if (result.error !== null)
      return result.status === "locked" ? [] : [`checkpoint-gc: ${result.path}: ${result.error.message}`];
    return record !== null && didSomething(record) ? [sweepLine(record, jsonLook(record.at))] : [];
  });
  const first = swept.find(({ planned, result }) => planned.exists && !isUnwritableState(result))?.planned.ref.path;
  if (lines.length === 0 || first === undefined) return;
  bestEffort(context, () => {
    const state = findState(first);
    if (state !== null) leaveNotice(state, lines.join("\n"));
  });
}

/** The failures of an unattended sweep: the error that ended it, and those of its entries. */
export function logErrors(swept: readonly Swept[], context: RunContext): void {
  if ((context.env[DETACHED] ?? "") === "") return;
  for (const { planned, result } of swept) {
    const errors = errorsOf(result);
    if (!planned.exists || errors.length === 0 || isUnwritableState(result)) continue;
    bestEffort(context, () => {
      const state = findState(planned.ref.path);
      if (state !== null) appendLog(state, context.now(), errors);
    });
  }
}

/** A state that a newer version wrote, or that is not ours: nothing at all is written there. */
function isUnwritableState({ error }: BaseResult): boolean {
  return error !== null && ["state-newer", "state-unusable", "foreign-owner"].includes(error.code);
}

function errorsOf({ status, error, entries, trash, collected = [], warnings = [] }: BaseResult): readonly string[] {
  if (status === "locked" || status === "interrupted") return [];
  return [
    ...(error === null ? [] : [`${error.code}: ${error.message}`]),
    ...entries.flatMap(({ planned, error }) =>
      error === null ? [] : [`${planned.judged.entry.id}: ${error.code}: ${error.message}`],
    ),
    ...trash.flatMap(({ planned, error }) =>
      error === null ? [] : [`${planned.item.id}: ${error.code}: ${error.message}`],
    ),
    ...warnings.filter(({ failed }) => failed).map(({ code, message }) => `${code}: ${message}`),
    ...collected.flatMap(({ repository, outcome, error }) =>
      error === null || outcome !== "failed" ? [] : [`${repository}: ${error.code}: ${error.message}`],
    ),
  ];
}

/**
 * Writes beside a sweep: a notice, a line in the log, when to check again. On a full or read-only disk they are
 * silently left out; any other errno is a warning. Null, or the warning.
 */
export function bestEffort(context: RunContext, act: () => void): RunWarning | null {
  try {
    act();
    return null;
  } catch (error) {
    const { code, message } = failureOf(error);
    const expected = isErrno(error, "ENOSPC", "EDQUOT", "EROFS");
    const fields = { event: "not-written", code };
    if (expected) context.logger.debug(fields, message);
    else context.logger.warn(fields, message);
    return expected ? null : { code, message, failed: true };
  }
}
