/**
 * How large a ledger may get. Others' records are never changed by us, so they can only be kept whole or given up
 * whole. Giving one up has a price: a workdir that only they saw is judged as at first sight from then on. So it is
 * paid late, for those first who were not heard of for longest, and never with our own record. Pure.
 */
import { DAY, HOUR } from "../model/time.ts";

/** Nobody reads more than this: a larger file would be no evidence for anybody. */
export const READABLE: number = 64 * 1024 * 1024;
/** Read at every run: 40,000 workdirs with their ways, of all observers together. */
const ROOMY: number = 8 * 1024 * 1024;
/** Our own record takes half of what can be read. */
export const OWN_SHARE: number = READABLE / 2;
/** What stands around the records in the file, and between them. */
const AROUND: number = 64 * 1024;
/** A machine that was off for a quarter of a year may come back; containers are another observer at every start. */
const QUIET: number = 90 * DAY;

/** Whether there is nothing to be given up in a file of so many bytes. */
export function isRoomy(bytes: number): boolean {
  return bytes <= ROOMY;
}

export interface Observer {
  readonly name: string;
  readonly bytes: number;
  /** The newest time in it (ms); null: nobody here understands what it says. */
  readonly heardOf: number | null;
}

/**
 * The names of those to be given up. Below 8 MiB nobody is; above it those who were not heard of for 90 days, and above
 * what can be read the others too. `own`: bytes of our own record.
 */
export function givenUp(others: readonly Observer[], own: number, now: number): ReadonlySet<string> {
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

/** Not by subtraction: two who are not understood are both at minus infinity. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** A time ahead of the clock is no better than now: whoever writes 2099 must not outlast everybody. */
function lastOf({ heardOf }: Observer, now: number): number {
  if (heardOf === null) return -Infinity;
  return heardOf > now + HOUR ? now : heardOf;
}
