/**
 * Intervals: only those that every kind of timer supports. cron and Kubernetes count minutes in the hour and hours in
 * the day, so that `36h` would silently become something else there.
 */
import { GcError } from "../errors.ts";

export const EVERY = [
  "5m",
  "10m",
  "15m",
  "20m",
  "30m",
  "1h",
  "2h",
  "3h",
  "4h",
  "6h",
  "8h",
  "12h",
  "24h",
  "7d",
] as const;
export type Every = (typeof EVERY)[number];

const MINUTES_OF = { m: 1, h: 60, d: 24 * 60 } as const;
const DAY = MINUTES_OF.d;

/** `30m`, `24h`, `7d`; also `60m` for `1h` and `1d` for `24h`. Throws `usage`. */
export function parseEvery(value: string): Every {
  const [, digits = "", unit = ""] = /^(\d{1,6})([mhd])$/.exec(value) ?? [];
  const minutes = isUnit(unit) ? Number(digits) * MINUTES_OF[unit] : 0;
  const found = EVERY.find((every) => minutesOf(every) === minutes);
  if (found !== undefined) return found;
  throw new GcError("usage", `--every is ${JSON.stringify(value)}: expected ${EVERY.slice(0, -1).join(", ")} or 7d`, {
    hint: "These divide an hour, a day or a week, so that every kind of timer can keep them.",
  });
}

function isUnit(text: string): text is keyof typeof MINUTES_OF {
  return Object.hasOwn(MINUTES_OF, text);
}

export function minutesOf(every: Every): number {
  const unit = every.at(-1) ?? "";
  return isUnit(unit) ? Number.parseInt(every, 10) * MINUTES_OF[unit] : 0;
}

/** Clock times, for timers that know no random delay. Minutes and hours ascend. */
export interface ClockTimes {
  readonly minutes: readonly number[];
  /** Null: every hour. */
  readonly hours: readonly number[] | null;
  /** 0 is Sunday; null: every day. */
  readonly weekday: number | null;
}

/**
 * `spread` is any whole number that differs from machine to machine, so that a hundred of them do not start at once.
 * Daily sweeps run between 10 and 18 o'clock: cron and launchd do not catch up on what they missed while the machine
 * was off, and daylight saving never changes clocks then.
 */
export function timesOf(every: Every, spread: number): ClockTimes {
  const step = minutesOf(every);
  const minute = spread % 60;
  const rest = Math.floor(spread / 60);
  if (step < 60) return { minutes: from(minute % step, step, 60), hours: null, weekday: null };
  if (step < DAY) return { minutes: [minute], hours: from(rest % (step / 60), step / 60, 24), weekday: null };
  const weekday = step === DAY ? null : Math.floor(rest / 8) % 7;
  return { minutes: [minute], hours: [10 + (rest % 8)], weekday };
}

function from(first: number, step: number, end: number): readonly number[] {
  return Array.from({ length: end / step }, (_, index) => first + index * step);
}

/** The five fields of cron. Lists and no `*` with a step, which not every cron reads in the same way. */
export function cronFields(every: Every, spread: number): string {
  const { minutes, hours, weekday } = timesOf(every, spread);
  return `${minutes.join(",")} ${hours === null || hours.length === 24 ? "*" : hours.join(",")} * * ${weekday ?? "*"}`;
}
