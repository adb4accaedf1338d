/** Which entries are copies of another repository, proved by git: all that they name is there, with all that it needs. */
import { createYielder } from "../fs/cooperative.ts";
import { expectErrno, UNREADABLE } from "../errors.ts";
import { FAILED_GIT, isGitMissing } from "../git/exec.ts";
import { reachAll } from "../git/objects.ts";
import type { Duplicate, Inspection } from "../model/inspection.ts";

/** A repository of a hundred thousand objects takes a second or two. */
const QUERY_MS = 20_000;

/** The same inspections, without duplicates that are none. Throws `EINTR` on the signal. */
export async function withDuplicates(
  inspections: readonly (Inspection | null)[],
  signal: AbortSignal | undefined,
): Promise<readonly (Inspection | null)[]> {
  const yieldIfDue = createYielder(signal);
  const found: (Inspection | null)[] = [];
  for (const inspection of inspections) {
    const duplicate = inspection?.duplicate;
    if (inspection === null || duplicate === undefined || (await isProved(duplicate, signal))) found.push(inspection);
    else {
      const { duplicate: _, ...others }: Inspection = inspection;
      found.push(others);
    }
    await yieldIfDue();
  }
  return found;
}

/** What git cannot answer is not proved. */
async function isProved({ repository, objects }: Duplicate, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await reachAll(repository, objects, { deadline: performance.now() + QUERY_MS, signal });
    return true;
  } catch (error) {
    if (signal?.aborted === true) throw error;
    if (!isGitMissing(error)) expectErrno(error, ...FAILED_GIT, ...UNREADABLE);
    return false;
  }
}
