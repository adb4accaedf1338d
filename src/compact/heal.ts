/** Finishes or undoes what a packing run that was killed left behind, and nothing that is not its own. */
import { bytePath, lstatOrNull } from "../fs/door.ts";
import { namesOrNone } from "../fs/listing.ts";
import type { Conditions } from "../git/plumbing.ts";
import { sameIdentity } from "../model/entry.ts";
import type { OutcomeError } from "../model/result.ts";
import { problem } from "../reclaim/outcomes.ts";
import { undo } from "./exchange.ts";
import { dropScratch, isMarked, readJournal, unfinishedIn } from "./scratch.ts";

/**
 * The run lock is held: whatever is there belongs to nobody who lives. Gives what could not be put right today; it waits
 * for the next run, and costs the repos of this one nothing.
 */
export async function heal(state: string, conditions: Conditions): Promise<readonly OutcomeError[]> {
  const problems: OutcomeError[] = [];
  for (const scratch of unfinishedIn(state)) {
    try {
      await healOne(scratch, conditions);
    } catch (error) {
      problems.push(problem(error));
    }
  }
  return problems;
}

async function healOne(scratch: string, conditions: Conditions): Promise<void> {
  if (!isMarked(scratch)) {
    const journal = readJournal(scratch);
    // Loose copies that nobody can tell the repo of: they stay for a person.
    if (journal === null && namesOrNone(bytePath(`${scratch}/loose`)).length > 0) return;
    if (journal !== null) {
      const stat = lstatOrNull(bytePath(journal.gitDirectory));
      // A repo that has gone elsewhere since took the pack with it: it was whole before the first loose copy left.
      if (stat !== null && sameIdentity(stat.identity, journal.identity)) await undo(scratch, journal, conditions);
    }
  }
  await dropScratch(scratch);
}
