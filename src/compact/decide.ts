/** Which repos may be packed, and whether it saves enough. Pure. */
import type { SkipReason, LooseTotals, PackingFacts } from "../model/compaction.ts";
import { HOUR } from "../model/time.ts";
import { LOCK_STALE_AFTER } from "../plan/holds.ts";

/** A turn of an agent may take minutes, and the next one follows soon: after an hour without one the agent is idle. */
const IDLE_AFTER: number = HOUR;

/** A pack and its index take a block each at least, so packing a handful of small files saves nothing. */
const BLOCK = 4096;
const MIN_BYTES: number = 4 * BLOCK;

/** Room for the index (32 bytes an object and a kilobyte) and for what other programs write meanwhile. */
const RESERVE_BYTES: number = 1 << 20;

export function skipReason(facts: PackingFacts, loose: LooseTotals | null, now: number): SkipReason | null {
  if (facts.troubles.length > 0 || facts.newest === null) return "unreadable";
  if (facts.locks.some((lock) => lock.at > now - LOCK_STALE_AFTER)) return "busy";
  // A date in the future does not prove that it is idle.
  if (facts.newest.at > now - IDLE_AFTER) return "in-use";
  if (loose === null) return "not-a-repo";
  return isWorthPacking(loose) ? null : "not-worth-it";
}

export function isWorthPacking({ objects, bytes }: LooseTotals): boolean {
  return objects > 1 && bytes > MIN_BYTES;
}

/** The free bytes that a pack of loose objects needs at most: it holds each object once, none larger than its file. */
export function requiredSpace(loose: readonly { readonly size: number }[]): number {
  return loose.reduce((sum, { size }) => sum + size + 64, RESERVE_BYTES);
}

/** Whether it was unused between two walks. Our own changes do not count: their times are set back to the last use. */
export function isUnchanged(before: PackingFacts, after: PackingFacts): boolean {
  const [was, is] = [before.newest?.at ?? 0, after.newest?.at ?? 0];
  // Times are set to the microsecond.
  return after.troubles.length === 0 && after.locks.length <= before.locks.length && is <= was + 0.001;
}
