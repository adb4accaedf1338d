// A home with repositories as one of several agents keeps them, each by the steps of its own, for what holds for all of them.

import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { ScanOptions } from "../../src/index.ts";
import { sha256 } from "./agents-store.ts";
import { geminiHome } from "./gemini-home.ts";
import { DAY_MS, removeTree, setTimes } from "./paths.ts";
import { TASK_BASES, type TaskAgent, taskRepo } from "./task-repo.ts";
import { REPOS_NOW, worktreeHome } from "./worktree-repo.ts";

export const SNAPSHOT_AGENTS = ["opencode", "kilo", "cline", "roo", "gemini"] as const;
export type SnapshotAgent = (typeof SNAPSHOT_AGENTS)[number];

/** A repository and its project. */
export interface SnapshotRepo {
  /** What is moved. */
  readonly path: string;
  readonly gitDirectory: string;
  readonly workdir: string;
}

export interface SnapshotHome {
  /** Also the home directory. */
  readonly root: string;
  /** The home of the agent. */
  readonly home: string;
  readonly options: ScanOptions;
  /** A project with a snapshot of a day before the clock of these tests. */
  readonly repo: (name: string) => SnapshotRepo;
  /** The same, the project of which was deleted since. */
  readonly orphan: (name: string) => SnapshotRepo;
}

export function snapshotHome(agent: SnapshotAgent): SnapshotHome {
  const { root, home, options, make } = MAKERS[agent](agent);
  const repo = (name: string): SnapshotRepo => ({ ...make(name), workdir: join(root, "projects", name) });
  const orphan = (name: string): SnapshotRepo => {
    const made = repo(name);
    rmSync(made.workdir, { recursive: true });
    return made;
  };
  return { root, home, options, repo, orphan };
}

interface Made extends Pick<SnapshotHome, "root" | "home" | "options"> {
  readonly make: (name: string) => Pick<SnapshotRepo, "path" | "gitDirectory">;
}

const MAKERS: Readonly<Record<SnapshotAgent, (agent: SnapshotAgent) => Made>> = {
  opencode: ofWorktrees,
  kilo: ofWorktrees,
  cline: () => ofTasks("cline"),
  roo: () => ofTasks("roo"),
  gemini() {
    const { root, home, options, slug } = geminiHome();
    const make = (name: string): ReturnType<Made["make"]> => same(slug(name));
    return { root, home, options, make };
  },
};

function ofWorktrees(agent: SnapshotAgent): Made {
  const { root, base, options, repo } = worktreeHome(agent, agent);
  return { root, home: dirname(base), options, make: (name) => same(repo(name)) };
}

function ofTasks(agent: TaskAgent): Made {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "cgc-tasks-")));
  onTestFinished(() => removeTree(root));
  mkdirSync(join(root, "projects/other"), { recursive: true });
  const options = { env: { HOME: root }, agent, now: () => REPOS_NOW, settings: { retention_days: 30 } };
  const make = (name: string): ReturnType<Made["make"]> => {
    // A task has a name of its own, whatever it is about.
    const task = sha256(name).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
    const path = taskRepo(agent, { root, name, place: agent === "roo" ? `${task}/checkpoints` : undefined });
    setTimes(path, REPOS_NOW - DAY_MS);
    return { path, gitDirectory: join(path, ".git") };
  };
  return { root, home: dirname(join(root, TASK_BASES[agent])), options, make };
}

/** Where the git directory itself is moved. */
function same(path: string): ReturnType<Made["make"]> {
  return { path, gitDirectory: path };
}
