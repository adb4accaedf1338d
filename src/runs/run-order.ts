/**
 * In which order the runs of a base took place. Their dates do not tell it where the clock was wrong for one of them, but the
 * sequence in which they were recorded does. Pure.
 */
import type { SweepRecord } from "../model/state.ts";

/** Much shorter than any run (ms). */
const STEP = 0.01;

/**
 * A time for each run (ms), by which the runs of all bases can be ordered: its date, unless that contradicts the sequence. A
 * date after `now` is wrong, and the run was before the next one; of two others in the wrong order, the later run has the
 * wrong date.
 */
export function orderTimes(records: readonly SweepRecord[], now: number): ReadonlyMap<SweepRecord, number> {
  const newestFirst = records.toSorted((a, b) => {
    const later = (b.sequence ?? 0) - (a.sequence ?? 0);
    return later === 0 ? b.at - a.at : later;
  });
  const times = new Map<SweepRecord, number>();
  let next = now;
  for (const record of newestFirst) {
    next = record.at > now ? next - STEP : record.at;
    times.set(record, next);
  }
  let before = -Infinity;
  for (const record of newestFirst.toReversed()) {
    before = Math.max(times.get(record) ?? record.at, before + STEP);
    times.set(record, before);
  }
  return times;
}
