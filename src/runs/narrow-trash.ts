/** The plan of a base's trash, with the items alone that a call names. */
import type { Plan } from "../model/plan.ts";
import type { PlannedTrash } from "../model/trash.ts";
import type { ScanOptions } from "../options.ts";
import { trashSelectionOf } from "./candidates.ts";
import { scanNamed } from "./scan.ts";

export interface NarrowedTrash {
  readonly plan: Plan;
  /** Some of the trash may be left out. */
  readonly isNarrowed: boolean;
}

/**
 * `olderThan`: moved to the trash at least so long ago, as the list shows it; what has no known size is not large. Throws
 * `not-found` and `ambiguous`.
 */
export async function narrowedTrash({
  olderThan,
  largerThan,
  what = [],
  ...options
}: ScanOptions): Promise<NarrowedTrash> {
  const { plan, words } = await scanNamed({ ...options, what, snapshots: "none" }, "empty");
  const isNamed = what.length === 0 ? () => true : trashSelectionOf(words);
  const isWithin = ({ item, bytes }: PlannedTrash): boolean =>
    (olderThan === undefined || item.since <= plan.now - olderThan) &&
    (largerThan === undefined || (bytes !== null && bytes >= largerThan));
  const bases = plan.bases.map((base) => ({
    ...base,
    trash: base.trash.filter((row) => isNamed(row.item) && isWithin(row)),
  }));
  const isNarrowed = what.length > 0 || olderThan !== undefined || largerThan !== undefined;
  return { plan: { ...plan, bases }, isNarrowed };
}
