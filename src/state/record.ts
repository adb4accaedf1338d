/**
 * `state.json`: what earlier runs recorded about a base. Versioned: with a newer version than ours nothing is done, nor
 * with one that cannot be read; a file that cannot be parsed counts as none, since nothing in it may ever lead to a
 * deletion.
 */
import * as z from "zod/mini";
import { once } from "../model/once.ts";
import { bytePath, lstatOrNull } from "../fs/syscalls.ts";
import { writeAtomic } from "../fs/write-atomic.ts";
import { RULES } from "../model/reasons.ts";
import { MANUAL_COMMANDS, type SweepRecord } from "../model/state.ts";
import { textOf, contentsOf } from "./versioned.ts";

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
  /** The last manual runs that removed something, newest first. */
  readonly manual: readonly SweepRecord[];
}

export const NO_RECORD: StateRecord = {
  lastRunAt: null,
  firstMet: null,
  doubtedSince: null,
  failures: 0,
  sweeps: [],
  manual: [],
};

const VERSION = 1;
/** Three months of daily sweeps. */
const MAX_RUNS = 100;
/** Room for the ids of six thousand repos: older runs are then known by their time alone. */
const MAX_ITEM_BYTES = 256 * 1024;
/** Two hundred runs take 80 KiB. */
const LIMIT = 1024 * 1024;

const schemas = once(() => {
  const time = z.nullable(z.number());
  const count = z.number().check(z.nonnegative());
  const run = z.object({
    at: z.number(),
    // Of one that is damaged the date alone counts.
    sequence: z.optional(z.unknown()),
    endedAt: z.optional(z.number()),
    durationMs: count,
    command: z.optional(z.enum(MANUAL_COMMANDS)),
    items: z.optional(z.array(z.string())),
    putBack: z.optional(z.object({ count, at: z.number() })),
    by: z.string(),
    scanned: count,
    kept: count,
    trashed: count,
    removed: count,
    restored: count,
    failed: count,
    bytesTrashed: count,
    bytesReclaimed: count,
    byRule: z.record(z.string(), count),
    undoUntil: time,
    error: z.nullable(z.object({ code: z.string(), message: z.string() })),
  });
  return { time, count, run, runs: z.array(z.unknown()), values: z.record(z.string(), z.unknown()) };
});

/** `damaged`: the values that are not what this program writes, as `lastRunAt` or `sweeps[2]`, or `all`. */
export interface ExaminedRecord {
  readonly record: StateRecord;
  readonly damaged: readonly string[];
}

/** The record in a state directory. Throws `state-newer`, and `state-unusable` where it cannot be read. */
export function readRecord(state: string): StateRecord {
  return examineRecord(state).record;
}

/** The same, with what is wrong in it. */
export function examineRecord(state: string): ExaminedRecord {
  const path = fileOf(state);
  const file = textOf(path, LIMIT, "the history of sweeps");
  if (file === null) return { record: NO_RECORD, damaged: lstatOrNull(bytePath(path)) === null ? [] : ["all"] };
  const values = contentsOf(path, file, VERSION, () => schemas().values);
  if (values === null) return { record: NO_RECORD, damaged: ["all"] };
  const damaged: string[] = [];
  const valueOf = <T>(name: string, value: unknown, schema: z.ZodMiniType<T>, missing: T): T => {
    const { success, data } = schema.safeParse(value);
    if (success) return data;
    damaged.push(name);
    return missing;
  };
  const { time, count, run, runs } = schemas();
  const runsOf = (name: string): SweepRecord[] =>
    valueOf<unknown[]>(name, values[name] ?? [], runs, []).flatMap((value, at) => {
      const { success, data } = run.safeParse(value);
      if (!success) damaged.push(`${name}[${at}]`);
      return success ? [asRecord(data)] : [];
    });
  const record: StateRecord = {
    lastRunAt: valueOf("lastRunAt", values["lastRunAt"], time, null),
    firstMet: valueOf("firstMet", values["firstMet"], time, null),
    doubtedSince: valueOf("doubtedSince", values["doubtedSince"], time, null),
    failures: valueOf("failures", values["failures"], count, 0),
    sweeps: runsOf("sweeps"),
    manual: runsOf("manual"),
  };
  return { record, damaged };
}

/** JSON has no undefined values, which zod's optional keys allow. Rules that are not known here count in no sum. */
function asRecord(run: z.infer<ReturnType<typeof schemas>["run"]>): SweepRecord {
  const { sequence, endedAt, command, items, putBack, byRule, ...rest } = run;
  return {
    ...rest,
    ...(typeof sequence === "number" && Number.isSafeInteger(sequence) && sequence > 0 ? { sequence } : {}),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(command === undefined ? {} : { command }),
    ...(items === undefined ? {} : { items }),
    ...(putBack === undefined ? {} : { putBack }),
    byRule: Object.fromEntries(RULES.flatMap((rule) => (byRule[rule] === undefined ? [] : [[rule, byRule[rule]]]))),
  };
}

/** Throws the errno. */
export function writeRecord(state: string, record: StateRecord): void {
  const numbered = numberedRuns(record);
  const newest = (runs: readonly SweepRecord[]): SweepRecord[] => runs.slice(0, MAX_RUNS).map(numbered);
  const [sweeps, manual] = [newest(record.sweeps), newest(record.manual)];
  const listed = listedRuns([...sweeps, ...manual]);
  const shortened = (run: SweepRecord): SweepRecord => (listed.has(run) ? run : withoutItems(run));
  const kept = { version: VERSION, ...record, sweeps: sweeps.map(shortened), manual: manual.map(shortened) };
  writeAtomic(bytePath(fileOf(state)), `${JSON.stringify(kept)}\n`, bytePath(state));
}

/**
 * What has no number yet came after all that have one. Each list is in its order; dates alone tell how the two were mixed, where
 * an older version recorded them.
 */
function numberedRuns({ sweeps, manual }: Pick<StateRecord, "sweeps" | "manual">): (run: SweepRecord) => SweepRecord {
  let last = Math.max(0, ...[...sweeps, ...manual].map(({ sequence = 0 }) => sequence));
  const [left, right] = [sweeps, manual].map((runs) => runs.filter(({ sequence }) => sequence === undefined));
  const numbers = new Map<SweepRecord, number>();
  for (const run of oldestFirst(left ?? [], right ?? [])) numbers.set(run, ++last);
  return (run) => ({ ...run, sequence: run.sequence ?? numbers.get(run) ?? last });
}

/** Two lists, the newest first, as one. */
function oldestFirst(left: readonly SweepRecord[], right: readonly SweepRecord[]): readonly SweepRecord[] {
  const [one, other] = [[...left], [...right]];
  const merged: SweepRecord[] = [];
  for (;;) {
    const [a, b] = [one.at(-1), other.at(-1)];
    const next = b === undefined || (a !== undefined && a.at <= b.at) ? one.pop() : other.pop();
    if (next === undefined) return merged;
    merged.push(next);
  }
}

/** The newest runs, as many as there is room for the ids of. */
function listedRuns(runs: readonly SweepRecord[]): ReadonlySet<SweepRecord> {
  const listed = new Set<SweepRecord>();
  let bytes = 0;
  for (const run of runs.toSorted((a, b) => (b.sequence ?? 0) - (a.sequence ?? 0))) {
    bytes += (run.items ?? []).reduce((sum, item) => sum + Buffer.byteLength(item) + 3, 0);
    if (bytes > MAX_ITEM_BYTES) break;
    listed.add(run);
  }
  return listed;
}

function withoutItems(run: SweepRecord): SweepRecord {
  const { items: _, ...rest } = run;
  return rest;
}

function fileOf(state: string): string {
  return `${state}/state.json`;
}
