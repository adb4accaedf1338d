/**
 * One automatic sweep: if it is enabled and due, under the lock, once per interval however many processes start. Never
 * throws: housekeeping must not break the program that calls this at start-up.
 */
import { isDeepStrictEqual } from "node:util";
import { GcError } from "../errors.ts";
import { yieldToEventLoop } from "../fs/cooperative.ts";
import { isSwitchedOff } from "../gate/off-switch.ts";
import type { BaseRef } from "../model/home.ts";
import type { Plan } from "../model/plan.ts";
import { type RunResult, type RunStatus, worstOf } from "../model/result.ts";
import { DEFAULT_SETTINGS, type Settings } from "../model/settings.ts";
import { HOUR } from "../model/time.ts";
import type { AutoOptions } from "../options.ts";
import { isCollected } from "../plan/request.ts";
import { finished, noteAttempt, noteError, noteFailure, noteInterrupted } from "./record-sweep.ts";
import { baseResult, notDue, skipped } from "./skip-sweep.ts";
import { logErrors, notify, type Swept, reportToHost } from "./notify-sweep.ts";
import { recordObservations } from "./update-ledger.ts";
import { findState } from "../state/place.ts";
import { agentOf, kindsOf } from "./agents.ts";
import { contextOf, existing, isSkippable, type RunContext } from "./context.ts";
import { defaultsFor, settingsFor, settingsTimes } from "./settings.ts";
import { carryOutIn, LEDGER_COST } from "./carry-out.ts";
import { failureOf } from "./prune.ts";
import { emptyBase, hasTrash, requestOf, detailOptionsOf } from "./scan.ts";
import { type ExistingOrGone, planBaseAt } from "./survey-base.ts";
import { returnedItems, withPutBack } from "./note-put-back.ts";
import { sweepRecordOf } from "./sweep-record.ts";
import { openBase, type BaseHandle, recordLater, processLabel } from "./open-base.ts";

/** Switched off: checking again is pointless for a day. */
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
      // Code that runs for the first time is slow, so the event loop gets a turn between these steps.
      await yieldToEventLoop();
      const one = await sweepRecorded(ref, now, options, context, swept);
      if (!swept.has(one.planned.ref.path)) swept.set(one.planned.ref.path, one);
    }
    notify([...swept.values()], context);
    logErrors([...swept.values()], context);
    // No base is there, so that nothing is written beside it.
    for (const { ref, error } of context.unlisted) swept.set(ref.path, await unreadable(ref, error, options, context));
    return finish([...swept.values()]);
  } catch (error) {
    const ref: BaseRef = { agent: "", path: "", home: "", profile: null, label: null, named: null };
    return finish([failed(ref, DEFAULT_SETTINGS, error, options)]);
  }
}

/** `swept`: by this run, by path. A base that two refs lead to is that of the first, as in every other run. */
async function sweepRecorded(
  ref: BaseRef,
  run: number,
  options: AutoOptions,
  context: RunContext,
  swept: ReadonlyMap<string, Swept>,
): Promise<Swept> {
  try {
    const found = await existing(ref, context);
    const before = swept.get(found.ref.path);
    if (before !== undefined) return before;
    // In a base that no longer exists, what lies in its trash still expires.
    if (!found.exists && !hasTrash(found.ref, context))
      return {
        planned: emptyBase(found.ref, defaultsFor(found.ref, context)),
        result: baseResult(found.ref, "done"),
        record: null,
      };
    return await sweepFound(found, run, options, context);
  } catch (error) {
    return unreadable(ref, error, options, context);
  }
}

/** Of which nothing is ever removed, that is only shown. */
async function unreadable(ref: BaseRef, error: unknown, options: AutoOptions, context: RunContext): Promise<Swept> {
  if (isSkippable(ref, error, context) && (await isUncollected(ref, context))) {
    const planned = { ...emptyBase(ref, defaultsFor(ref, context)), exists: true, error: failureOf(error) };
    return { planned, result: baseResult(ref, "done"), record: null };
  }
  context.logger.warn({ event: "sweep-failed", base: ref.path, ...failureOf(error) }, failureOf(error).message);
  return failed(ref, defaultsFor(ref, context), error, options);
}

function failed(ref: BaseRef, settings: Settings, error: unknown, options: AutoOptions): Swept {
  const failure = failureOf(error);
  const locked = error instanceof GcError && error.code === "locked";
  const status: RunStatus = locked
    ? "locked"
    : failure.code === "interrupted" || options.signal?.aborted === true
      ? "interrupted"
      : "error";
  return {
    planned: { ...emptyBase(ref, settings), exists: true, error: failure },
    result: { ...baseResult(ref, status), error: failure },
    record: null,
  };
}

/**
 * `run`: when the run began (ms), which identifies all its sweeps. Everything else uses the clock at each base's turn.
 */
async function sweepFound(
  found: ExistingOrGone,
  run: number,
  options: AutoOptions,
  context: RunContext,
): Promise<Swept> {
  const { ref } = found;
  const now = context.now();
  let settings: Settings;
  try {
    settings = (await settingsFor(ref, context)).values;
  } catch (error) {
    // Broken settings never mean "delete"; the hook must not retry at every start.
    await noteFailure(ref, defaultsFor(ref, context), now, context);
    throw error;
  }
  if (isUnasked(ref, settings, context)) {
    return { planned: emptyBase(ref, settings), result: baseResult(ref, "done"), record: null };
  }
  if (!settings.auto_prune && options.optIn !== true)
    return skipped(found, settings, "disabled", now + DISABLED_FOR, now, context);
  const before = notDue(found, settings, now, options, null, context);
  if (before !== null) return skipped(found, settings, "not-due", before, now, context);
  await yieldToEventLoop();
  return sweepUnderLock(found, settings, { run, now }, options, context);
}

/** Nothing is written beside a base that was not named, and of which nothing is ever removed. */
function isUnasked(ref: BaseRef, settings: Settings, context: RunContext): boolean {
  return ref.named === null && isNoneCollected(ref, settings, context) && findState(ref.path) === null;
}

/** Whether no sweep takes anything of a base, so that it does not fail where that cannot be read. */
async function isUncollected(ref: BaseRef, context: RunContext): Promise<boolean> {
  try {
    return isNoneCollected(ref, (await settingsFor(ref, context)).values, context);
  } catch (error) {
    if (error instanceof GcError) return false;
    throw error;
  }
}

function isNoneCollected(ref: BaseRef, settings: Settings, context: RunContext): boolean {
  const kinds = kindsOf(agentOf(ref, context), ref.path, context);
  return !kinds.some(({ kind }) => isCollected(kind, settings, { mode: "automatic" }));
}

interface SweepTimes {
  readonly run: number;
  readonly now: number;
}

async function sweepUnderLock(
  found: ExistingOrGone,
  settings: Settings,
  times: SweepTimes,
  options: AutoOptions,
  context: RunContext,
): Promise<Swept> {
  const opened = await openBase(found.ref, 0, context);
  const { now } = times;
  try {
    // Another process may have swept between the first check and the lock.
    const due = notDue(found, settings, now, options, opened, context);
    if (due !== null) return await skipped(found, settings, "not-due", due, now, context);
    // A process that dies from here on must not be retried at every start.
    noteAttempt(opened, settings, now, context);
    return await sweepOpened(opened, found.exists, settings, times, options, context);
  } catch (error) {
    noteError(opened, failureOf(error), now);
    throw error;
  } finally {
    opened.close();
  }
}

async function sweepOpened(
  opened: BaseHandle,
  exists: boolean,
  settings: Settings,
  { run, now }: SweepTimes,
  options: AutoOptions,
  context: RunContext,
): Promise<Swept> {
  const started = performance.now();
  const { ref } = opened;
  const times = await settingsTimes(ref, context);
  const request = requestOf(
    { mode: "automatic", ...(options.signal === undefined ? {} : { signal: options.signal }) },
    null,
    context,
    now,
  );
  const planned = await planBaseAt({ ref, exists }, settings, request, detailOptionsOf({ snapshots: "none" }), context);
  const done = await carryOutIn(opened, planned, "automatic", context);
  const record = sweepRecordOf(planned, done, {
    at: run,
    endedAt: context.now(),
    by: processLabel(),
    durationMs: Math.round(performance.now() - started),
  });
  await recordLater(opened, LEDGER_COST, () => recordObservations(opened, planned, now, context));
  const before = { ...opened, record: withPutBack(opened.record, returnedItems(done.trash), context.now()) };
  const interrupted = context.signal?.aborted === true;
  if (interrupted) {
    noteInterrupted(before, record);
    return { planned, result: { ...baseResult(ref, "interrupted"), ...done, warnings: opened.warnings }, record };
  }
  const isChanged = !isDeepStrictEqual(await settingsTimes(ref, context), times);
  await finished(before, settings, record, now, isChanged, context);
  reportToHost(ref, record, context);
  const result = { ...baseResult(ref, "done"), ...done, warnings: opened.warnings };
  return { planned: { ...planned, lastSweep: record }, result, record };
}
