/** The recorded sweeps of every base, newest first (`checkpoints history`). Writes nothing. */
import type { GcError } from "../errors.ts";
import type { BaseRef } from "../model/home.ts";
import type { SweepRecord } from "../model/state.ts";
import type { CommonOptions } from "../options.ts";
import { findState } from "../state/place.ts";
import { readRecord } from "../state/record.ts";
import { basesOf, contextOf, type FoundBase, isSkippable, type RunContext } from "./context.ts";

export interface BaseHistory {
  readonly ref: BaseRef;
  readonly exists: boolean;
  readonly sweeps: readonly SweepRecord[];
  /** Why they are not known, of one of several that was not named. */
  readonly error: GcError | null;
}

/** Rejects with `state-newer`, `state-unusable`, and the error of a named base that is missing. */
export async function historyOf(options: CommonOptions = {}): Promise<readonly BaseHistory[]> {
  const context = await contextOf(options);
  return (await basesOf(context)).map((found) => historyAt(found, context));
}

function historyAt({ ref, exists, error }: FoundBase, context: RunContext): BaseHistory {
  if (error !== null) return { ref, exists, sweeps: [], error };
  try {
    const state = findState(ref.path);
    return { ref, exists, sweeps: state === null ? [] : readRecord(state).sweeps, error: null };
  } catch (failure) {
    if (!isSkippable(ref, failure, context)) throw failure;
    return { ref, exists, sweeps: [], error: failure };
  }
}
