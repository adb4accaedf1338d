/** Why an entry that a rule selects is kept all the same. Pure. */
import type { Restriction } from "../model/inspection.ts";
import type { Judged } from "../model/judgement.ts";
import type { Obstacle } from "../model/obstacle.ts";
import type { Hold, HoldCode, Rule } from "../model/reasons.ts";
import { DEFAULT_SETTINGS, settingsOfKind, type Settings } from "../model/settings.ts";
import { DAY, HOUR } from "../model/time.ts";
import { latestOf } from "./latest.ts";
import { isCollected, type Request } from "./request.ts";

/** git itself treats a gc.pid as that of a live process for 12 h; after twice that the process of a lock is dead. */
export const LOCK_STALE_AFTER: number = 24 * HOUR;

/** What the whole base determines for one entry. */
export interface HoldInput {
  /** The `keep` pattern that matches its workdir. */
  readonly keptBy: string | null;
  /** A borrower that stays. */
  readonly referencedBy: string | null;
  /** A file of the base that lists borrowers, and could not be read. */
  readonly unreadableBorrows: string | null;
  /** When it was last restored (ms). */
  readonly restoredAt: number | null;
  /**
   * A copy of what was put back there is in the trash until then (ms); null: from now on. Removed again before, it would
   * leave a copy that no run can tell from the last of its history.
   */
  readonly copyUntil?: number | null;
  /** This run keeps such a copy, whatever its time: the clock is in doubt, or was when that was written. */
  readonly copyStays?: boolean;
  /** Why this user cannot move it. */
  readonly obstacle: Obstacle | null;
  /** The entry that contains this one and is removed in the same run. */
  readonly within: string | null;
  /** It is one of the newest of its group. */
  readonly isLatest?: boolean;
}

/** What holds depend on beside the settings. */
export type HoldRequest = Pick<Request, "mode" | "now" | "alsoCollects">;

export function holdsOf(
  judged: Judged,
  rule: Rule,
  input: HoldInput,
  settings: Settings,
  request: HoldRequest,
): Hold[] {
  const { mode, now } = request;
  const holds = commonHolds(judged, rule, input, settings, request);
  return mode === "automatic" ? [...holds, ...automaticHolds(judged, rule, settings, now)] : holds;
}

function commonHolds(judged: Judged, rule: Rule, input: HoldInput, settings: Settings, request: HoldRequest): Hold[] {
  const { mode, now } = request;
  const holds: Hold[] = [];
  const busy = judged.locks.find((lock) => lock.at > now - LOCK_STALE_AFTER);
  if (busy !== undefined) holds.push(hold("busy", busy.path));
  if (judged.inUse !== undefined) holds.push({ until: null, ...judged.inUse });
  if (rule === "expired" || rule === "keep-latest") holds.push(...agentHolds(judged, now));
  const format = judged.unsupported ?? null;
  if (format !== null) holds.push(hold("unsupported", format));
  holds.push(...restrictions(judged, mode).map((code) => hold(code, null)));
  if (!isCollected(judged.entry.store, settings, request)) holds.push(hold("not-enabled", judged.entry.store));
  if (input.isLatest === true) holds.push({ ...hold("latest", null), count: latestOf(judged, settings) });
  if (input.within !== null) holds.push(hold("within", input.within));
  if (input.keptBy !== null) holds.push(hold("kept", input.keptBy));
  const lentTo = input.referencedBy ?? possibleBorrower(rule, input, mode);
  if (lentTo !== null) holds.push(hold("referenced", lentTo));
  if (typeof judged.checkout === "string") holds.push(hold("checked-out", judged.checkout));
  if (judged.reflog !== undefined) holds.push(hold("reflog", judged.reflog));
  // Including the unreadable ones is an explicit request, and they can be restored from the trash as they are.
  const unread = rule === "unreadable" ? undefined : judged.troubles[0];
  if (unread !== undefined) holds.push({ ...hold("unreadable", unread.path), errno: unread.code });
  const { obstacle } = input;
  if (obstacle !== null) holds.push(obstacleHold(obstacle, judged.entry.base));
  const restoredUntil =
    input.restoredAt === null ? null : input.restoredAt + restoreLife(settingsOfKind(settings, judged.entry.store));
  const { copyUntil } = input;
  if (restoredUntil !== null && restoredUntil > now) holds.push(hold("restored", null, restoredUntil));
  else if (copyUntil === null || (copyUntil !== undefined && copyUntil > now))
    holds.push(hold("restored", null, copyUntil));
  else if (copyUntil !== undefined && input.copyStays === true) holds.push(hold("restored", null));
  return holds;
}

/**
 * What cannot be read may borrow from anything. A person who includes the unreadable ones asks for the very entries that
 * hold the others, and gets them in the trash.
 */
function possibleBorrower(rule: Rule, { unreadableBorrows }: HoldInput, mode: HoldRequest["mode"]): string | null {
  return rule === "unreadable" && mode === "manual" ? null : unreadableBorrows;
}

function restrictions({ restricted = [], presence }: Judged, mode: HoldRequest["mode"]): readonly Restriction[] {
  const holding: Readonly<Record<Restriction, boolean>> = {
    "shared-layout": true,
    "undo-deletes": presence.kind !== "absent",
    "unfinished": mode === "automatic",
  };
  return restricted.filter((one) => holding[one]);
}

/** An agent that keeps its entries longer than our retention would. */
function agentHolds({ limits, lastUsed }: Judged, now: number): Hold[] {
  if (limits === undefined || (lastUsed !== null && lastUsed.at < now - limits.keeps)) return [];
  return [{ ...hold("active", null), sentence: limits.sentence }];
}

/**
 * A restore counts as a use. A shorter retention does not make it shorter than the default one: what a restore says about
 * it has to be true of the next run, whatever its settings.
 */
function restoreLife(settings: Settings): number {
  return Math.max(settings.retention_days, DEFAULT_SETTINGS.retention_days) * DAY;
}

function automaticHolds(judged: Judged, rule: Rule, settings: Settings, now: number): Hold[] {
  const holds: Hold[] = [];
  // A limit never overrides a hold: the cap waits for whatever the orphan rule waits for.
  if (rule !== "orphan" && !(rule === "over-cap" && judged.verdict === "orphan")) return holds;
  const until = graceUntil(judged, settings, now);
  // Without a known last use there is no start for the grace period. A grace of 0 never holds, whatever the clocks say.
  if (settings.orphan_grace_hours > 0 && (until === null || until > now)) holds.push(hold("grace", null, until));
  if (!judged.verified && judged.subject !== null) holds.push(hold("unverified", null));
  return holds;
}

/**
 * The grace period counts from the last use, and from when the workdir was first recorded as missing: now, if it was
 * not.
 */
function graceUntil(judged: Judged, settings: Settings, now: number): number | null {
  if (judged.lastUsed === null) return null;
  // A use that lies a day ahead was dated by a wrong clock, and would hold until then.
  const used = judged.lastUsed.at > now + DAY ? 0 : judged.lastUsed.at;
  return Math.max(used, judged.missingSince ?? now) + settings.orphan_grace_hours * HOUR;
}

function obstacleHold({ code, path, owner, isEntry }: Obstacle, base: string): Hold {
  if (code !== "no-permission") return hold(code, path);
  return { ...hold(code, path), owner, around: !isEntry, ...(isEntry ? {} : { base }) };
}

function hold(code: HoldCode, by: string | null, until: number | null = null): Hold {
  return { code, by, until };
}
