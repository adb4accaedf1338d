/**
 * Times as programs write them into their files. A time counts only where it is plausible: between 2020 and a minute
 * from now. Any other is no time at all, and what has no other is not old.
 */
import type { LastUse } from "../../model/entry.ts";
import { HOUR, MINUTE } from "../../model/time.ts";

/** RFC 3339, section 5.6, with up to nine digits of a second; without a zone it is local time. */
const TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)?$/;

/** None of the programs is older. */
const EARLIEST: number = Date.UTC(2020, 0, 1);

/** Clocks of two machines that share a directory differ. */
const AHEAD = MINUTE;

/** The zones of the world are from twelve hours behind UTC to fourteen ahead of it. */
const ZONES = 14 * HOUR;

/** A time with a zone, in ms since the epoch, not earlier than it says; null where it is not one, or not plausible. */
export function timeWithZone(value: unknown, now: number): number | null {
  const parsed = parse(value);
  return typeof parsed?.offset === "number" ? plausible(parsed.local - parsed.offset, now) : null;
}

/**
 * The latest moment (ms), and not after now, that a time without a zone may mean: its program may have run in any of them.
 * One with a zone is what it says. Null where it is neither, or not plausible.
 */
export function latestTime(value: unknown, now: number): number | null {
  const parsed = parse(value);
  if (parsed === null) return null;
  if (parsed.offset !== null) return plausible(parsed.local - parsed.offset, now);
  return plausible(parsed.local - ZONES, now) === null ? null : Math.min(parsed.local + ZONES, now);
}

/** Milliseconds since the epoch, as JavaScript programs write them; null where they are none, or not plausible. */
export function timeOfNumber(value: unknown, now: number): number | null {
  return typeof value === "number" ? plausible(value, now) : null;
}

/** By the mtime of a file (ms). One in the future counts: it makes a file younger. Null where it is not plausible. */
export function timeOfFile(mtime: number): LastUse | null {
  return mtime >= EARLIEST ? { at: mtime, from: "mtime" } : null;
}

/** The newest of several; null where there is none. */
export function newestUse(...uses: readonly (LastUse | null)[]): LastUse | null {
  return uses.reduce((newest, use) => (newest === null || (use !== null && use.at > newest.at) ? use : newest), null);
}

function plausible(at: number, now: number): number | null {
  return at >= EARLIEST && at <= now + AHEAD ? at : null;
}

/** What a clock on the wall shows, as if it were UTC (ms), and how far it is ahead of UTC (ms); null: it does not say. */
interface Shown {
  readonly local: number;
  readonly offset: number | null;
}

function parse(value: unknown): Shown | null {
  const found = typeof value === "string" ? TIME.exec(value) : null;
  if (found === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map(Number);
  const seconds = Date.UTC(year, month - 1, day, hour, minute, second);
  // `Date.UTC` takes the 31st of April for the 1st of May.
  const date = new Date(seconds);
  const isReal =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  if (!isReal) return null;
  const nanoseconds = Number((found[7] ?? "").padEnd(9, "0"));
  const offset = offsetOf(found[8]);
  return offset === undefined ? null : { local: seconds + Math.ceil(nanoseconds / 1e6), offset };
}

/** Null where there is no zone, undefined where it is not one. */
function offsetOf(zone: string | undefined): number | null | undefined {
  if (zone === undefined) return null;
  if (zone.toUpperCase() === "Z") return 0;
  const [hours = 0, minutes = 0] = zone.slice(1).split(":").map(Number);
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * HOUR + minutes * MINUTE);
}
