/** The names of its kind, and of what it has in its directory of snapshots. */

export const GEMINI_KINDS = ["gemini-snapshots"] as const;

export const HISTORY = "history";
export const REGISTRY = "projects.json";
export const MARKER = ".project_root";
export const GIT = ".git";

/** What it keeps beside a repository for git, and rewrites at each start. */
export const CONFIG = ".gitconfig";

/** All that versions before 0.29 put into a directory. */
const BESIDE: ReadonlySet<string> = new Set([CONFIG, ".gitconfig_system_empty", ".gitignore"]);

export function isBeside(name: string): boolean {
  return BESIDE.has(name);
}

/** SHA-256 of the path of a project, in hex: a directory of versions before 0.29. */
export function isHash(name: string): boolean {
  return /^[0-9a-f]{64}$/.test(name);
}

/** The name of a project since 0.29. */
export function isSlug(name: string): boolean {
  return /^[a-z0-9-]+$/.test(name) && !isHash(name);
}
