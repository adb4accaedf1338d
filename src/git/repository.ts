/**
 * The door to git: one factory, hardened, because every repo here is somebody else's data. The directory is always
 * named, nothing of the system's or the user's configuration is read, and what a repo's own configuration could make
 * git run (hooks, fsmonitor, a promisor remote's ssh command) is switched off or has no way out. Plumbing only.
 */
import type { SimpleGit } from "simple-git";
import { announce } from "../fs/tap.ts";

/** A FIFO as `config` hangs git for ever. */
const DEADLINE_MS = 5000;

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
    LC_ALL: "C",
  };
}

export const SAFE_CONFIG: readonly string[] = ["core.hooksPath=/dev/null", "core.fsmonitor=false"];

/** Environment and options for a git that this door does not start itself. */
export function safely(gitDirectory: string): { readonly env: Record<string, string>; readonly config: string[] } {
  return { env: environment(gitDirectory), config: SAFE_CONFIG.flatMap((setting) => ["-c", setting]) };
}

/** Which guard of simple-git ended a command ("timeout", "abort") or refused it; null: git itself failed. */
export async function guardBehind(error: unknown): Promise<string | null> {
  const { GitPluginError } = await import("simple-git");
  return error instanceof GitPluginError ? (error.plugin ?? "unsafe") : null;
}

/**
 * A git that talks to one directory. Rejects on any exit code but 0: simple-git alone takes a silent failure for
 * success. `deadline`: ms without a word from it; `signal` ends it whatever it says.
 */
export async function openRepository(
  gitDirectory: string,
  deadline: number = DEADLINE_MS,
  signal: AbortSignal | null = null,
): Promise<SimpleGit> {
  announce("git", gitDirectory);
  const { simpleGit } = await import("simple-git");
  const env = environment(gitDirectory);
  return simpleGit({
    baseDir: "/",
    config: [...SAFE_CONFIG],
    timeout: { block: deadline },
    ...(signal === null ? {} : { abort: signal }),
    allowEnvironment: Object.keys(env),
    // These are ours: the values above only take away what git would do by itself.
    unsafe: { allowUnsafeHooksPath: true, allowUnsafeFsMonitor: true, allowUnsafeConfigPaths: true },
    errors: (error, { exitCode }) => error ?? (exitCode === 0 ? undefined : new Error(`git ended with ${exitCode}`)),
  }).env(env);
}
