/** Whether a sweep is due in any home, profile or base: the check of the start-up hook, for each base separately. */
import { checkDue, type DueCheck, type DueQuestion, nextDueAt } from "../hook/check-due.ts";
import { type Location, profileHomes } from "../agents/locations.ts";
import type { OtherBase } from "../agents/other-bases.ts";
import { lstatIfExists } from "../locations/lookup.ts";
import { statePaths } from "../locations/state.ts";
import { HOUR } from "../model/time.ts";
import type { Places } from "./places.ts";
import type { DueStatus } from "./loop.ts";
import type { Warn } from "./reporter.ts";

/**
 * What is not known here, a base of another agent that is new or is found by a file of settings, is left to `auto`, which is
 * then asked this often.
 */
const ASK_EVERY: number = 6 * HOUR;

/** A base that cannot be swept is passed to `warn`. `last`: when this process last started a sweep (ms); null: not yet. */
export function checkLocations(
  { locations, others }: Pick<Places, "locations" | "others">,
  question: DueQuestion & { readonly last: number | null },
  warn: Warn,
): DueStatus {
  const isAsked = others === null || (question.last !== null && question.now < question.last + ASK_EVERY);
  // One that was never swept has no state, and would be due at each check.
  const each = [...locations.flatMap((place) => withProfiles(place, warn)), ...(others ?? []).filter(hasState)];
  const checks = each.map((place) => ({ place, ...checkDue(place, question) }));
  for (const { place, reason } of checks) warnUnavailable(place, reason, warn);
  const nexts = checks.flatMap(({ kind, place }) => (kind === "not-due" ? [nextDueAt(place, question.now)] : []));
  const known = nexts.filter((next) => next !== null);
  return {
    kind: "checked",
    due: !isAsked || checks.some(({ kind }) => kind === "due"),
    next: known.length === 0 ? null : Math.min(...known),
  };
}

/** One unusable base is reported, and does not stop the others. */
function warnUnavailable({ path }: Location, reason: DueCheck["reason"], warn: Warn): void {
  if (reason !== null) warn("check", { event: "housekeeping", path, reason }, `checkpoint-gc: cannot sweep: ${reason}`);
}

function hasState({ path }: OtherBase): boolean {
  const { beside, inside } = statePaths(path);
  return [beside, inside].some((state) => lstatIfExists(state) !== null);
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
