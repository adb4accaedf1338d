// Repositories as extensions of editors keep them, made step by step with real git, anywhere.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { hash31 } from "./agents-store.ts";
import { gitScript } from "./git.ts";
import { plant } from "./shadow.ts";

export type TaskAgent = "cline" | "roo";

const UUID = "22222222-2222-4222-8222-222222222222";

/** Below a home directory. */
export const TASK_BASES: Readonly<Record<TaskAgent, string>> = {
  cline: ".config/Code/User/globalStorage/saoudrizwan.claude-dev/checkpoints",
  roo: ".config/Code/User/globalStorage/rooveterinaryinc.roo-cline/tasks",
};

const WRITTEN: Readonly<Record<TaskAgent, readonly [string, string]>> = {
  cline: ["Cline Checkpoint", "checkpoint@cline.bot"],
  roo: ["Roo Code", "noreply@example.com"],
};

/** $1 worktree, $2 and $3 name and address of the author. */
const MAKE = `
  git init -q
  git config core.worktree "$1"
  git config user.name "$2"
  git config user.email "$3"
  git commit -q --allow-empty -m 'initial commit'
  git commit -q --allow-empty -m checkpoint`;

/** Makes a project in `<root>/projects`, and its repository with one snapshot, by default where its agent has it; gives its path. */
export function taskRepo(
  of: TaskAgent,
  { root, name, place }: { readonly root: string; readonly name: string; readonly place?: string | undefined },
): string {
  const worktree = join(root, "projects", name);
  mkdirSync(worktree, { recursive: true });
  const own = place ?? (of === "cline" ? hash31(worktree) : `${UUID}/checkpoints`);
  const path = join(root, TASK_BASES[of], own);
  mkdirSync(path, { recursive: true });
  const repo = join(path, ".git");
  plant(of, repo, worktree, () => gitScript({ repo, workdir: worktree }, MAKE, worktree, ...WRITTEN[of]));
  return path;
}
