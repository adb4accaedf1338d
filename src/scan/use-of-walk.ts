/** The last use of an entry, where its inspection left a part of that to the walk. */
import { laterUse } from "../model/entry.ts";
import type { Inspection, Measurement } from "../model/inspection.ts";
import type { Inspected } from "./measure.ts";

/** Of a walk that did not see all of it the inspection is made whole instead. Throws no errno. */
export function withUseOfWalk(
  { entry, store, inspection }: Inspected,
  measurement: Measurement | null,
  now: number,
): Inspection {
  if (inspection.leftToWalk === undefined) return inspection;
  if (measurement?.used !== undefined && measurement.troubles.length === 0) {
    const touched = laterUse(inspection.touched, measurement.used);
    return { ...inspection, touched, lastUse: touched };
  }
  const whole = store.inspect(entry, { freshAfter: null, locks: false, claims: false, now });
  const { touched, lastUse, troubles } = whole;
  return { ...inspection, touched, lastUse, troubles: [...inspection.troubles, ...troubles] };
}
