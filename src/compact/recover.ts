/** Finishes or rolls back what a killed packing run left behind, and touches nothing else. */
import { bytePath, lstatOrNull } from "../fs/syscalls.ts";
import { namesOrNone } from "../fs/listing.ts";
import type { RunLimits } from "../git/exec.ts";
import { sameIdentity } from "../model/entry.ts";
import type { OutcomeError } from "../model/result.ts";
import { toOutcomeError } from "../reclaim/outcome.ts";
import { undo } from "./exchange.ts";
import { destroyScratch, isDone, readJournal, unfinishedScratches } from "./scratch.ts";

/**
 * Call it under the run lock: then no living process owns what is there. Returns what could not be recovered; the next
 * run tries again, and the repos of this run are packed all the same.
 */
export async function recover(state: string, conditions: RunLimits): Promise<readonly OutcomeError[]> {
  const problems: OutcomeError[] = [];
  for (const scratch of unfinishedScratches(state)) {
    try {
      await recoverOne(scratch, conditions);
    } catch (error) {
      problems.push(toOutcomeError(error));
    }
  }
  return problems;
}

async function recoverOne(scratch: string, conditions: RunLimits): Promise<void> {
  if (!isDone(scratch)) {
    const journal = readJournal(scratch);
    // Loose objects of an unknown repo: they stay, and have to be moved back manually.
    if (journal === null && namesOrNone(bytePath(`${scratch}/loose`)).length > 0) return;
    if (journal !== null) {
      const stat = lstatOrNull(bytePath(journal.gitDirectory));
      // A repo that was moved since took the pack with it, so it is complete: the pack was there before a loose object left.
      if (stat !== null && sameIdentity(stat.identity, journal.identity)) await undo(scratch, journal, conditions);
    }
  }
  await destroyScratch(scratch);
}
