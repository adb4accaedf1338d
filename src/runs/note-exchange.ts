/** What an exchange moved to the trash, recorded as a run of its own, so that `undo` exchanges it back. */
import { expectErrno, UNREADABLE } from "../errors.ts";
import { WALK } from "../fs/jobs.ts";
import { runAll } from "../fs/worker-pool.ts";
import type { Settings } from "../model/settings.ts";
import type { ExchangeCommand } from "../model/state.ts";
import { DAY } from "../model/time.ts";
import type { Isolated } from "../reclaim/trash.ts";
import type { StateRecord } from "../state/record.ts";
import { noteSize } from "./carry-out.ts";
import { type BaseHandle, processLabel } from "./open-base.ts";
import { emptySweep } from "./sweep-record.ts";

export interface Exchanged {
  /** In the trash. */
  readonly id: string;
  /** Null where it could not be measured. */
  readonly bytes: number | null;
}

/** Measures what was moved there, and notes its size. */
export async function noteExchanged({ trashId: id, paths }: Isolated, opened: BaseHandle): Promise<Exchanged> {
  const bytes = await sizeOf(paths);
  noteSize(opened, id, bytes);
  return { id, bytes };
}

async function sizeOf(paths: readonly string[]): Promise<number | null> {
  let bytes: number | null = null;
  try {
    await runAll(WALK, [{ paths, locks: null }], {
      signal: undefined,
      onProduct: (_, measurement) => {
        bytes = measurement.bytes;
      },
    });
  } catch (error) {
    // It was restored all the same, and the size is only shown.
    expectErrno(error, ...UNREADABLE);
  }
  return bytes;
}

/** `at`: when the run began (ms), the same for all bases; `now`: when this base was done. */
export function withExchange(
  record: StateRecord,
  exchanged: readonly Exchanged[],
  { command, at, now }: { readonly command: ExchangeCommand; readonly at: number; readonly now: number },
  settings: Settings,
): StateRecord {
  if (exchanged.length === 0) return record;
  const run = {
    ...emptySweep({ at, endedAt: now, by: processLabel(), durationMs: Math.max(0, now - at), command }),
    items: exchanged.map(({ id }) => id),
    trashed: exchanged.length,
    bytesTrashed: exchanged.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
    undoUntil: at + settings.trash_days * DAY,
  };
  return { ...record, manual: [run, ...record.manual] };
}
