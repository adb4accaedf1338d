/** Notes the heartbeats that a run removes (state/heartbeats.ts). */
import type { EntryResult } from "../model/result.ts";
import type { RemovedHeartbeat } from "../model/state.ts";
import { noteHeartbeats } from "../state/heartbeats.ts";
import type { RunContext } from "./context.ts";
import { type BaseHandle, recordNow } from "./open-base.ts";

export interface HeartbeatNotes {
  readonly add: (result: EntryResult) => void;
  /** Writes what was added, or reports that it could not. */
  readonly note: () => void;
}

export function removedHeartbeats(opened: BaseHandle, { now }: Pick<RunContext, "now">): HeartbeatNotes {
  const removed: RemovedHeartbeat[] = [];
  return {
    add: ({ planned: { judged }, outcome }) => {
      const { heartbeat, lastUsed, entry } = judged;
      const isRemoved = outcome === "trashed" || outcome === "removed";
      if (heartbeat === undefined || lastUsed === null || !isRemoved) return;
      removed.push({ id: entry.id, at: lastUsed.at, removedAt: now(), ...heartbeat });
    },
    note: () => {
      const { state } = opened;
      if (state === null) return;
      recordNow(opened, "which heartbeats were removed is not noted", () => noteHeartbeats(state, removed, now()));
    },
  };
}
