/** The only place that counts. Text and JSON both take their numbers from here, so they cannot disagree. */
import type { Plan, PlannedEntry } from "../model/plan.ts";
import { isCopyOfRestored, type PlannedTrash } from "../model/trash.ts";
import type { HoldCode, Rule, Verdict } from "../model/reasons.ts";
import type { EntryResult, Outcome, RunResult, TrashResult } from "../model/result.ts";
import type { TotalsDocument } from "./schema/run.ts";
import { addSums, grouped, sumOf, sumOfTrash, type Sum } from "./sums.ts";

type ByteField = "bytesToReclaim" | "bytesReclaimed" | "bytesTrashed";

/** `totals` of the JSON contract, as numbers. Bytes are allocated bytes; what was not measured counts as 0. */
export type Totals = Omit<TotalsDocument, ByteField> & Readonly<Record<ByteField, number>>;

/** Why an entry is kept; each counts in exactly one group. */
export type KeptGroup =
  | "live"
  | "unreachable"
  | "unidentified"
  | "unreadable-session"
  | Apart
  | "orphan-off"
  | "not-asked"
  | HoldCode;

/** What is not counted with the others: a piece of a repo, and a file in which there is nothing of a session. */
export type Apart = "debris" | "session-debris";

/** The numbers of the text that the JSON contract does not have. */
export interface Tally {
  readonly totals: Totals;
  /** Everything that is a repo: debris is counted separately. */
  readonly all: Sum;
  readonly removals: Sum;
  readonly kept: ReadonlyMap<KeptGroup, Sum>;
  /** What an automatic sweep would remove. */
  readonly sweep: Sum;
  /** Removals whose directory still exists: the ones that may still be wanted. */
  readonly directoryThere: number;
  readonly trash: Sum;
  readonly trashToDestroy: Sum;
  readonly trashToReturn: Sum;
}

function entriesOf(plan: Plan): readonly PlannedEntry[] {
  return plan.bases.flatMap(({ entries }) => entries);
}

export function removalsOf(plan: Plan): readonly PlannedEntry[] {
  return entriesOf(plan).filter(isRemoval);
}

/** Debris is not a repo and is counted separately. */
export function isScanned({ judged }: PlannedEntry): boolean {
  return judged.verdict !== "debris";
}

export function scannedOf(plan: Plan): readonly PlannedEntry[] {
  return entriesOf(plan).filter(isScanned);
}

export function trashOf(plan: Plan): readonly PlannedTrash[] {
  return plan.bases.flatMap(({ trash }) => trash);
}

/** Whether carrying the plan out would do anything that a person is asked about. */
export function hasWork(plan: Plan): boolean {
  const changes = trashOf(plan).some((row) => row.action !== "keep" && !isCopyOfRestored(row));
  return changes || entriesOf(plan).some(isRemoval);
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
  const trash = trashOf(plan).filter((row) => !isCopyOfRestored(row));
  return {
    totals: totalsOf(plan, result),
    all: sumOf(scannedOf(plan)),
    removals: sumOf(removals),
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

/** A removal that moves the entry to the trash and leaves it there. */
export function staysInTrash({ steps }: PlannedEntry): boolean {
  return !steps.some(({ kind }) => kind === "destroy");
}

/** How many entries each rule removed, including those moved to the trash. */
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
  for (const { settings, entries, settingsError } of plan.bases) {
    const kept = entries.filter((entry) => !isRemoval(entry));
    for (const [found, sum] of grouped(kept, (entry) => keptGroup(entry, settings.delete_orphans))) {
      // Without settings no age makes an entry stale, so that it is live says nothing.
      const group = settingsError !== undefined && found === "live" ? "settings-unknown" : found;
      groups.set(group, addSums(groups.get(group), sum));
    }
  }
  return groups;
}

export function keptGroup({ judged, ruling, isUnselected }: PlannedEntry, deleteOrphans: boolean): KeptGroup {
  if (isUnselected === true) return "not-asked";
  const [hold] = ruling.holds;
  if (hold !== undefined) return hold.code;
  switch (judged.verdict) {
    case "live":
    case "unreachable":
      return judged.verdict;
    case "unidentified":
      return judged.isSession === true ? "unreadable-session" : judged.verdict;
    case "debris":
      return judged.isSession === true ? "session-debris" : judged.verdict;
    case "orphan":
      return deleteOrphans ? "not-asked" : "orphan-off";
    case "stale":
      return "not-asked";
  }
}

function countRules(removed: readonly EntryResult[]): Totals["removedByRule"] {
  return { orphan: 0, stale: 0, ...Object.fromEntries([...ruleSums(removed)].map(([rule, sum]) => [rule, sum.count])) };
}

function bytesIn(results: readonly (EntryResult | TrashResult)[]): number {
  return results.reduce((sum, { bytes }) => sum + bytes, 0);
}
