/**
 * The environment of every git that we start: every repository here is untrusted data. Its directory is always named,
 * nothing of the system's or the user's configuration is read, and what a repository's own configuration could make git
 * run (hooks, fsmonitor, a promisor remote's ssh command) is switched off or cannot connect. Hooks that the configuration
 * itself defines have names of its choice: configuration.ts finds them.
 */

/** What git may see of the environment: where programs are, and what keeps it from reaching out. */
export function environment(gitDirectory: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    GIT_DIR: gitDirectory,
    // With core.worktree gone from the disk even plumbing fails; `/` is always there, and nothing is checked out.
    GIT_WORK_TREE: "/",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_LAZY_FETCH: "1",
    GIT_ALLOW_PROTOCOL: "none",
    GIT_NO_REPLACE_OBJECTS: "1",
    // Files of the repo that would hide history from git: what it does not see, it calls unreached, and a bundle without
    // it whole. "" is git's own way to say that there is no such file; the other is a path that cannot exist.
    GIT_SHALLOW_FILE: "",
    GIT_GRAFT_FILE: "/dev/null/none",
    LC_ALL: "C",
  };
}

export const SAFE_CONFIG: readonly string[] = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "advice.graftFileDeprecated=false",
  // Git's own defaults (ms): with -1 in its configuration a repo makes git wait for a lock for ever.
  "core.packedRefsTimeout=1000",
  "core.filesRefLockTimeout=100",
];
