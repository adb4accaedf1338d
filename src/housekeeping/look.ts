/** Whether anything is due, in any home or profile: what the start-up hook looks at, for each base by itself. */
import { type Looked, lookAt, nextOf, profilesOf } from "../hook/due.ts";
import type { Place } from "../hook/place.ts";
import type { View } from "./loop.ts";
import type { Warn } from "./telling.ts";

/** `consented`: the host has switched the sweep on, whatever the settings say. What cannot be swept goes to `warn`. */
export function lookAround(places: readonly Place[], now: number, consented: boolean, warn: Warn): View {
  const each = places.flatMap((place) => withProfiles(place, warn));
  const looked = each.map((place) => ({ place, ...lookAt(place, now, consented) }));
  for (const { place, reason } of looked) tell(place, reason, warn);
  const nexts = looked.flatMap(({ kind, place }) => (kind === "not-due" ? [nextOf(place, now)] : []));
  const known = nexts.filter((next) => next !== null);
  return {
    kind: "seen",
    due: looked.some(({ kind }) => kind === "due"),
    next: known.length === 0 ? null : Math.min(...known),
  };
}

/** One broken base is told, and keeps no other waiting. */
function tell({ path }: Place, reason: Looked["reason"], warn: Warn): void {
  if (reason !== null) warn("look", { event: "housekeeping", path, reason }, `checkpoint-gc: cannot sweep: ${reason}`);
}

function withProfiles(place: Place, warn: Warn): readonly Place[] {
  if (place.kind === "base") return [place];
  try {
    return [place, ...profilesOf(place.path).map((path): Place => ({ ...place, path }))];
  } catch (error) {
    tell(place, error instanceof Error ? error.message : String(error), warn);
    return [place];
  }
}
