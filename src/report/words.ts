/** Numbers, sizes and times in words. English and free of the machine's locale, so that two people see the same. */
import prettyBytes from "pretty-bytes";
import prettyMs from "pretty-ms";
import { DAY, MINUTE } from "../model/time.ts";
import type { Look } from "./look.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** Where `Date` ends: file systems can hold later times. */
const LAST_DATE = 8_640_000_000_000_000;

/** `1,104` */
export function number(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1 repo`, `1,104 repos` */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** `512 B`, `3.1 GB` */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return prettyBytes(bytes, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** `, 3.1 GB`, `, at least 3.1 GB`, or nothing where nobody measured anything. */
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

/** `a`, `a and b`, `a, b and c` */
export function list(parts: readonly string[]): string {
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
}

/** `2.1 s`, `41 ms`, `3 m 12 s` */
export function duration(ms: number): string {
  return prettyMs(Math.max(0, Math.round(ms))).replaceAll(/(\d)([a-z])/g, "$1 $2");
}

/**
 * `12 days`: the largest unit alone. Days go on up to two years, because that is how retention is written.
 */
export function span(ms: number): string {
  return prettyMs(Math.max(0, ms), { compact: true, verbose: true, hideYear: ms < 730 * DAY });
}

/** `12 days ago` */
export function ago(at: number, look: Look): string {
  const age = look.now - at;
  if (at <= 0) return "1970";
  if (age < -MINUTE) return "in the future";
  return age < MINUTE ? "just now" : `${span(age)} ago`;
}

/** `21 Nov 13:20`, with the year where it is not this one. */
export function moment(at: number, look: Look): string {
  if (Math.abs(at) > LAST_DATE) return "an impossible date";
  const parts = partsOf(at, look);
  return `${dayOf(parts, look)} ${parts.hour}:${parts.minute}${look.showZone === true ? ` ${look.timeZone}` : ""}`;
}

/** `28 Nov`, with the year where it is not this one. */
export function day(at: number, look: Look): string {
  return Math.abs(at) > LAST_DATE ? "an impossible date" : dayOf(partsOf(at, look), look);
}

/** `9 Nov`, `Sep 2025`: as short as a date can be and still mean something. */
export function shortDay(at: number, look: Look): string {
  return day(at, look).replace(/^\d+ (?=\w+ \d)/, "");
}

interface Parts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
}

function dayOf(parts: Parts, look: Look): string {
  const month = MONTHS[Number(parts.month) - 1] ?? parts.month;
  const year = parts.year === yearOf(look) ? "" : ` ${parts.year}`;
  return `${Number(parts.day)} ${month}${year}`;
}

const years = new WeakMap<Look, string>();

function yearOf(look: Look): string {
  const known = years.get(look);
  const year = known ?? partsOf(look.now, look).year;
  if (known === undefined) years.set(look, year);
  return year;
}

/** Making a formatter takes a hundred times as long as using it. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function partsOf(at: number, { timeZone }: Look): Parts {
  const known = formatters.get(timeZone);
  const formatter = known ?? makeFormatter(timeZone);
  if (known === undefined) formatters.set(timeZone, formatter);
  const parts = new Map<string, string>(formatter.formatToParts(at).map(({ type, value }) => [type, value]));
  const part = (name: string): string => parts.get(name) ?? "";
  return { year: part("year"), month: part("month"), day: part("day"), hour: part("hour"), minute: part("minute") };
}

function makeFormatter(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
}
