/** The recorded runs of every base, newest first (`checkpoints history`). Writes nothing. */
import type { GcError } from "../errors.ts";
import { runSync } from "../fs/cooperative.ts";
import type { HistoryRun } from "../model/history.ts";
import type { BaseRef } from "../model/home.ts";
import type { SweepRecord } from "../model/state.ts";
import type { CommonOptions } from "../options.ts";
import { findTrash } from "../scan/trash-places.ts";
import { noteIn } from "../state/notes.ts";
import { findState } from "../state/place.ts";
import { NO_RECORD, readRecord } from "../state/record.ts";
import { existingTrashDirectories } from "../state/trash-directory.ts";
import { agentOf } from "./agents.ts";
import { basesOf, contextOf, type FoundBase, isSkippable, type RunContext } from "./context.ts";
import { groupRuns, type RecordedBase } from "./group-runs.ts";

export interface BaseHistory extends RecordedBase {
  readonly ref: BaseRef;
  readonly exists: boolean;
  readonly sweeps: readonly SweepRecord[];
  /** Why they are not known, of one of several that was not named. */
  readonly error: GcError | null;
}

export interface History {
  readonly runs: readonly HistoryRun[];
  readonly bases: readonly BaseHistory[];
}

/** Rejects with `state-newer`, `state-unusable`, and the error of a named base that is missing. */
export async function historyOf(options: CommonOptions = {}): Promise<History> {
  return historyIn(await contextOf(options));
}

export async function historyIn(context: RunContext): Promise<History> {
  const bases = (await basesOf(context)).map((found) => historyAt(found, context));
  return { bases, runs: groupRuns(bases, context.now()) };
}

function historyAt({ ref, exists, error }: FoundBase, context: RunContext): BaseHistory {
  const none = { ref, exists, sweeps: [], manual: [], items: [] };
  if (error !== null) return { ...none, error };
  try {
    const state = findState(ref.path);
    const { sweeps, manual } = state === null ? NO_RECORD : readRecord(state);
    const notes = state === null ? [] : existingTrashDirectories(state);
    const found = exists || state !== null ? runSync(findTrash(ref.path, state, agentOf(ref, context))) : [];
    const items = found.map((item) => ({ ref, item: { ...item, bytes: item.bytes ?? noteIn(notes, item.id) } }));
    return { ref, exists, sweeps, manual, items, error: null };
  } catch (failure) {
    if (!isSkippable(ref, failure, context)) throw failure;
    return { ...none, error: failure };
  }
}
