/** The names of its kinds, and of the directories that it has. */

export const OPENCODE_KINDS = ["opencode-snapshots", "opencode-ancient", "opencode-temporary"] as const;

/** In its directory of data: repositories, and in versions before 1.0 a directory a project. */
export const SNAPSHOT = "snapshot";
export const PROJECT = "project";

/** A child of `snapshot`: 40 hex digits (the first commit of a project), or all projects without a commit. */
export function isProjectId(name: string): boolean {
  return /^(?:[0-9a-f]{40}|global)$/.test(name);
}
