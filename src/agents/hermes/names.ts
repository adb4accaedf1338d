/**
 * The names of its kinds; and children of a base that are Hermes' own, whatever a kind thinks: the single store and the
 * archives of the migration.
 */

export const HERMES_KINDS = [
  "hermes-shadow",
  "hermes-store",
  "hermes-archive",
  "hermes-debris",
  "hermes-sessions",
  "hermes-session-orphans",
  "hermes-session-dumps",
] as const;

/** The prefix of an archive of the migration. */
const ARCHIVE_PREFIX = "legacy-";

export function isReserved(name: string): boolean {
  return name === "store" || isArchive(name);
}

/** What the migration moved contents of the base into. */
export function isArchive(name: string): boolean {
  return name.startsWith(ARCHIVE_PREFIX);
}
