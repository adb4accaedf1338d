/** Which rows a run is about: those that arguments name, and among them those that are old or large enough. Pure. */
import type { Request, SelectableRow } from "./request.ts";

/** Limits of a selection; absent: there is none. */
export interface SelectionLimits {
  /** Last used at least this long ago (ms). */
  readonly olderThan?: number;
  /** At least as large (bytes). */
  readonly largerThan?: number;
}

/**
 * Null where everything is selected. What is not known is not selected: a last use that may have been later, and a size
 * that was not measured.
 */
export function selectionWithin(
  named: Request["selects"],
  { olderThan, largerThan }: SelectionLimits,
  now: number,
): Request["selects"] {
  if (olderThan === undefined && largerThan === undefined) return named;
  const within: ((row: SelectableRow) => boolean)[] = [
    ...(olderThan === undefined ? [] : [isUsedBefore(now - olderThan)]),
    ...(largerThan === undefined ? [] : [isOfSize(largerThan)]),
  ];
  return (row) => (named === null || named(row)) && within.every((isWithin) => isWithin(row));
}

function isUsedBefore(at: number): (row: SelectableRow) => boolean {
  return ({ lastUsed }) => lastUsed !== null && lastUsed <= at;
}

function isOfSize(least: number): (row: SelectableRow) => boolean {
  return ({ bytes }) => bytes !== null && bytes >= least;
}
