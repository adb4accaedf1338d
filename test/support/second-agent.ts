// A repository as opencode keeps one, in a world of Hermes: the same home of the user, and another agent in one run.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha1 } from "./agents-store.ts";
import { GIT_ENV } from "./git.ts";
import { DAY_MS, removeTree, setTimes } from "./paths.ts";
import { PROJECT_ID } from "./worktree-repo.ts";
import type { World } from "./world.ts";

export interface SecondRepo {
  readonly base: string;
  readonly id: string;
  readonly path: string;
  readonly worktree: string;
}

/** `gone`: the worktree is deleted afterwards. */
export function opencodeRepo(w: World, worktree: string, ageDays: number, gone = false): SecondRepo {
  const base = join(w.root, ".local/share/opencode/snapshot");
  const path = join(base, PROJECT_ID, sha1(worktree));
  mkdirSync(path, { recursive: true });
  if (!existsSync(worktree)) mkdirSync(worktree, { recursive: true });
  writeFileSync(join(worktree, "file.txt"), `of ${worktree}\n`);
  const env = { ...GIT_ENV, GIT_DIR: path, GIT_WORK_TREE: worktree };
  for (const args of [["init", "-q"], ["config", "core.worktree", worktree], ["add", "--all"], ["write-tree"]]) {
    const { status, stderr } = spawnSync("git", args, { cwd: worktree, env, encoding: "utf8" });
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
  }
  setTimes(path, Date.now() - ageDays * DAY_MS);
  if (gone) removeTree(worktree);
  return { base, id: sha1(worktree), path, worktree };
}
