/**
 * `state.json`: what earlier runs recorded about a base. Versioned: with a newer version than ours nothing is done, nor
 * with one that cannot be read; a file that cannot be parsed counts as none, since nothing in it may ever lead to a
 * deletion.
 */
import * as z from "zod/mini";
import { bytePath } from "../fs/syscalls.ts";
import { writeAtomic } from "../fs/write-atomic.ts";
import { RULES } from "../model/reasons.ts";
import type { SweepRecord } from "../model/state.ts";
import { textOf, versioned } from "./versioned.ts";

export interface StateRecord {
  /** The clock of the last run that wrote (ms), or null before the first. */
  readonly lastRunAt: number | null;
  /** When a marker of another program was first seen: from then on that program may delay us for two intervals at most. */
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
const MAX_SWEEPS = 100;
/** A hundred sweeps take 40 KiB. */
const LIMIT = 1024 * 1024;

const time = z.nullable(z.number());
const count = z.number().check(z.nonnegative());

const sweepSchema = z.object({
  at: z.number(),
  endedAt: z.optional(z.number()),
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
  byRule: z.partialRecord(z.enum(RULES), count),
  undoUntil: time,
  error: z.nullable(z.object({ code: z.string(), message: z.string() })),
});

const recordSchema = z.object({
  lastRunAt: time,
  firstMet: time,
  doubtedSince: time,
  failures: count,
  sweeps: z.array(sweepSchema),
});

/** The record in a state directory. Throws `state-newer`, and `state-unusable` where it cannot be read. */
export function readRecord(state: string): StateRecord {
  const text = textOf(fileOf(state), LIMIT, "the history of sweeps");
  const value = versioned(fileOf(state), text, VERSION);
  const record = recordSchema.safeParse(value);
  return record.success ? { ...record.data, sweeps: record.data.sweeps.map(asRecord) } : NO_RECORD;
}

/** JSON has no undefined values, which zod's optional keys allow. */
function asRecord(sweep: z.infer<typeof sweepSchema>): SweepRecord {
  const { endedAt, byRule, ...rest } = sweep;
  return {
    ...rest,
    ...(endedAt === undefined ? {} : { endedAt }),
    byRule: Object.fromEntries(Object.entries(byRule)),
  };
}

/** Throws the errno. */
export function writeRecord(state: string, record: StateRecord): void {
  const kept = { version: VERSION, ...record, sweeps: record.sweeps.slice(0, MAX_SWEEPS) };
  writeAtomic(bytePath(fileOf(state)), `${JSON.stringify(kept)}\n`, bytePath(state));
}

function fileOf(state: string): string {
  return `${state}/state.json`;
}
