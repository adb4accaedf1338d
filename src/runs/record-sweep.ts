/**
 * What a sweep records about itself: the attempt, its end or the error that ended it, and when to check again. A failed
 * one is retried with increasing delays, not at every start.
 */
import { bytePath, lstatOrNull } from "../fs/syscalls.ts";
import { updateClockMemory } from "../gate/clock.ts";
import { writeMarker } from "../gate/marker.ts";
import type { NextFlags } from "../gate/next.ts";
import { writeNext } from "../gate/write-next.ts";
import type { BaseRef } from "../model/home.ts";
import { MARKER_NAME } from "../model/names.ts";
import type { Settings } from "../model/settings.ts";
import type { SweepRecord } from "../model/state.ts";
import { DAY, HOUR } from "../model/time.ts";
import { findState, makeState } from "../state/place.ts";
import { NO_RECORD, readRecord, type StateRecord } from "../state/record.ts";
import { bestEffort } from "./notify-sweep.ts";
import { markerDirectory, stateOptions } from "./agents.ts";
import { type RunContext, refuseForeignHome } from "./context.ts";
import { failureOf } from "./prune.ts";
import { emptySweep } from "./sweep-record.ts";
import { openBase, type BaseHandle, recordNow, saveRecord, cleanUpState, processLabel } from "./open-base.ts";

const NO_NEXT = "when to look again is not written down, so every start of an agent looks again";

/** After a failure an hour, then twice as long each time, at most the interval. */
const FIRST_BACK_OFF: number = HOUR;

/** The sweep reached its end, failed entries included: writes history, marker, and when to check again. */
export async function finished(
  opened: BaseHandle,
  settings: Settings,
  record: SweepRecord,
  now: number,
  changed: boolean,
  context: RunContext,
): Promise<void> {
  const { agent, state, ref } = opened;
  const before = opened.record;
  saveRecord(opened, {
    ...before,
    ...updateClockMemory(before, context.now(), now),
    failures: 0,
    sweeps: [record, ...before.sweeps],
  });
  await cleanUpState(opened, settings, now);
  if (state === null) return;
  // A base that no longer exists has no marker.
  const isGone = lstatOrNull(bytePath(ref.path)) === null;
  // The sweep is complete; without a marker the next one only runs sooner.
  const directory = markerDirectory(agent, ref.path, state);
  if (!isGone)
    recordNow(
      opened,
      `cannot write ${directory}/${MARKER_NAME}, so the next sweep does not wait for its interval`,
      () => writeMarker(directory, state, now),
    );
  // Settings that changed during the sweep are read at the next start, not after the next interval.
  const next = changed ? now : now + settings.min_interval_hours * HOUR;
  recordNow(opened, NO_NEXT, () => writeNext(state, next, { disabled: false, ...nextFlags(context) }));
}

/** Counts the attempt as failed until it has reached its end. */
export function noteAttempt(opened: BaseHandle, settings: Settings, now: number, context: RunContext): void {
  const failures = opened.record.failures + 1;
  saveRecord(opened, { ...opened.record, failures });
  const { state } = opened;
  if (state === null) return;
  const next = now + backOff(failures, settings);
  recordNow(opened, NO_NEXT, () => writeNext(state, next, { disabled: false, ...nextFlags(context) }));
}

/** The error that ended a sweep goes into the history, so that the next `status` shows it. */
export function noteError(
  opened: BaseHandle,
  error: { readonly code: string; readonly message: string },
  now: number,
): void {
  const { record } = opened;
  const sweep: SweepRecord = {
    ...emptySweep({ at: now, by: processLabel(), durationMs: 0 }),
    error: { code: error.code, message: error.message },
  };
  saveRecord(opened, { ...record, failures: record.failures + 1, sweeps: [sweep, ...record.sweeps] });
}

/** What it removed until then is in the history too, so that it can be undone as a whole. */
export function noteInterrupted(opened: BaseHandle, sweep: SweepRecord): void {
  const { record } = opened;
  const error = { code: "interrupted", message: "it was interrupted" };
  saveRecord(opened, { ...record, failures: record.failures + 1, sweeps: [{ ...sweep, error }, ...record.sweeps] });
}

export async function noteFailure(ref: BaseRef, settings: Settings, now: number, context: RunContext): Promise<void> {
  refuseForeignHome(ref, context);
  await amend(ref, context, (record) => ({ ...record, failures: record.failures + 1 }));
  bestEffort(context, () => {
    const next = now + backOff(Math.max(1, readIfThere(ref).failures), settings);
    writeNext(makeState(ref.path, stateOptions(ref, context)), next, { disabled: false, ...nextFlags(context) });
  });
}

/** Changes the record outside a sweep. If another process has the lock it is sweeping, and its record will be newer. */
export async function amend(
  ref: BaseRef,
  context: RunContext,
  change: (record: StateRecord) => StateRecord,
): Promise<void> {
  try {
    const opened = await openBase(ref, 0, context);
    saveRecord(opened, change(opened.record));
    opened.close();
  } catch (error) {
    context.logger.debug({ event: "record-not-written", ...failureOf(error) });
  }
}

/** `given`: the call had settings of its own, which the next one may not have. */
export function nextFlags({ flags, ownFileSeen }: RunContext): Pick<NextFlags, "given" | "settings"> {
  return { given: flags.length > 0, settings: ownFileSeen };
}

function backOff(failures: number, settings: Settings): number {
  const interval = settings.min_interval_hours > 0 ? settings.min_interval_hours * HOUR : DAY;
  return Math.min(interval, FIRST_BACK_OFF * 2 ** Math.min(failures - 1, 20));
}

export function readIfThere(ref: BaseRef): StateRecord {
  const state = findState(ref.path);
  return state === null ? NO_RECORD : readRecord(state);
}
