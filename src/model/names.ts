/**
 * Names in a base that are spoken for: our own pieces where they have to live inside the base, which no adapter is
 * shown, and Hermes' own, which only the kinds that are about them are shown.
 */

/** Shared with Hermes: when the last sweep was. Neither an entry nor foreign. */
export const MARKER_NAME = ".last_prune";

/** Our state where it cannot live beside the base. */
export const STATE_INSIDE = ".checkpoint-gc";

/** What was isolated beside its entry because no trash could be made (a full disk) begins so. */
export const BESIDE_PREFIX = ".gc.";

export function isOurs(name: string): boolean {
  return name === MARKER_NAME || name === STATE_INSIDE || name.startsWith(BESIDE_PREFIX);
}

/** An archive of the migration begins so. */
export const ARCHIVE_PREFIX = "legacy-";

/** Hermes' own, whatever an adapter thinks: the single store and the archives of the migration. */
export function isHermesOwn(name: string): boolean {
  return name === "store" || name.startsWith(ARCHIVE_PREFIX);
}
