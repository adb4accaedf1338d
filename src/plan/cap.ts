/**
 * `max_size`: what goes next where all that remains after the other rules is larger than that.
 *
 * By hand the trash counts, and what is in it goes first, the oldest first: somebody gave that up already. Then the least
 * recently used entries, until it fits; ties by id. In automatic runs the trash does not count and is left its time.
 * Whatever is protected stays, also where the cap is then out of reach, and the shortfall is told. Pure.
 */
import type { Judged, Ruling } from "../model/judgement.ts";
import type { Cap, Mode, PlannedTrash } from "../model/plan.ts";
import type { Settings } from "../model/settings.ts";
import { DAY } from "../model/time.ts";
import { holdsOf, type Standing } from "./holds.ts";
import type { Request } from "./request.ts";
import { goneOrOld } from "./trash.ts";

/** Whoever used it within a day is likely to be at it still, with snapshots that only he knows the worth of. */
const RECENT: number = DAY;

/** An entry, and what the other rules make of it. */
export interface Remaining {
  readonly path: string;
  readonly judged: Judged;
  readonly ruling: Ruling;
  /** What the cap would make of it. */
  readonly capped: Ruling;
}

/** A row of the trash, by the path where it lies; `home` is where others look for its objects. */
export interface RemainingTrash {
  readonly key: string;
  readonly home: string;
  readonly row: PlannedTrash;
  /** `keep` names its workdir by now. */
  readonly kept: boolean;
}

export interface CapCircumstances {
  readonly maxSize: number;
  readonly mode: Mode;
  readonly entries: readonly Remaining[];
  readonly trash: readonly RemainingTrash[];
  /** Who borrows from whom, by path. */
  readonly borrowers: ReadonlyMap<string, readonly string[]>;
}

export interface OverCap {
  readonly cap: Cap;
  /** Paths of entries, and keys of trash rows, that are to go. */
  readonly takes: ReadonlySet<string>;
}

const NOT_TAKEN: Ruling = { rule: null, holds: [], action: "keep" };

/** What the cap may make of one entry, whatever its turn: at the moment of removal it is asked again. */
export function capRuling(
  judged: Judged,
  standing: Standing,
  settings: Settings,
  { mode, now }: Pick<Request, "mode" | "now">,
): Ruling {
  const { verdict, lastUsed, lastUsedExact, bytes } = judged;
  // Of remains nobody can tell when they were used, and what was not measured may free nothing.
  if (verdict === "debris" || bytes === null || bytes === 0) return NOT_TAKEN;
  // A time at or before 1970 is no time; one in the future is no proof of rest.
  if (lastUsed === null || !lastUsedExact || lastUsed.at <= 0 || lastUsed.at > now - RECENT) return NOT_TAKEN;
  const holds = holdsOf(judged, "over-cap", mode, standing, settings, now);
  return { rule: "over-cap", holds, action: holds.length === 0 ? "remove" : "keep" };
}

export function overCap({ maxSize, mode, entries, trash, borrowers }: CapCircumstances): OverCap {
  const remaining = entries.filter(({ ruling }) => ruling.action === "keep");
  const counted = trash.filter(({ row }) => row.action === "return" || (mode === "by-hand" && row.action === "keep"));
  const size = sum(remaining, ({ judged }) => judged.bytes ?? 0) + sum(counted, ({ row }) => row.bytes ?? 0);
  const gone = new Set([
    ...entries.filter(({ ruling }) => ruling.action === "remove").map(({ path }) => path),
    ...trash.filter(({ row }) => row.action === "destroy").map(({ key }) => key),
  ]);
  const first = counted.filter(isGivenUp).map(trashCandidate).toSorted(byAge);
  const takeable = new Set(remaining.filter(isFree).map(({ path }) => path));
  const then = remaining
    .map(entryCandidate)
    .filter(({ key }) => takeable.has(key))
    .toSorted(byAge);
  const takes = new Set<string>();
  let left = size;
  for (const candidates of [first, then]) left = takeUntilItFits(candidates, left);
  return { cap: { maxSize, size, shortfall: Math.max(0, left - maxSize) }, takes };

  function takeUntilItFits(candidates: readonly Candidate[], before: number): number {
    let over = before;
    const waiting = new Set(candidates);
    while (over > maxSize) {
      // Whoever is borrowed from has his turn as soon as the last of his borrowers has gone.
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

interface Candidate {
  readonly key: string;
  /** Where others look for its objects. */
  readonly home: string;
  readonly at: number;
  readonly id: string;
  readonly bytes: number;
}

/** What another rule holds is held. */
function isFree({ ruling, capped }: Remaining): boolean {
  return ruling.holds.length === 0 && capped.action === "remove";
}

/** What waits for its time to be over, and would go then. */
function isGivenUp({ row, kept }: RemainingTrash): boolean {
  return row.reason === "waiting" && !kept && (row.item.rule !== "orphan" || goneOrOld(row.judged));
}

function entryCandidate({ path, judged }: Remaining): Candidate {
  return { key: path, home: path, at: judged.lastUsed?.at ?? 0, id: judged.entry.id, bytes: judged.bytes ?? 0 };
}

function trashCandidate({ key, home, row }: RemainingTrash): Candidate {
  return { key, home, at: row.item.since, id: row.item.id, bytes: row.bytes ?? 0 };
}

function byAge(a: Candidate, b: Candidate): number {
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
