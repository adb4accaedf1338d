/**
 * `state.json`: what earlier runs wrote down about a base. Versioned: a version newer than ours means that nothing is
 * done, and a file that cannot be understood counts as none, since nothing in it may ever lead to a deletion.
 */
import { z } from "zod";
import { bytePath } from "../fs/door.ts";
import { decodeUtf8, readSmall } from "../fs/read-small.ts";
import { writeAtomic } from "../fs/write-atomic.ts";
import type { SweepRecord } from "../model/state.ts";
import { versioned } from "./versioned.ts";

export interface StateRecord {
  /** The clock of the last run that wrote (ms), or null before the first. */
  readonly lastRunAt: number | null;
  /** When we first met a marker that is not ours: from then on Hermes may keep us waiting for two intervals at most. */
  readonly firstMet: number | null;
  /** Since when the clock is doubted (ms). */
  readonly doubtedSince: number | null;
  /** Failed automatic runs in a row. */
  readonly failures: number;
  /** The last sweeps, newest first. */
  readonly sweeps: readonly SweepRecord[];
}

export const NO_RECORD: StateRecord = { lastRunAt: null, firstMet: null, doubtedSince: null, failures: 0, sweeps: [] };

const VERSION = 1;
/** Three months of daily sweeps. */
const MOST_SWEEPS = 100;
/** A hundred sweeps take 40 KiB. */
const LIMIT = 1024 * 1024;

const time = z.number().nullable();
const count = z.number().nonnegative();

const sweepSchema = z.object({
  at: z.number(),
  durationMs: count,
  by: z.string(),
  scanned: count,
  kept: count,
  trashed: count,
  removed: count,
  restored: count,
  failed: count,
  bytesTrashed: count,
  bytesReclaimed: count,
  byRule: z.partialRecord(z.enum(["orphan", "stale", "debris", "unreachable", "unidentified", "over-cap"]), count),
  undoUntil: time,
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

const recordSchema = z.object({
  lastRunAt: time,
  firstMet: time,
  doubtedSince: time,
  failures: count,
  sweeps: z.array(sweepSchema),
});

/** The record in a state directory. Throws `state-newer` where a newer version of the tool wrote it. */
export function readRecord(state: string): StateRecord {
  const file = readSmall(bytePath(fileOf(state)), LIMIT);
  const text = file.kind === "bytes" ? decodeUtf8(file.bytes) : null;
  const value = versioned(fileOf(state), text, VERSION);
  const record = recordSchema.safeParse(value);
  return record.success ? { ...record.data, sweeps: record.data.sweeps.map(asRecord) } : NO_RECORD;
}

/** A JSON document has no undefined values, which zod's optional keys allow for. */
function asRecord(sweep: z.infer<typeof sweepSchema>): SweepRecord {
  return { ...sweep, byRule: Object.fromEntries(Object.entries(sweep.byRule)) };
}

/** Throws the errno. */
export function writeRecord(state: string, record: StateRecord): void {
  const kept = { version: VERSION, ...record, sweeps: record.sweeps.slice(0, MOST_SWEEPS) };
  writeAtomic(bytePath(fileOf(state)), `${JSON.stringify(kept)}\n`, bytePath(state));
}

function fileOf(state: string): string {
  return `${state}/state.json`;
}
