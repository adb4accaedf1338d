// A repository as opencode keeps one, in a world of Hermes: the same home of the user, and another agent in one run.

import { basename, join } from "node:path";
import { sha1 } from "./agents-store.ts";
import { DAY_MS, removeTree, setTimes } from "./paths.ts";
import { makeWorktreeRepo, PROJECT_ID } from "./worktree-repo.ts";
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
  makeWorktreeRepo(path, worktree, `of ${basename(worktree)}\n`);
  setTimes(path, Date.now() - ageDays * DAY_MS);
  if (gone) removeTree(worktree);
  return { base, id: sha1(worktree), path, worktree };
}
