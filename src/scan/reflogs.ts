/** Which entries have a ref whose reflog reaches more than the ref does (git/reflog.ts): it would be lost with the ref. */
import { createYielder } from "../fs/cooperative.ts";
import { refAt } from "../git/refs.ts";
import { reflogBeyond } from "../git/reflog.ts";
import { type Entry, refValue } from "../model/entry.ts";
import type { Inspection } from "../model/inspection.ts";

/** The same inspections, with such reflogs. In the trash there is neither: what was a ref is a file there. */
export async function withReflogs<Found extends Inspection | null>(
  inspections: readonly Found[],
  entries: readonly Entry[],
  signal: AbortSignal | undefined,
): Promise<readonly Found[]> {
  const yieldIfDue = createYielder(signal);
  const found: Found[] = [];
  for (const [at, inspection] of inspections.entries()) {
    const entry = entries[at];
    const isReadable = inspection !== null && (inspection.unsupported ?? null) === null;
    const reflog = isReadable && entry !== undefined ? await reflogOf(entry, signal) : null;
    found.push(reflog === null ? inspection : { ...inspection, reflog });
    await yieldIfDue();
  }
  return found;
}

async function reflogOf({ members }: Entry, signal: AbortSignal | undefined): Promise<string | null> {
  for (const { path, identity } of members) {
    const value = refValue(identity);
    if (value === null) continue;
    const { repository, name } = refAt(path);
    const reflog = await reflogBeyond(repository, name, value, signal);
    if (reflog !== null) return reflog;
  }
  return null;
}
