/**
 * `max_size`: what is removed where all that remains after the other rules is larger.
 *
 * Manually, what another rule put into the trash counts, and is removed first, oldest first, since it is already
 * discarded. Then the least recently used entries, until the rest fits; ties by id. In automatic runs the trash does
 * not count and keeps its retention.
 *
 * A limit never overrides a hold: what is held stays, even where the cap is then out of reach, and the shortfall is
 * reported. What the cap removes was selected by no other rule: it is moved to the trash in any case (disposal.ts) for
 * the usual retention. It no longer counts there: otherwise every further run would remove more instead. Pure.
 */
import type { LastUse } from "../model/entry.ts";
import type { Judged, Ruling } from "../model/judgement.ts";
import type { Cap, Mode } from "../model/plan.ts";
import { isCopyOfRestored, type PlannedTrash } from "../model/trash.ts";
import type { Settings } from "../model/settings.ts";
import { DAY } from "../model/time.ts";
import { isTrashOnly } from "./disposal.ts";
import { holdsOf, type HoldInput, type HoldRequest } from "./holds.ts";
import { isGoneOrStale } from "./trash.ts";

/** An entry that was used within a day is likely to be in use still. */
const RECENT: number = DAY;

/** An entry, and its ruling by the other rules. */
export interface Remaining {
  readonly path: string;
  readonly judged: Judged;
  readonly ruling: Ruling;
  /** What the cap would do with it. */
  readonly capped: Ruling;
}

/** A trash row, by the path where it lies; `home` is where others look for its objects. */
export interface RemainingTrash {
  readonly key: string;
  readonly home: string;
  readonly row: PlannedTrash;
  /** `keep` matches its workdir by now. */
  readonly kept: boolean;
}

export interface CapCircumstances {
  readonly maxSize: number;
  readonly mode: Mode;
  readonly entries: readonly Remaining[];
  readonly trash: readonly RemainingTrash[];
  /** Borrowers by the path of what they borrow from. */
  readonly borrowers: ReadonlyMap<string, readonly string[]>;
}

export interface OverCap {
  readonly cap: Cap;
  /** Paths of entries, and keys of trash rows, to be removed. */
  readonly takes: ReadonlySet<string>;
}

const NOT_TAKEN: Ruling = { rule: null, holds: [], action: "keep" };

/** Whether the cap may remove one entry, regardless of the order: this is evaluated again at the moment of removal. */
export function capRuling(judged: Judged, input: HoldInput, settings: Settings, request: HoldRequest): Ruling {
  const { verdict, lastUsed, lastUsedExact, bytes } = judged;
  // The last use of remains is unknown, and removing what was not measured may free nothing.
  if (verdict === "debris" || bytes === null || bytes === 0) return NOT_TAKEN;
  if (lastUsed === null || !lastUsedExact || isUsedRecently(lastUsed, request.now)) return NOT_TAKEN;
  // What expires by the agent's own rules, a session, is never removed before it has.
  if (judged.expiry !== undefined && !judged.old) return NOT_TAKEN;
  const holds = holdsOf(judged, "over-cap", input, settings, request);
  return { rule: "over-cap", holds, action: holds.length === 0 ? "remove" : "keep" };
}

/** A time at or before 1970 is invalid; one in the future does not prove that it is unused. */
export function isUsedRecently({ at }: LastUse, now: number): boolean {
  return at <= 0 || at > now - RECENT;
}

export function overCap({ maxSize, mode, entries, trash, borrowers }: CapCircumstances): OverCap {
  const remaining = entries.filter(({ ruling }) => ruling.action === "keep");
  const counted = trash.filter(({ row }) => row.action === "return" || (mode === "manual" && countsInTrash(row)));
  const size = sum(remaining, ({ judged }) => judged.bytes ?? 0) + sum(counted, ({ row }) => row.bytes ?? 0);
  const gone = new Set([
    ...entries.filter(({ ruling }) => ruling.action === "remove").map(({ path }) => path),
    ...trash.filter(({ row }) => row.action === "destroy").map(({ key }) => key),
  ]);
  const first = counted.filter(isRemovable).map(trashCandidate).toSorted(byAge);
  const takeable = new Set(remaining.filter(isFree).map(({ path }) => path));
  const then = remaining
    .map(entryCandidate)
    .filter(({ key }) => takeable.has(key))
    .toSorted(byAge);
  const takes = new Set<string>();
  let left = size;
  for (const candidates of [first, then]) left = takeUntilItFits(candidates, left);
  return { cap: { maxSize, size, shortfall: Math.max(0, left - maxSize) }, takes };

  function takeUntilItFits(candidates: readonly CapCandidate[], before: number): number {
    let over = before;
    const waiting = new Set(candidates);
    while (over > maxSize) {
      // A lender becomes a candidate as soon as the last of its borrowers is removed.
      const next = firstOf(waiting, ({ key, home }) =>
        (borrowers.get(home) ?? []).every((one) => one === key || gone.has(one)),
      );
      if (next === null) break;
      waiting.delete(next);
      gone.add(next.key);
      takes.add(next.key);
      over -= next.bytes;
    }
    return over;
  }
}

interface CapCandidate {
  readonly key: string;
  /** Where others look for its objects. */
  readonly home: string;
  readonly at: number;
  readonly id: string;
  readonly bytes: number;
}

/** What another rule's hold keeps is held. */
function isFree({ ruling, capped }: Remaining): boolean {
  return ruling.holds.length === 0 && capped.action === "remove";
}

/** What only the cap or an explicit request selected is not removed to make room. */
function countsInTrash({ action, reason, item }: PlannedTrash): boolean {
  return action === "keep" && !isCopyOfRestored({ reason }) && item.rule !== "swapped" && !isTrashOnly(item.rule);
}

/** What waits for its retention to end, and would be removed then. */
function isRemovable({ row, kept }: RemainingTrash): boolean {
  if (!countsInTrash(row)) return false;
  return row.reason === "waiting" && !kept && (row.item.rule !== "orphan" || isGoneOrStale(row.judged));
}

function entryCandidate({ path, judged }: Remaining): CapCandidate {
  return { key: path, home: path, at: judged.lastUsed?.at ?? 0, id: judged.entry.id, bytes: judged.bytes ?? 0 };
}

function trashCandidate({ key, home, row }: RemainingTrash): CapCandidate {
  return { key, home, at: row.item.since, id: row.item.id, bytes: row.bytes ?? 0 };
}

function byAge(a: CapCandidate, b: CapCandidate): number {
  if (a.at !== b.at) return a.at - b.at;
  return `${a.id}\0${a.key}` < `${b.id}\0${b.key}` ? -1 : 1;
}

function firstOf<T>(all: Iterable<T>, fits: (one: T) => boolean): T | null {
  for (const one of all) if (fits(one)) return one;
  return null;
}

function sum<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}
