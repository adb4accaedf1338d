/**
 * Whether the clock can be trusted. One that jumped makes everything look old, or nothing: the first automatic run that
 * sees the jump destroys nothing, and one at least a day later goes on, since by then a person would have set it right.
 * Pure.
 */
import type { ClockDoubt } from "../model/plan.ts";
import { DAY, HOUR } from "../model/time.ts";

/** A machine that was off for a month is ordinary; a clock an hour behind its own past is not. */
const MOST_AHEAD: number = 30 * DAY;
const MOST_BEHIND: number = HOUR;
const WAIT: number = 24 * HOUR;

export interface ClockMemory {
  readonly lastRunAt: number | null;
  readonly doubtedSince: number | null;
}

/** Null where the clock is as expected. */
export function clockDoubt({ lastRunAt, doubtedSince }: ClockMemory, now: number): ClockDoubt | null {
  if (lastRunAt === null) return null;
  const waiting = doubtedSince !== null && now - doubtedSince < WAIT;
  return hasJumped(lastRunAt, now) || waiting ? { recorded: lastRunAt, now } : null;
}

/** The times that runs with a doubted clock wrote, at the first run that trusts its clock again; else null. */
export function doubtedTimes(memory: ClockMemory, now: number): { readonly from: number; readonly to: number } | null {
  const { lastRunAt, doubtedSince } = memory;
  if (doubtedSince === null || lastRunAt === null || clockDoubt(memory, now) !== null) return null;
  return { from: Math.min(doubtedSince, lastRunAt), to: Math.max(doubtedSince, lastRunAt) };
}

/** What to remember after a run. */
export function remembered(memory: ClockMemory, now: number): ClockMemory {
  const doubt = clockDoubt(memory, now);
  if (doubt === null) return { lastRunAt: now, doubtedSince: null };
  return { lastRunAt: now, doubtedSince: hasJumped(doubt.recorded, now) ? now : memory.doubtedSince };
}

function hasJumped(lastRunAt: number, now: number): boolean {
  return now - lastRunAt > MOST_AHEAD || lastRunAt - now > MOST_BEHIND;
}
