/**
 * What is removed where an agent has more entries than it keeps. The order is its own, and so is the number from which on it
 * removes any: only what the agent would remove itself is removed here, never another entry in the place of one that is held.
 * By how many it stays over is reported. Pure.
 */
import type { CountLimit } from "../model/inspection.ts";
import type { Judged, Ruling } from "../model/judgement.ts";
import type { EntryLimit } from "../model/plan.ts";
import type { Settings } from "../model/settings.ts";
import { capRuling, isUsedRecently } from "./cap.ts";
import { holdsOf, type HoldInput, type HoldRequest } from "./holds.ts";

/** An entry, its ruling by the other rules, and the one that the limit would have for it. */
export interface Counted {
  readonly path: string;
  readonly judged: Judged;
  readonly ruling: Ruling;
  readonly limited: Ruling;
}

export interface OverLimit {
  readonly limits: readonly EntryLimit[];
  /** Paths of entries to be removed, the oldest first. */
  readonly takes: ReadonlySet<string>;
}

const NOT_TAKEN: Ruling = { rule: null, holds: [], action: "keep" };

/** Its agent would remove it for their number, as they are now. */
export function isBeyond({ limits }: Pick<Judged, "limits">): boolean {
  const count = limits?.count;
  return count !== undefined && count.ahead !== null && count.ahead >= count.most;
}

/**
 * It is worth reading whole, and not just as far as to know that it is young. Where the agent has not so many that it
 * would remove any, none is.
 */
export function mayBeBeyond(judged: Judged): boolean {
  const count = judged.limits?.count;
  return count !== undefined && count.total >= count.from && isBeyond(judged) && isYoung(judged);
}

/** Of one that is old the other rules decide. */
function isYoung({ verdict, expiry, old }: Judged): boolean {
  return verdict === "live" && expiry !== undefined && !old;
}

/** Whether the limit may remove one entry: this is evaluated again at the moment of removal. */
export function limitRuling(judged: Judged, input: HoldInput, settings: Settings, request: HoldRequest): Ruling {
  if (!isBeyond(judged) || !isYoung(judged)) return NOT_TAKEN;
  if (judged.lastUsed === null || !judged.lastUsedExact || isUsedRecently(judged.lastUsed, request.now))
    return NOT_TAKEN;
  const holds = holdsOf(judged, "over-cap", input, settings, request);
  return { rule: "over-cap", holds, action: holds.length === 0 ? "remove" : "keep" };
}

/** What the rule `over-cap` makes of an entry that it has chosen, for the number of entries or for their size. */
export function overCapRuling(judged: Judged, input: HoldInput, settings: Settings, request: HoldRequest): Ruling {
  return (isYoung(judged) ? limitRuling : capRuling)(judged, input, settings, request);
}

/** Entries of kinds whose agent says no number do not count. */
export function overLimit(entries: readonly Counted[]): OverLimit {
  const kinds = new Map<string, { readonly limit: CountLimit; readonly all: InOrder[] }>();
  for (const one of entries) {
    const { count } = one.judged.limits ?? {};
    if (count === undefined) continue;
    const { store } = one.judged.entry;
    // The total is the same for all of a kind.
    const known = kinds.get(store) ?? { limit: count, all: [] };
    known.all.push({ ...one, ahead: count.ahead ?? -1 });
    kinds.set(store, known);
  }
  const over = [...kinds].map(([kind, { limit, all }]) => overIn(kind, limit, all));
  return { limits: over.map(({ limit }) => limit), takes: new Set(over.flatMap(({ takes }) => takes)) };
}

interface InOrder extends Counted {
  readonly ahead: number;
}

function overIn(
  kind: string,
  { most, from, total }: CountLimit,
  all: readonly InOrder[],
): { readonly limit: EntryLimit; readonly takes: readonly string[] } {
  const gone = all.filter(({ ruling }) => ruling.action === "remove");
  const count = total - gone.length;
  // What other rules remove is not ahead of anything any more.
  const aheads = gone.map(({ ahead }) => ahead).toSorted((a, b) => a - b);
  let before = 0;
  const beyond: InOrder[] = [];
  for (const one of all.toSorted(newestFirst)) {
    while ((aheads[before] ?? Infinity) < one.ahead) before += 1;
    if (count >= from && one.ahead - before >= most) beyond.push(one);
  }
  const takes = beyond.filter(isFree).map(({ path }) => path);
  const shortfall = count < from ? 0 : Math.max(0, count - takes.length - most);
  return { limit: { kind, most, count, shortfall }, takes: takes.toReversed() };
}

/** What another rule's hold keeps is held. */
function isFree({ ruling, limited }: Counted): boolean {
  return ruling.rule === null && limited.action === "remove";
}

function newestFirst(a: InOrder, b: InOrder): number {
  if (a.ahead !== b.ahead) return a.ahead - b.ahead;
  return a.judged.entry.id < b.judged.entry.id ? -1 : 1;
}
