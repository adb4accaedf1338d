/** Times of files as `utimes` takes them; model/time.ts has the inverse. */

/** Seconds for `utimes`, as text: Node replaces a negative number by the current time. */
export function utimeOf(seconds: number): string {
  return String(seconds);
}

/**
 * ms as seconds that every Node truncates to the same microsecond: up to version 22 it truncates, so a number slightly
 * below its microsecond would lose a whole one. Others keep nanoseconds: an exact value gets nothing added.
 */
export function wholeMicroseconds(ms: number): number {
  const microseconds = Math.round(ms * 1000);
  const seconds = microseconds / 1e6;
  const isBelow = Math.trunc((seconds - Math.trunc(seconds)) * 1e6) !== microseconds % 1e6;
  return isBelow ? seconds + Math.sign(seconds) * 2e-7 : seconds;
}
