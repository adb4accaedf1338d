/** Whether a sweep is due in any home or profile: the check of the start-up hook, for each base separately. */
import { checkDue, type DueCheck, type DueQuestion, nextDueAt } from "../hook/check-due.ts";
import type { Location } from "../agents/locations.ts";
import { profileHomes } from "../agents/locations.ts";
import type { DueStatus } from "./loop.ts";
import type { Warn } from "./reporter.ts";

/** A base that cannot be swept is passed to `warn`. */
export function checkLocations(places: readonly Location[], question: DueQuestion, warn: Warn): DueStatus {
  const each = places.flatMap((place) => withProfiles(place, warn));
  const checks = each.map((place) => ({ place, ...checkDue(place, question) }));
  for (const { place, reason } of checks) warnUnavailable(place, reason, warn);
  const nexts = checks.flatMap(({ kind, place }) => (kind === "not-due" ? [nextDueAt(place, question.now)] : []));
  const known = nexts.filter((next) => next !== null);
  return {
    kind: "checked",
    due: checks.some(({ kind }) => kind === "due"),
    next: known.length === 0 ? null : Math.min(...known),
  };
}

/** One unusable base is reported, and does not stop the others. */
function warnUnavailable({ path }: Location, reason: DueCheck["reason"], warn: Warn): void {
  if (reason !== null) warn("check", { event: "housekeeping", path, reason }, `checkpoint-gc: cannot sweep: ${reason}`);
}

function withProfiles(place: Location, warn: Warn): readonly Location[] {
  if (place.kind === "base") return [place];
  try {
    return [place, ...profileHomes(place.path).map((path): Location => ({ ...place, path }))];
  } catch (error) {
    warnUnavailable(place, error instanceof Error ? error.message : String(error), warn);
    return [place];
  }
}
