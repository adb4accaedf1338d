/**
 * One automatic sweep: if it is switched on and due, under the lock, once an interval however many processes start.
 * Never throws: whoever calls this at start-up must not be broken by housekeeping.
 */
import { GcError } from "../errors.ts";
import { turn } from "../fs/breathe.ts";
import { dueAt } from "../gate/due.ts";
import { readMarker } from "../gate/marker.ts";
import { writeNext } from "../gate/next.ts";
import type { BaseRef } from "../model/home.ts";
import type { Plan, PlannedBase } from "../model/plan.ts";
import { type BaseResult, type RunResult, type RunStatus, worstOf } from "../model/result.ts";
import { DEFAULT_SETTINGS, type Settings } from "../model/settings.ts";
import { HOUR } from "../model/time.ts";
import type { AutoOptions } from "../options.ts";
import { findState, makeState } from "../state/place.ts";
import { NO_RECORD, readRecord } from "../state/record.ts";
import {
  amend,
  finished,
  isGiven,
  noteAttempt,
  noteError,
  noteFailure,
  noteInterrupted,
  readIfThere,
} from "./auto-notes.ts";
import { logErrors, notify, quietly, type Swept, tellHost } from "./auto-tell.ts";
import { bearWitness } from "./bear-witness.ts";
import { configTime, type Context, contextOf, existing, refuseForeignHome, settingsFor } from "./context.ts";
import { carryOutIn, failureOf } from "./prune.ts";
import { emptyBase, ownLast, planExisting, rememberedOf, requestOf, wantedOf } from "./scan.ts";
import { sweepRecordOf } from "./sweep-record.ts";
import { openBase, type Opened, whoami } from "./writing.ts";

/** Where looking again is pointless for a day: somebody switched it off. */
const DISABLED_FOR: number = 24 * HOUR;

export async function autoPrune(options: AutoOptions = {}): Promise<RunResult> {
  const started = performance.now();
  const now = (options.now ?? Date.now)();
  const finish = (swept: readonly Swept[], status?: RunStatus): RunResult => {
    const bases = swept.map(({ result }) => result);
    const plan: Plan = {
      version: 1,
      mode: "automatic",
      now,
      disposal: "trash",
      bases: swept.map(({ planned }) => planned),
    };
    return {
      plan,
      status: status ?? worstOf(bases.map((base) => base.status)),
      bases,
      durationMs: performance.now() - started,
    };
  };
  try {
    const context = await contextOf(options);
    if (isSwitchedOff(context.env)) return finish([], "disabled");
    const swept = new Map<string, Swept>();
    for (const ref of context.refs) {
      // What runs for the first time takes a while: a host has its turn between these pieces.
      await turn();
      const one = await sweepGuarded(ref, now, options, context);
      if (!swept.has(one.planned.ref.path)) swept.set(one.planned.ref.path, one);
    }
    notify([...swept.values()], context);
    logErrors([...swept.values()], context);
    return finish([...swept.values()]);
  } catch (error) {
    const ref: BaseRef = { path: "", home: "", profile: null, named: null };
    return finish([failed(ref, error, options)]);
  }
}

/** `CHECKPOINT_GC=off` stops hook, `auto` and loop. */
function isSwitchedOff(env: Readonly<Record<string, string | undefined>>): boolean {
  return env["CHECKPOINT_GC"]?.trim().toLowerCase() === "off";
}

async function sweepGuarded(ref: BaseRef, now: number, options: AutoOptions, context: Context): Promise<Swept> {
  try {
    const found = existing(ref, context);
    if (!found.exists)
      return { planned: emptyBase(found.ref, DEFAULT_SETTINGS), result: baseResult(found.ref, "done"), record: null };
    return await sweepExisting(found.ref, now, options, context);
  } catch (error) {
    context.logger.warn({ event: "sweep-failed", base: ref.path, ...failureOf(error) }, failureOf(error).message);
    return failed(ref, error, options);
  }
}

function failed(ref: BaseRef, error: unknown, options: AutoOptions): Swept {
  const failure = failureOf(error);
  const locked = error instanceof GcError && error.code === "locked";
  const status: RunStatus = locked
    ? "locked"
    : failure.code === "interrupted" || options.signal?.aborted === true
      ? "interrupted"
      : "error";
  return {
    planned: { ...emptyBase(ref, DEFAULT_SETTINGS), exists: true, error: failure },
    result: { ...baseResult(ref, status), error: failure },
    record: null,
  };
}

function baseResult(ref: BaseRef, status: RunStatus): BaseResult {
  return { path: ref.path, status, error: null, entries: [], trash: [] };
}

async function sweepExisting(ref: BaseRef, now: number, options: AutoOptions, context: Context): Promise<Swept> {
  let settings: Settings;
  try {
    settings = settingsFor(ref, context).values;
  } catch (error) {
    // Broken settings never mean "delete"; the hook is told not to try at every start.
    await noteFailure(ref, DEFAULT_SETTINGS, now, context);
    throw error;
  }
  if (!settings.auto_prune && options.optIn !== true)
    return skipped(ref, settings, "disabled", now + DISABLED_FOR, now, context);
  const before = notDue(ref, settings, now, options, null);
  if (before !== null) return skipped(ref, settings, "not-due", before, now, context);
  await turn();
  return sweepUnderLock(ref, settings, now, options, context);
}

/** When it is due (ms) where that is later, else null. */
function notDue(
  ref: BaseRef,
  settings: Settings,
  now: number,
  options: AutoOptions,
  opened: Opened | null,
): number | null {
  if (options.force === true) return null;
  const record = opened === null ? readIfThere(ref) : opened.record;
  return dueAt({ marker: readMarker(ref.path), ownLast: ownLast(record) }, settings, now);
}

/** Nothing to do: only when to look again is written, and when a marker that is not ours was first met. */
async function skipped(
  ref: BaseRef,
  settings: Settings,
  status: "disabled" | "not-due",
  next: number,
  now: number,
  context: Context,
): Promise<Swept> {
  refuseForeignHome(ref, context);
  quietly(context, () => {
    writeNext(makeState(ref.path), next, { disabled: status === "disabled", given: isGiven(context) });
  });
  if (status === "not-due" && ownLast(readIfThere(ref)) === null)
    await amend(ref, context, (record) => ({ ...record, firstMet: now }));
  return {
    planned: { ...emptyBase(ref, settings), exists: true, ...memoryOf(ref, settings, now) },
    result: baseResult(ref, status),
    record: null,
  };
}

function memoryOf(ref: BaseRef, settings: Settings, now: number): Pick<PlannedBase, "state" | "lastSweep" | "nextDue"> {
  const state = findState(ref.path);
  const { lastSweep, nextDue } = rememberedOf(
    ref,
    state,
    state === null ? NO_RECORD : readRecord(state),
    settings,
    now,
  );
  return { state, lastSweep, nextDue };
}

async function sweepUnderLock(
  ref: BaseRef,
  settings: Settings,
  now: number,
  options: AutoOptions,
  context: Context,
): Promise<Swept> {
  const opened = await openBase(ref, 0, context);
  try {
    // Another process may have swept between the first look and the lock.
    const due = notDue(ref, settings, now, options, opened);
    if (due !== null) return await skipped(ref, settings, "not-due", due, now, context);
    // One that dies from here on is not tried again at every start.
    noteAttempt(opened, settings, now, context);
    return await sweepOpened(opened, settings, now, options, context);
  } catch (error) {
    noteError(opened, failureOf(error), now);
    throw error;
  } finally {
    opened.close();
  }
}

async function sweepOpened(
  opened: Opened,
  settings: Settings,
  now: number,
  options: AutoOptions,
  context: Context,
): Promise<Swept> {
  const started = performance.now();
  const { ref } = opened;
  const config = configTime(ref, context);
  const request = requestOf(
    { mode: "automatic", ...(options.signal === undefined ? {} : { signal: options.signal }) },
    context,
    now,
  );
  const planned = await planExisting(ref, settings, request, wantedOf({ snapshots: "none" }), context);
  const plan: Plan = { version: 1, mode: "automatic", now, disposal: "trash", bases: [planned] };
  const done = await carryOutIn(opened, planned, plan, context);
  const record = sweepRecordOf(planned, done, {
    at: now,
    by: whoami(),
    durationMs: Math.round(performance.now() - started),
  });
  await bearWitness(opened, planned, now, context);
  const interrupted = context.signal?.aborted === true;
  if (interrupted) {
    noteInterrupted(opened, record);
    return { planned, result: { ...baseResult(ref, "interrupted"), ...done }, record };
  }
  await finished(opened, settings, record, now, configTime(ref, context) !== config, context);
  tellHost(ref, record, context);
  return { planned: { ...planned, lastSweep: record }, result: { ...baseResult(ref, "done"), ...done }, record };
}
