// The JSON contract as a reader of it sees it, for stores that are small enough for every integer to be a number.

import type { RunDocument } from "../../src/report/schema.ts";
import type { Integer } from "../../src/report/schema/values.ts";

type AsRead<T> = [Integer] extends [T]
  ? Exclude<T, string>
  : T extends object
    ? { readonly [K in keyof T]: AsRead<T[K]> }
    : T;

/** What `status`, `prune` and `auto` print with `--json`. */
export type Report = AsRead<RunDocument>;
export type ReportEntry = Report["entries"][number];

/** The row of one entry; throws when there is none. */
export function entryOf(report: Report, id: string): ReportEntry {
  const entry = report.entries.find((each) => each.id === id);
  if (entry === undefined)
    throw new Error(`no entry ${id} in ${JSON.stringify(report.entries.map((each) => each.id))}`);
  return entry;
}
