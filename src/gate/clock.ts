/**
 * Whether the clock can be trusted. One that jumped makes everything look old, or nothing: the first automatic run that
 * sees the jump destroys nothing, and one at least a day later goes on, since by then a person would have set it right.
 * Pure.
 */
import type { ClockDoubt } from "../model/plan.ts";
import { DAY, HOUR } from "../model/time.ts";

/** A machine that was off for a month is ordinary; a clock an hour behind its own past is not. */
const MAX_AHEAD: number = 30 * DAY;
const MAX_BEHIND: number = HOUR;
const TRUST_AFTER: number = 24 * HOUR;

export interface ClockMemory {
  readonly lastRunAt: number | null;
  readonly doubtedSince: number | null;
}

/** Null where the clock is as expected. */
export function clockDoubt({ lastRunAt, doubtedSince }: ClockMemory, now: number): ClockDoubt | null {
  if (lastRunAt === null) return null;
  if (hasJumped(lastRunAt, now)) return { recorded: lastRunAt, now };
  const until = doubtedSince === null ? now : doubtedSince + TRUST_AFTER;
  return now < until ? { recorded: lastRunAt, now, until } : null;
}

/** The times that runs with a doubted clock wrote, at the first run that trusts its clock again; else null. */
export function doubtedTimes(memory: ClockMemory, now: number): { readonly from: number; readonly to: number } | null {
  const { lastRunAt, doubtedSince } = memory;
  if (doubtedSince === null || lastRunAt === null || clockDoubt(memory, now) !== null) return null;
  return { from: Math.min(doubtedSince, lastRunAt), to: Math.max(doubtedSince, lastRunAt) };
}

/**
 * What to remember after a run that began at `begun` by the same clock: what it dated lies between the two. Both are of
 * the clock as it ran, never of a plan: a record that an old plan sets back makes the next run doubt a clock that is right.
 */
export function updateClockMemory(memory: ClockMemory, now: number, begun: number = now): ClockMemory {
  const doubt = clockDoubt(memory, now);
  if (doubt === null) return { lastRunAt: now, doubtedSince: null };
  return { lastRunAt: now, doubtedSince: hasJumped(doubt.recorded, now) ? begun : memory.doubtedSince };
}

function hasJumped(lastRunAt: number, now: number): boolean {
  return now - lastRunAt > MAX_AHEAD || lastRunAt - now > MAX_BEHIND;
}
