/** How many snapshots the rows of a plan hold: from the stores' own records where possible, from git otherwise. */
import { createYielder } from "../fs/cooperative.ts";
import { countCommits } from "../git/count-commits.ts";
import type { PlannedEntry } from "../model/plan.ts";
import { type Kind, kindNamed } from "../stores/kind.ts";

export interface SnapshotsWanted {
  readonly rows: "none" | "removals" | "all";
  /** Git costs 5 ms per repo: it runs for as many rows as are shown by default, the largest first. */
  readonly askGit: number;
}

interface SnapshotOptions {
  readonly stores: readonly Kind[];
  readonly signal: AbortSignal | undefined;
}

export async function addSnapshots(
  rows: readonly PlannedEntry[],
  wanted: SnapshotsWanted,
  { stores, signal }: SnapshotOptions,
): Promise<PlannedEntry[]> {
  if (wanted.rows === "none") return [...rows];
  const yieldIfDue = createYielder(signal);
  const found = new Map<PlannedEntry, PlannedEntry>();
  const unclear: { row: PlannedEntry; gitDirectory: string; tip: string | undefined }[] = [];
  for (const row of rows) {
    if (wanted.rows === "removals" && row.ruling.action !== "remove") continue;
    const counted = row.judged.snapshots ?? null;
    if (counted !== null) {
      found.set(row, { ...row, snapshots: counted });
      continue;
    }
    const reading = kindNamed(stores, row.judged.entry.store)?.snapshots(row.judged.entry);
    if (reading?.kind === "known") found.set(row, { ...row, snapshots: reading.snapshots });
    // In a broken repo git would count what it can reach, as if that could be restored.
    else if (reading?.kind === "ask-git" && row.judged.troubles.length === 0)
      unclear.push({ row, gitDirectory: reading.gitDirectory, tip: reading.tip });
    await yieldIfDue();
  }
  const largest = unclear
    .toSorted((a, b) => (b.row.judged.bytes ?? 0) - (a.row.judged.bytes ?? 0))
    .slice(0, wanted.askGit);
  if (largest.length === 0) return rows.map((row) => found.get(row) ?? row);
  for (const { row, gitDirectory, tip } of largest) {
    const counted = await countCommits(gitDirectory, tip);
    // Twenty timeouts would take a minute and a half, so the first one ends the counting.
    if (counted === "timed-out") break;
    found.set(row, { ...row, snapshots: counted });
    await yieldIfDue();
  }
  return rows.map((row) => found.get(row) ?? row);
}
