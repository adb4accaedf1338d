/** The profiles of the homes that a run is about, listed before the pure search for bases asks for them. */
import type { FindBases } from "../config/homes.ts";
import { errnoOf, GcError, messageOf } from "../errors.ts";
import { directoriesLike } from "../fs/globs.ts";

type ListProfiles = FindBases["listProfiles"];

/**
 * Calls a pure search until all that it asks for has been listed: a profile may turn out to be a home with profiles of
 * its own. What could not be listed throws `base-unreadable` where it is asked for.
 */
export async function withProfiles<Found>(search: (listProfiles: ListProfiles) => Found): Promise<Found> {
  const listed = new Map<string, () => readonly string[]>();
  for (;;) {
    const missing = new Set<string>();
    const found = search((directory) => {
      const names = listed.get(directory);
      if (names === undefined) missing.add(directory);
      return names?.() ?? [];
    });
    if (missing.size === 0) return found;
    for (const directory of missing) listed.set(directory, await profilesIn(directory));
  }
}

async function profilesIn(directory: string): Promise<() => readonly string[]> {
  try {
    const names = await directoriesLike("*", directory);
    return () => names;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return () => {
      throw new GcError("base-unreadable", `cannot list the profiles in ${directory}: ${messageOf(error)}`, {
        cause: error,
      });
    };
  }
}
