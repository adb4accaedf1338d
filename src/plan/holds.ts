/** Why an entry that a rule would take is kept all the same. Pure. */
import type { Judged } from "../model/judgement.ts";
import type { Mode } from "../model/plan.ts";
import type { Hold, HoldCode, Rule } from "../model/reasons.ts";
import { DEFAULT_SETTINGS, isCollected, type Settings } from "../model/settings.ts";
import { DAY, HOUR } from "../model/time.ts";

/** git itself takes a gc.pid for a live process's for 12 h; twice that, and an older lock is a dead process's. */
export const LOCK_LIFE: number = 24 * HOUR;

/** What the whole base tells about one entry. */
export interface Standing {
  /** The `keep` pattern its workdir matches. */
  readonly keptBy: string | null;
  /** Somebody that stays and borrows objects from it. */
  readonly referencedBy: string | null;
  /** A file of the base that says who borrows from whom, and could not be read. */
  readonly unreadableBorrows: string | null;
  /** When a person last put it back (ms). */
  readonly restoredAt: number | null;
  /** Something that goes in the same run, and with it this. */
  readonly within: string | null;
}

export function holdsOf(
  judged: Judged,
  rule: Rule,
  mode: Mode,
  standing: Standing,
  settings: Settings,
  now: number,
): Hold[] {
  const holds = commonHolds(judged, standing, settings, now);
  return mode === "automatic" ? [...holds, ...automaticHolds(judged, rule, standing, settings, now)] : holds;
}

function commonHolds(judged: Judged, standing: Standing, settings: Settings, now: number): Hold[] {
  const holds: Hold[] = [];
  const busy = judged.locks.find((lock) => lock.at > now - LOCK_LIFE);
  if (busy !== undefined) holds.push(hold("busy", busy.path));
  if (!isCollected(judged.entry.store, settings)) holds.push(hold("not-enabled", judged.entry.store));
  if (standing.within !== null) holds.push(hold("within", standing.within));
  if (standing.keptBy !== null) holds.push(hold("kept", standing.keptBy));
  if (standing.referencedBy !== null) holds.push(hold("referenced", standing.referencedBy));
  const unread = judged.troubles[0];
  if (unread !== undefined) holds.push(hold("unreadable", unread.path));
  const restoredUntil = standing.restoredAt === null ? null : standing.restoredAt + restoreLife(settings);
  if (restoredUntil !== null && restoredUntil > now) holds.push(hold("restored", null, restoredUntil));
  return holds;
}

/** A restore counts as a use. Where the stale rule is off it still shields for as long as the default retention. */
function restoreLife(settings: Settings): number {
  return (settings.retention_days > 0 ? settings.retention_days : DEFAULT_SETTINGS.retention_days) * DAY;
}

function automaticHolds(judged: Judged, rule: Rule, standing: Standing, settings: Settings, now: number): Hold[] {
  const holds: Hold[] = [];
  if (standing.referencedBy === null && standing.unreadableBorrows !== null) {
    holds.push(hold("referenced", standing.unreadableBorrows));
  }
  if (rule !== "orphan") return holds;
  const until = graceUntil(judged, settings, now);
  // With no known last use there is nothing to count the grace from. No grace is none, whatever the clocks say.
  if (settings.orphan_grace_hours > 0 && (until === null || until > now)) holds.push(hold("grace", null, until));
  if (!judged.verified && judged.subject !== null) holds.push(hold("unverified", null));
  return holds;
}

/** The grace counts from the last use, and from when the workdir was first seen missing: now, if nobody did before. */
function graceUntil(judged: Judged, settings: Settings, now: number): number | null {
  if (judged.lastUsed === null) return null;
  // A use that lies a day ahead was dated by a wrong clock, and would hold until then.
  const used = judged.lastUsed.at > now + DAY ? 0 : judged.lastUsed.at;
  return Math.max(used, judged.missingSince ?? now) + settings.orphan_grace_hours * HOUR;
}

function hold(code: HoldCode, by: string | null, until: number | null = null): Hold {
  return { code, by, until };
}
