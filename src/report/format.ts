/**
 * Numbers, sizes and times as text. English and independent of the machine's locale, so that every reader sees the
 * same.
 */
import prettyMs from "pretty-ms";
import { DAY, MINUTE } from "../model/time.ts";
import type { RenderContext } from "./render-context.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** The range of `Date`: file systems can hold later times. */
const LAST_DATE = 8_640_000_000_000_000;

/** `1,104`, of a whole number. Not by Intl: its first use takes a tenth of a start. */
export function number(value: number): string {
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

/** `1 repo`, `1,104 repos` */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** `512 B`, `3.1 GB`: cut and not rounded, so that nothing is said to be more than it is. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let power = 1;
  while (power < UNITS.length && bytes >= 1000 ** (power + 1)) power += 1;
  const tenths = Math.floor(bytes / (1000 ** power / 10));
  return `${(tenths / 10).toFixed(1)} ${UNITS[power - 1] ?? ""}`;
}

const UNITS = ["kB", "MB", "GB", "TB", "PB"];

/** `, 3.1 GB`, `, at least 3.1 GB`, or nothing where nothing was measured. */
export function sizePart({
  count,
  bytes,
  unmeasured,
}: {
  readonly count: number;
  readonly bytes: number;
  readonly unmeasured: number;
}): string {
  if (unmeasured === 0) return `, ${size(bytes)}`;
  return unmeasured === count ? "" : `, at least ${size(bytes)}`;
}

/** `7 days`, `1 day`, `0.5 days` */
export function days(value: number): string {
  return `${value} ${value === 1 ? "day" : "days"}`;
}

/** With a capital at its beginning. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `a`, `a and b`, `a, b and c` */
export function list(parts: readonly string[]): string {
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
}

/** `a, b or c` */
export function alternatives(parts: readonly string[]): string {
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} or ${last}`;
}

/** `2.1 s`, `41 ms`, `3 m 12 s` */
export function duration(ms: number): string {
  return prettyMs(Math.max(0, Math.round(ms))).replaceAll(/(\d)([a-z])/g, "$1 $2");
}

/** `12 days`: the largest unit alone. Days are used up to two years, because retention is written in days. */
export function span(ms: number): string {
  return prettyMs(Math.max(0, ms), { compact: true, verbose: true, hideYear: ms < 730 * DAY });
}

/** `12 days ago` */
export function ago(at: number, look: RenderContext): string {
  const age = look.now - at;
  if (at <= 0) return "1970";
  if (age < -MINUTE) return "in the future";
  return age < MINUTE ? "just now" : `${span(age)} ago`;
}

/** `21 Nov 13:20`, with the year where it is not this one. */
export function moment(at: number, look: RenderContext): string {
  if (Math.abs(at) > LAST_DATE) return "an impossible date";
  const date = dateIn(at, look);
  const clock = [date.getUTCHours(), date.getUTCMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
  return `${dayOf(date, look)} ${clock}${look.zone === undefined ? "" : ` ${look.zone}`}`;
}

/** `28 Nov`, with the year where it is not this one. */
export function day(at: number, look: RenderContext): string {
  return Math.abs(at) > LAST_DATE ? "an impossible date" : dayOf(dateIn(at, look), look);
}

function dayOf(date: Date, look: RenderContext): string {
  const year = date.getUTCFullYear();
  const isThisYear = year === dateIn(look.now, look).getUTCFullYear();
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ""}${isThisYear ? "" : ` ${year}`}`;
}

/** Its UTC fields are the date and the time of day of the zone. */
function dateIn(at: number, { utcOffset }: RenderContext): Date {
  return new Date(at + utcOffset(at) * MINUTE);
}
