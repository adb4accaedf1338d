/** When an entry counts as old. Pure. */
import type { LastUse } from "../model/entry.ts";
import type { Inspection } from "../model/inspection.ts";
import { retentionsOf, type Settings } from "../model/settings.ts";
import { DAY } from "../model/time.ts";

/** Uses before this are old, or null where the stale rule is off. */
export function cutoff(settings: Settings, now: number): number | null {
  return settings.retention_days > 0 ? now - settings.retention_days * DAY : null;
}

/**
 * The same for one entry. Some have an age limit of their own: a temporary file is abandoned after a day, whatever the
 * retention is, and a session that a newer one replaces goes sooner, unless nothing goes for its age.
 */
export function ageCutoff(
  { reading, expiry }: Pick<Inspection, "reading" | "expiry">,
  settings: Settings,
  now: number,
): number | null {
  if (reading.kind === "debris" && reading.after !== null) return now - reading.after;
  const retention = cutoff(settings, now);
  return retention === null || expiry?.after === undefined ? retention : now - expiry.after;
}

/** Uses at or after this are old for no kind; null where the rule is off for all of them. */
export function latestCutoff(settings: Settings, now: number): number | null {
  const cutoffs = retentionsOf(settings).map((retention_days) => cutoff({ ...settings, retention_days }, now));
  return cutoffs.reduce((latest, at) => (at === null || (latest !== null && latest > at) ? latest : at), null);
}

/**
 * Strictly older than the cutoff. A time at or before 1970 is invalid (a copy that kept none, a clock that was never
 * set), and one in the future is later than any cutoff.
 */
export function isOld(lastUse: LastUse | null, settings: Settings, now: number): boolean {
  return isBefore(lastUse, cutoff(settings, now));
}

export function isBefore(lastUse: LastUse | null, before: number | null): boolean {
  return before !== null && lastUse !== null && lastUse.at > 0 && lastUse.at < before;
}
