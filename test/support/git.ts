import { spawnSync } from "node:child_process";

/**
 * Environment for git in tests: nothing of the machine's own configuration, so that a world looks the same everywhere.
 */
export const GIT_ENV: Readonly<Record<string, string>> = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: "/nonexistent",
  LC_ALL: "C",
  TZ: "UTC",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
};

export interface GitPlace {
  /** `GIT_DIR`. */
  readonly repo: string;
  /** `GIT_WORK_TREE` and the current directory; left out for a bare repo. */
  readonly workdir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs git the way Hermes does, with `GIT_DIR` and `GIT_WORK_TREE` set, and gives its standard output, trimmed. */
export function git(place: GitPlace, ...args: readonly string[]): string {
  const result = spawnSync("git", args, {
    encoding: "utf8",
    input: place.input ?? "",
    ...(place.workdir === undefined ? {} : { cwd: place.workdir }),
    env: {
      ...GIT_ENV,
      GIT_DIR: place.repo,
      ...(place.workdir === undefined ? {} : { GIT_WORK_TREE: place.workdir }),
      ...place.env,
    },
  });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) {
    throw new Error(`git ${args.join(" ")} in ${place.repo} ended with ${result.status}: ${result.stderr}`);
  }
  return result.stdout.trim();
}

/** `git fsck --strict` finds nothing to complain about. Throws otherwise. */
export function assertSound(repo: string): void {
  git({ repo, env: { GIT_WORK_TREE: "/" } }, "fsck", "--full", "--strict", "--no-dangling");
}
