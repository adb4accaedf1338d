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
  return outputOf(place, "git", args);
}

/**
 * Several calls of git in one script of a shell that ends with the first one that fails; `args` are `$1` and so on. To start
 * a process out of one as large as this costs more than most calls of git.
 */
export function gitScript(place: GitPlace, script: string, ...args: readonly string[]): string {
  return outputOf(place, "sh", ["-euc", script, "sh", ...args]);
}

function outputOf({ repo, workdir, env, input = "" }: GitPlace, program: string, args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    encoding: "utf8",
    input,
    ...(workdir === undefined ? {} : { cwd: workdir }),
    env: { ...GIT_ENV, GIT_DIR: repo, ...(workdir === undefined ? {} : { GIT_WORK_TREE: workdir }), ...env },
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} in ${repo} ended with ${status}: ${stderr}`);
  return stdout.trim();
}

/** `git fsck --strict` finds nothing to complain about. Throws otherwise. */
export function assertSound(repo: string): void {
  git({ repo, env: { GIT_WORK_TREE: "/" } }, "fsck", "--full", "--strict", "--no-dangling");
}
