/** Units of time, in ms. */
export const SECOND = 1000;
export const MINUTE: number = 60 * SECOND;
export const HOUR: number = 60 * MINUTE;
export const DAY: number = 24 * HOUR;

/**
 * How long a program may take for one snapshot, from reading the ref to setting it: a very large one takes minutes, and
 * between write-tree and update-ref its objects are unreachable. Until then objects that only it needs are not collected,
 * and a ref that it may overwrite has a copy in the trash.
 */
export const SNAPSHOT_GRACE: number = 2 * HOUR;

/**
 * Nanoseconds since the epoch as ms, exactly the number that Node's `mtimeMs` is. Times of one file are compared with
 * each other (was it used since it was judged?), so all of them are converted in the same way: `Number(mtimeNs) / 1e6`
 * is another number for the same time, since nanoseconds since 1970 are more than a double holds.
 */
export function msOfNs(ns: bigint): number {
  const rest = ns % 1_000_000_000n;
  const nanoseconds = rest < 0n ? rest + 1_000_000_000n : rest;
  return Number((ns - nanoseconds) / 1_000_000_000n) * 1000 + Number(nanoseconds) / 1e6;
}
