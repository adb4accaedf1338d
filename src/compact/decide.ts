/** What may be packed, and what it is worth. Pure. */
import type { LeaveReason, LooseSum, PackingFacts } from "../model/compaction.ts";
import { HOUR } from "../model/time.ts";
import { LOCK_LIFE } from "../plan/holds.ts";

/** A turn of an agent may take minutes, and the next one comes soon after: whoever paused for an hour has left. */
const IDLE: number = HOUR;

/** A pack and its index take a block each at least, so a handful of small files has nothing to give. */
const BLOCK = 4096;
const LEAST_BYTES: number = 4 * BLOCK;

/** Room for the index (32 bytes an object and a kilobyte) and for what others write in the meantime. */
const SPARE_BYTES: number = 1 << 20;

export function whyLeft(facts: PackingFacts, loose: LooseSum | null, now: number): LeaveReason | null {
  if (facts.troubles.length > 0 || facts.newest === null) return "unreadable";
  if (facts.locks.some((lock) => lock.at > now - LOCK_LIFE)) return "busy";
  // A date in the future is no proof of rest.
  if (facts.newest.at > now - IDLE) return "in-use";
  if (loose === null) return "no-repo";
  return isWorth(loose) ? null : "little";
}

export function isWorth({ objects, bytes }: LooseSum): boolean {
  return objects > 1 && bytes > LEAST_BYTES;
}

/** Free bytes that a pack of loose objects needs at the most: each is in it once, and no larger than it lies there. */
export function roomFor(loose: readonly { readonly size: number }[]): number {
  return loose.reduce((sum, { size }) => sum + size + 64, SPARE_BYTES);
}

/** Nobody used it between two walks, but for what we did, which is dated back to the last use. */
export function isUntouched(before: PackingFacts, after: PackingFacts): boolean {
  const [was, is] = [before.newest?.at ?? 0, after.newest?.at ?? 0];
  // Times are set to the microsecond.
  return after.troubles.length === 0 && after.locks.length <= before.locks.length && is <= was + 0.001;
}
