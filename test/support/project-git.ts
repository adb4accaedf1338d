// A repository of a project, as its user has it: found from a directory, never by GIT_DIR.

import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { sep } from "node:path";
import { GIT_ENV } from "./git.ts";

/** Runs git in a directory of a test, and gives its standard output, trimmed. Refuses any other: git looks upwards. */
export function gitIn(directory: string, ...args: readonly string[]): string {
  const temporary = realpathSync(tmpdir());
  if (!`${realpathSync(directory)}${sep}`.startsWith(`${temporary}${sep}`))
    throw new Error(`not of a test: ${directory}`);
  const identity = {
    GIT_AUTHOR_NAME: "Test",
    GIT_AUTHOR_EMAIL: "test@localhost",
    GIT_COMMITTER_NAME: "Test",
    GIT_COMMITTER_EMAIL: "test@localhost",
    GIT_CEILING_DIRECTORIES: temporary,
  };
  const result = spawnSync("git", args, { cwd: directory, encoding: "utf8", env: { ...GIT_ENV, ...identity } });
  if (result.status !== 0) throw new Error(`git ${args.join(" ")}: ${result.error?.message ?? result.stderr}`);
  return result.stdout.trim();
}
