/** What an automatic run leaves where nothing is due: when to look again, and what is remembered of the base. */
import { dueAt } from "../gate/due.ts";
import { writeNext } from "../gate/write-next.ts";
import type { BaseRef } from "../model/home.ts";
import type { PlannedBase } from "../model/plan.ts";
import type { BaseResult, RunStatus } from "../model/result.ts";
import type { Settings } from "../model/settings.ts";
import type { AutoOptions } from "../options.ts";
import { findState, makeState } from "../state/place.ts";
import { NO_RECORD, readRecord } from "../state/record.ts";
import { amend, nextFlags, readIfThere } from "./record-sweep.ts";
import { bestEffort, type Swept } from "./notify-sweep.ts";
import { agentOf, stateOptions } from "./agents.ts";
import { type RunContext, refuseForeignHome } from "./context.ts";
import { emptyBase } from "./scan.ts";
import { type ExistingOrGone, ownLast, rememberedOf, timingOf } from "./survey-base.ts";
import type { BaseHandle } from "./open-base.ts";

export function baseResult(ref: BaseRef, status: RunStatus): BaseResult {
  return { path: ref.path, status, error: null, entries: [], trash: [] };
}

/** When it is due (ms) where that is later, else null. */
export function notDue(
  found: ExistingOrGone,
  settings: Settings,
  now: number,
  options: AutoOptions,
  opened: BaseHandle | null,
  context: RunContext,
): number | null {
  if (options.force === true) return null;
  const state = opened === null ? findState(found.ref.path) : opened.state;
  const record = opened === null ? readIfThere(found.ref) : opened.record;
  return dueAt(timingOf(found, agentOf(found.ref, context), state, record), settings, now);
}

/** Nothing to do: writes only when to check again, and when a marker of another program was first seen. */
export async function skipped(
  found: ExistingOrGone,
  settings: Settings,
  status: "disabled" | "not-due",
  next: number,
  now: number,
  context: RunContext,
): Promise<Swept> {
  const { ref, exists } = found;
  refuseForeignHome(ref, context);
  const unwritten = bestEffort(context, () => {
    const state = makeState(ref.path, stateOptions(ref, context));
    writeNext(state, next, { disabled: status === "disabled", ...nextFlags(context) });
  });
  if (status === "not-due" && ownLast(readIfThere(ref)) === null)
    await amend(ref, context, (record) => ({ ...record, firstMet: now }));
  return {
    planned: { ...emptyBase(ref, settings), exists, ...memoryOf(found, settings, now, context) },
    result: { ...baseResult(ref, status), ...(unwritten === null ? {} : { warnings: [unwritten] }) },
    record: null,
  };
}

function memoryOf(
  found: ExistingOrGone,
  settings: Settings,
  now: number,
  context: RunContext,
): Pick<PlannedBase, "state" | "lastSweep" | "nextDue"> {
  const state = findState(found.ref.path);
  const { lastSweep, nextDue } = rememberedOf(
    found,
    agentOf(found.ref, context),
    state,
    state === null ? NO_RECORD : readRecord(state),
    settings,
    now,
  );
  return { state, lastSweep, nextDue };
}
