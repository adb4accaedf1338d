/**
 * The one place that counts. What text says and what JSON reports come from here, so they cannot disagree.
 */
import type { Plan, PlannedEntry, PlannedTrash } from "../model/plan.ts";
import type { HoldCode, Rule, Verdict } from "../model/reasons.ts";
import type { EntryResult, Outcome, RunResult, TrashResult } from "../model/result.ts";
import { addSums, grouped, sumOf, sumOfTrash, type Sum } from "./sums.ts";

/** `totals` of the JSON contract. Bytes are allocated bytes; what was not measured counts as none. */
export interface Totals {
  readonly scanned: number;
  readonly live: number;
  readonly orphan: number;
  readonly stale: number;
  readonly unreachable: number;
  readonly unidentified: number;
  readonly debris: number;
  /** Entries that the plan removes. */
  readonly toRemove: number;
  /** Entries that are destroyed. */
  readonly removed: number;
  /** Entries that are in the trash now and were not before. */
  readonly trashed: number;
  /** What went back from the trash to its place. */
  readonly restored: number;
  /** Entries and trash items that failed: more than none means exit 1. */
  readonly failed: number;
  /** `removed` by the rule that took it; the first two always, the others where there were any. */
  readonly removedByRule: Readonly<Record<"orphan" | "stale", number>> &
    Readonly<Partial<Record<"debris" | "unreachable" | "unidentified" | "over-cap", number | undefined>>>;
  /** What the plan takes from the base and what it destroys in the trash. */
  readonly bytesToReclaim: number;
  /** What came free, expired trash included. */
  readonly bytesReclaimed: number;
  readonly bytesTrashed: number;
}

/** Why an entry is kept, in the one group that it counts in. */
export type KeptGroup = "live" | "unreachable" | "unidentified" | "debris" | "orphan-off" | "not-asked" | HoldCode;

/** What text says beyond the totals. */
export interface Tally {
  readonly totals: Totals;
  /** Everything that is a repo: remains are counted apart. */
  readonly all: Sum;
  readonly removals: Sum;
  readonly removalsByRule: ReadonlyMap<Rule, Sum>;
  readonly kept: ReadonlyMap<KeptGroup, Sum>;
  /** What an automatic sweep would take. */
  readonly sweep: Sum;
  /** Removals whose directory is there: the ones that a person may still miss. */
  readonly directoryThere: number;
  readonly trash: Sum;
  readonly trashToDestroy: Sum;
  readonly trashToReturn: Sum;
}

export function entriesOf(plan: Plan): readonly PlannedEntry[] {
  return plan.bases.flatMap(({ entries }) => entries);
}

export function removalsOf(plan: Plan): readonly PlannedEntry[] {
  return entriesOf(plan).filter(isRemoval);
}

/** Without debris: remains are no repos, and counted apart. */
export function scannedOf(plan: Plan): readonly PlannedEntry[] {
  return entriesOf(plan).filter(({ judged }) => judged.verdict !== "debris");
}

export function trashOf(plan: Plan): readonly PlannedTrash[] {
  return plan.bases.flatMap(({ trash }) => trash);
}

export function totalsOf(plan: Plan, result: RunResult | null = null): Totals {
  const entries = entriesOf(plan);
  const results = result?.bases.flatMap((base) => base.entries) ?? [];
  const trashResults = result?.bases.flatMap((base) => base.trash) ?? [];
  const verdicts = (verdict: Verdict): number => entries.filter(({ judged }) => judged.verdict === verdict).length;
  const removals = removalsOf(plan);
  const destroys = trashOf(plan).filter(({ action }) => action === "destroy");
  const removed = withOutcome(results, "removed");
  const trashed = withOutcome(results, "trashed");
  return {
    scanned: scannedOf(plan).length,
    live: verdicts("live"),
    orphan: verdicts("orphan"),
    stale: verdicts("stale"),
    unreachable: verdicts("unreachable"),
    unidentified: verdicts("unidentified"),
    debris: verdicts("debris"),
    toRemove: removals.length,
    removed: removed.length,
    trashed: trashed.length,
    restored: withOutcome(trashResults, "returned").length,
    failed: withOutcome(results, "failed").length + withOutcome(trashResults, "failed").length,
    removedByRule: countRules(removed),
    bytesToReclaim: sumOf(removals).bytes + sumOfTrash(destroys).bytes,
    bytesReclaimed: bytesIn(removed) + bytesIn(withOutcome(trashResults, "removed")),
    bytesTrashed: bytesIn(trashed),
  };
}

export function tallyOf(plan: Plan, result: RunResult | null = null): Tally {
  const removals = removalsOf(plan);
  const trash = trashOf(plan);
  return {
    totals: totalsOf(plan, result),
    all: sumOf(scannedOf(plan)),
    removals: sumOf(removals),
    removalsByRule: grouped(removals, ({ ruling }) => ruling.rule),
    kept: keptGroups(plan),
    sweep: sumOf(entriesOf(plan).filter(({ sweep }) => sweep.action === "remove")),
    directoryThere: removals.filter(({ judged }) => judged.presence.kind === "present").length,
    trash: sumOfTrash(trash),
    trashToDestroy: sumOfTrash(trash.filter(({ action }) => action === "destroy")),
    trashToReturn: sumOfTrash(trash.filter(({ action }) => action === "return")),
  };
}

export function isRemoval({ ruling }: PlannedEntry): boolean {
  return ruling.action === "remove";
}

/** How many entries each rule took; also for what went to the trash. */
export function ruleSums(results: readonly EntryResult[]): ReadonlyMap<Rule, Sum> {
  return grouped(
    results.map(({ planned }) => planned),
    ({ ruling }) => ruling.rule,
  );
}

export function withOutcome<T extends EntryResult | TrashResult>(
  results: readonly T[],
  outcome: Outcome,
): readonly T[] {
  return results.filter((each) => each.outcome === outcome);
}

function keptGroups(plan: Plan): ReadonlyMap<KeptGroup, Sum> {
  const groups = new Map<KeptGroup, Sum>();
  for (const { settings, entries } of plan.bases) {
    const kept = entries.filter((entry) => !isRemoval(entry));
    for (const [group, sum] of grouped(kept, (entry) => keptGroup(entry, settings.delete_orphans))) {
      groups.set(group, addSums(groups.get(group), sum));
    }
  }
  return groups;
}

export function keptGroup({ judged, ruling }: PlannedEntry, deleteOrphans: boolean): KeptGroup {
  const [hold] = ruling.holds;
  if (hold !== undefined) return hold.code;
  switch (judged.verdict) {
    case "live":
    case "unreachable":
    case "unidentified":
    case "debris":
      return judged.verdict;
    case "orphan":
      return deleteOrphans ? "not-asked" : "orphan-off";
    case "stale":
      return "not-asked";
  }
}

function countRules(removed: readonly EntryResult[]): Totals["removedByRule"] {
  const sums = ruleSums(removed);
  const asked = (["debris", "unreachable", "unidentified", "over-cap"] as const).flatMap((rule) => {
    const sum = sums.get(rule);
    return sum === undefined ? [] : [[rule, sum.count] as const];
  });
  return {
    orphan: sums.get("orphan")?.count ?? 0,
    stale: sums.get("stale")?.count ?? 0,
    ...Object.fromEntries(asked),
  };
}

function bytesIn(results: readonly (EntryResult | TrashResult)[]): number {
  return results.reduce((sum, { bytes }) => sum + bytes, 0);
}
