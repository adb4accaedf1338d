/**
 * How large a ledger may get. Records of other observers are never modified, so they can only be kept whole or dropped
 * whole. Dropping one has a price: a workdir that only that observer recorded is judged without a record from then on.
 * So it happens late, for the least recent observers first, and never to our own record. Pure.
 */
import { DAY, HOUR } from "../model/time.ts";

/** Larger files are not read by any version, so they would not count as evidence. */
export const READABLE: number = 64 * 1024 * 1024;
/** Read at every run: 40,000 workdirs with their ancestors, of all observers together. */
const ROOMY: number = 8 * 1024 * 1024;
/** Our own record takes half of what can be read. */
export const OWN_SHARE: number = READABLE / 2;
/** The bytes around the records in the file, and between them. */
const AROUND: number = 64 * 1024;
/** A machine that was off for a quarter of a year may come back; containers are a new observer at every start. */
const QUIET: number = 90 * DAY;

/** Whether a file of so many bytes needs no record dropped. */
export function isFarBelowLimit(bytes: number): boolean {
  return bytes <= ROOMY;
}

export interface RecordSize {
  readonly name: string;
  readonly bytes: number;
  /** The newest time in it (ms); null: this version cannot parse it. */
  readonly heardOf: number | null;
}

/**
 * The names of the records to drop. Below 8 MiB none is; above it those that are 90 days old, and above what can be
 * read the others too. `own`: bytes of our own record.
 */
export function recordsToDrop(others: readonly RecordSize[], own: number, now: number): ReadonlySet<string> {
  const oldestFirst = others
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .toSorted((a, b) => compare(lastOf(a, now), lastOf(b, now)));
  const gone = new Set<string>();
  let bytes = others.reduce((sum, one) => sum + one.bytes, own);
  for (const one of oldestFirst) {
    const isQuiet = lastOf(one, now) < now - QUIET;
    if (bytes + AROUND <= (isQuiet ? ROOMY : READABLE)) break;
    gone.add(one.name);
    bytes -= one.bytes;
  }
  return gone;
}

/** Not by subtraction: two that cannot be parsed are both at minus infinity. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** A time in the future counts as now: a record dated 2099 must not outlast all others. */
function lastOf({ heardOf }: RecordSize, now: number): number {
  if (heardOf === null) return -Infinity;
  return heardOf > now + HOUR ? now : heardOf;
}
