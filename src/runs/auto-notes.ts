/**
 * What a sweep writes down about itself: the attempt, its end or what ended it, and when to look again. A failed one is
 * tried again later and later, and not at every start.
 */
import { remembered } from "../gate/clock.ts";
import { writeMarker } from "../gate/marker.ts";
import { writeNext } from "../gate/next.ts";
import type { BaseRef } from "../model/home.ts";
import { MARKER_NAME } from "../model/names.ts";
import type { Settings } from "../model/settings.ts";
import type { SweepRecord } from "../model/state.ts";
import { DAY, HOUR } from "../model/time.ts";
import { findState, makeState } from "../state/place.ts";
import { NO_RECORD, readRecord, type StateRecord } from "../state/record.ts";
import { quietly } from "./auto-tell.ts";
import { type Context, refuseForeignHome } from "./context.ts";
import { failureOf } from "./prune.ts";
import { emptySweep } from "./sweep-record.ts";
import { openBase, type Opened, saveRecord, tidy, whoami } from "./writing.ts";

/** After a failure an hour, then twice as long each time, at most the interval. */
const FIRST_BACK_OFF: number = HOUR;

/** The sweep reached its end, failed entries included: history, marker, and when to look again. */
export async function finished(
  opened: Opened,
  settings: Settings,
  record: SweepRecord,
  now: number,
  changed: boolean,
  context: Context,
): Promise<void> {
  const { state, ref } = opened;
  const before = opened.record;
  saveRecord(opened, { ...before, ...remembered(before, now), failures: 0, sweeps: [record, ...before.sweeps] });
  await tidy(opened, settings, now);
  if (state === null) return;
  try {
    writeMarker(ref.path, state, now);
  } catch (error) {
    // The sweep is over and done with; without a marker the next one comes as soon as somebody asks.
    context.logger.warn(
      { event: "marker-not-written", base: ref.path, ...failureOf(error) },
      `cannot write ${ref.path}/${MARKER_NAME}`,
    );
  }
  // Settings that changed during the sweep are looked at by the next start and not by the next interval.
  const next = changed ? now : now + settings.min_interval_hours * HOUR;
  writeNext(state, next, { disabled: false, given: isGiven(context) });
}

/** Counts the attempt as failed until it has reached its end. */
export function noteAttempt(opened: Opened, settings: Settings, now: number, context: Context): void {
  const failures = opened.record.failures + 1;
  saveRecord(opened, { ...opened.record, failures });
  if (opened.state === null) return;
  writeNext(opened.state, now + backOff(failures, settings), { disabled: false, given: isGiven(context) });
}

/** What ended a sweep goes into the history, so that the next `status` tells it. */
export function noteError(
  opened: Opened,
  error: { readonly code: string; readonly message: string },
  now: number,
): void {
  const { record } = opened;
  const sweep: SweepRecord = {
    ...emptySweep({ at: now, by: whoami(), durationMs: 0 }),
    error: { code: error.code, message: error.message },
  };
  saveRecord(opened, { ...record, failures: record.failures + 1, sweeps: [sweep, ...record.sweeps] });
}

/** What it took until then is in the history all the same, so that it can be undone as a whole. */
export function noteInterrupted(opened: Opened, sweep: SweepRecord): void {
  const { record } = opened;
  const error = { code: "interrupted", message: "it was interrupted" };
  saveRecord(opened, { ...record, failures: record.failures + 1, sweeps: [{ ...sweep, error }, ...record.sweeps] });
}

export async function noteFailure(ref: BaseRef, settings: Settings, now: number, context: Context): Promise<void> {
  refuseForeignHome(ref, context);
  await amend(ref, context, (record) => ({ ...record, failures: record.failures + 1 }));
  quietly(context, () => {
    const next = now + backOff(Math.max(1, readIfThere(ref).failures), settings);
    writeNext(makeState(ref.path), next, { disabled: false, given: isGiven(context) });
  });
}

/** Changes the record outside a sweep. Whoever has the lock is sweeping, and writes better news than ours. */
export async function amend(
  ref: BaseRef,
  context: Context,
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

/** The call gave settings of its own, which the next one may not. */
export function isGiven({ flags }: Context): boolean {
  return flags.length > 0;
}

function backOff(failures: number, settings: Settings): number {
  const interval = settings.min_interval_hours > 0 ? settings.min_interval_hours * HOUR : DAY;
  return Math.min(interval, FIRST_BACK_OFF * 2 ** Math.min(failures - 1, 20));
}

export function readIfThere(ref: BaseRef): StateRecord {
  const state = findState(ref.path);
  return state === null ? NO_RECORD : readRecord(state);
}
