/** The recorded sweeps of every base, newest first (`checkpoints history`). Writes nothing. */
import type { BaseRef } from "../model/home.ts";
import type { SweepRecord } from "../model/state.ts";
import type { CommonOptions } from "../options.ts";
import { findState } from "../state/place.ts";
import { NO_RECORD, readRecord } from "../state/record.ts";
import { basesOf, contextOf } from "./context.ts";

export interface BaseHistory {
  readonly ref: BaseRef;
  readonly exists: boolean;
  readonly sweeps: readonly SweepRecord[];
}

/** Rejects with `state-newer`, `state-unusable`, and the error of a named base that is missing. */
export async function historyOf(options: CommonOptions = {}): Promise<readonly BaseHistory[]> {
  return (await basesOf(await contextOf(options))).map(({ ref, exists }) => {
    const state = findState(ref.path);
    return { ref, exists, sweeps: (state === null ? NO_RECORD : readRecord(state)).sweeps };
  });
}
