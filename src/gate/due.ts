/**
 * Whether a sweep is due. An agent may stamp the same marker for its own, weaker sweep, so a fresh marker keeps us waiting
 * only while our own last sweep is less than two intervals ago: every other day at the latest we sweep. Pure.
 */
import type { Settings } from "../model/settings.ts";
import { HOUR } from "../model/time.ts";
import type { MarkerReading } from "./marker.ts";

export interface Timing {
  readonly marker: MarkerReading;
  /** When our own last sweep was, or, if there was none, when we first met a marker (ms); null: neither yet. */
  readonly ownLast: number | null;
}

/** A marker this far ahead is a clock that was set back a little; further ahead it would block for as long. */
const CLOCK_SKEW: number = HOUR;

/** When a sweep is due (ms), or null: now. */
export function dueAt({ marker, ownLast }: Timing, settings: Settings, now: number): number | null {
  const interval = settings.min_interval_hours * HOUR;
  if (interval <= 0 || marker.kind !== "at") return null;
  const age = now - marker.at;
  if (age <= -CLOCK_SKEW || age >= interval) return null;
  const own = ownLast ?? now;
  const ownAge = now - own;
  if (ownAge <= -CLOCK_SKEW || ownAge >= 2 * interval) return null;
  return Math.min(marker.at + interval, own + 2 * interval);
}
