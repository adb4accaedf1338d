/** Surveys and plans one base, with what its state recorded. */
import type { Agent } from "../agents/agent.ts";
import { clockDoubt, doubtedTimes } from "../gate/clock.ts";
import { dueAt, type Timing } from "../gate/due.ts";
import { readMarker } from "../gate/marker.ts";
import type { PlannedBase } from "../model/plan.ts";
import type { Settings } from "../model/settings.ts";
import type { Request } from "../plan/request.ts";
import { sizeCheckOf } from "../scan/size-check.ts";
import { readHeartbeats } from "../state/heartbeats.ts";
import { lastLogged } from "../state/log.ts";
import { noteIn } from "../state/notes.ts";
import { findState } from "../state/place.ts";
import { NO_RECORD, readRecord, type StateRecord } from "../state/record.ts";
import { readRestored } from "../state/restored.ts";
import { existingTrashDirectories } from "../state/trash-directory.ts";
import { type DetailOptions, type PersistedState, surveyBase, type SurveyedBase } from "../survey.ts";
import { markerDirectory } from "./agents.ts";
import { type FoundBase, judgeContextFor, type RunContext } from "./context.ts";

export async function planBaseAt(
  found: ExistingOrGone,
  settings: Settings,
  request: Request,
  wanted: DetailOptions,
  context: RunContext,
): Promise<PlannedBase> {
  return (await surveyBaseAt(found, settings, request, wanted, context)).planFor(request);
}

/** A base that no longer exists has its trash alone: the state beside it is enough. */
export async function surveyBaseAt(
  found: ExistingOrGone,
  settings: Settings,
  request: Request,
  wanted: DetailOptions,
  context: RunContext,
): Promise<SurveyedBase> {
  const { ref } = found;
  const state = findState(ref.path);
  const record = state === null ? NO_RECORD : readRecord(state);
  const judgeContext = await judgeContextFor(ref, state, settings, request.now, context);
  const memory = rememberedOf(found, judgeContext.agent, state, record, settings, request.now);
  const surveyed = await surveyBase(ref, judgeContext, request, wanted, memory);
  const { agent, signal } = judgeContext;
  const planFor = async (chosen: Request): Promise<PlannedBase> => {
    const planned = await surveyed.planFor(chosen);
    const checked = wanted.everything ? await sizeCheckOf(ref.path, agent, planned.entries, signal) : null;
    const heartbeats = state === null ? [] : readHeartbeats(state, chosen.now);
    return {
      ...planned,
      ...(checked === null ? {} : { sizeCheck: checked }),
      ...(heartbeats.length === 0 ? {} : { heartbeats }),
      lastError: state === null ? null : lastLogged(state),
    };
  };
  return { ...surveyed, planFor };
}

/** A base, and whether it exists. */
export type ExistingOrGone = Pick<FoundBase, "ref" | "exists">;

export function rememberedOf(
  found: ExistingOrGone,
  agent: Pick<Agent, "sharesMarker">,
  state: string | null,
  record: StateRecord,
  settings: Settings,
  now: number,
): PersistedState {
  const { ref, exists } = found;
  const trash = state === null ? [] : existingTrashDirectories(state);
  return {
    exists,
    state,
    lastSweep: record.sweeps[0] ?? null,
    nextDue: dueAt(timingOf(found, agent, state, record), settings, now),
    clockDoubt: clockDoubt(record, now),
    doubtedTimes: doubtedTimes(record, now),
    restored: state === null ? {} : readRestored(state, ref.path),
    bytesOf: ({ id }) => noteIn(trash, id),
  };
}

/** Without a base there is no marker in it: then our own last sweep counts alone. */
export function timingOf(
  { ref, exists }: ExistingOrGone,
  agent: Pick<Agent, "sharesMarker">,
  state: string | null,
  record: StateRecord,
): Timing {
  const last = ownLast(record);
  const directory = markerDirectory(agent, ref.path, state);
  if (exists && directory !== null) return { marker: readMarker(directory), ownLast: last };
  return { marker: last === null ? { kind: "missing" } : { kind: "at", at: last }, ownLast: last };
}

/** When our own last sweep reached its end, or, if none did, when a marker was first seen. */
export function ownLast(record: StateRecord): number | null {
  return record.sweeps.find((sweep) => sweep.error === null)?.at ?? record.firstMet;
}
