/** How many snapshots rows of a plan hold: from the stores' own records where those are enough, from git where not. */
import { pace } from "../fs/breathe.ts";
import type { PlannedEntry } from "../model/plan.ts";
import type { StoreAdapter } from "../stores/adapter.ts";
import { adapterOf } from "../stores/index.ts";

export interface SnapshotsWanted {
  readonly rows: "none" | "removals" | "all";
  /** Git costs 5 ms a repo: it is asked for as many rows as a person is shown, the largest first. */
  readonly askGit: number;
}

interface Asking {
  readonly stores: readonly StoreAdapter[];
  readonly signal: AbortSignal | undefined;
}

export async function addSnapshots(
  rows: readonly PlannedEntry[],
  wanted: SnapshotsWanted,
  { stores, signal }: Asking,
): Promise<PlannedEntry[]> {
  if (wanted.rows === "none") return [...rows];
  const breathe = pace(signal);
  const found = new Map<PlannedEntry, PlannedEntry>();
  const unclear: { row: PlannedEntry; gitDirectory: string; tip: string | undefined }[] = [];
  for (const row of rows) {
    if (wanted.rows === "removals" && row.ruling.action !== "remove") continue;
    const reading = adapterOf(stores, row.judged.entry.store)?.snapshots(row.judged.entry);
    if (reading?.kind === "known") found.set(row, { ...row, snapshots: reading.snapshots });
    else if (reading?.kind === "ask-git") unclear.push({ row, gitDirectory: reading.gitDirectory, tip: reading.tip });
    await breathe();
  }
  const largest = unclear
    .toSorted((a, b) => (b.row.judged.bytes ?? 0) - (a.row.judged.bytes ?? 0))
    .slice(0, wanted.askGit);
  if (largest.length === 0) return rows.map((row) => found.get(row) ?? row);
  // Hardly any run asks git, so hardly any loads what talks to it.
  const { countCommits } = await import("../git/count-commits.ts");
  for (const { row, gitDirectory, tip } of largest) {
    const counted = await countCommits(gitDirectory, tip);
    // Twenty of these would cost a minute and a half: one is enough to stop asking.
    if (counted === "timed-out") break;
    found.set(row, { ...row, snapshots: counted });
    await breathe();
  }
  return rows.map((row) => found.get(row) ?? row);
}
