// Repositories as extensions of editors keep them, made step by step with real git, anywhere.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { hash31 } from "./agents-store.ts";
import { git } from "./git.ts";

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
  const at = { repo: join(path, ".git"), workdir: worktree };
  git(at, "init", "-q");
  git(at, "config", "core.worktree", worktree);
  git(at, "config", "user.name", WRITTEN[of][0]);
  git(at, "config", "user.email", WRITTEN[of][1]);
  for (const message of ["initial commit", "checkpoint"]) git(at, "commit", "-q", "--allow-empty", "-m", message);
  return path;
}
