// A home with repositories as opencode keeps them, made step by step with real git, anywhere.

import { mkdirSync, mkdtempSync, realpathSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Plan, ScanOptions } from "../../src/index.ts";
import { sha1 } from "./agents-store.ts";
import { gitScript } from "./git.ts";
import { DAY_MS, removeTree, setTimes } from "./paths.ts";
import { plant } from "./shadow.ts";

/** The clock of these tests (ms). */
export const REPOS_NOW: number = Date.UTC(2031, 0, 1);

export const PROJECT_ID = "5954955fca6b0c545a0d0c4683e7dd53ab4340df";

export interface WorktreeHome {
  readonly root: string;
  /** `<data>/opencode/snapshot`. */
  readonly base: string;
  readonly options: ScanOptions;
  /** Makes a project with a file, and the repository of its worktree with a snapshot of a day ago; gives its path. */
  readonly repo: (name: string, place?: (worktree: string) => string) => string;
}

export function worktreeHome(app = "opencode", agent = "opencode"): WorktreeHome {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "cgc-repos-")));
  onTestFinished(() => removeTree(root));
  const base = join(root, ".local/share", app, "snapshot");
  mkdirSync(base, { recursive: true });
  mkdirSync(join(root, "projects", "other"), { recursive: true });
  const options = { env: { HOME: root }, agent, now: () => REPOS_NOW, settings: { retention_days: 30 } };
  const repo = (name: string, place = (worktree: string) => `${PROJECT_ID}/${sha1(worktree)}`): string => {
    const worktree = join(root, "projects", name);
    const path = join(base, place(worktree));
    makeWorktreeRepo(path, worktree, `of ${name}\n`);
    setTimes(path, REPOS_NOW - DAY_MS);
    return path;
  };
  return { root, base, options, repo };
}

const MAKE = 'git init -q; git config core.worktree "$1"; git add --all; git write-tree';

/** Writes `file.txt` in a worktree, and a repository with a snapshot of that, by the calls of opencode. */
export function makeWorktreeRepo(repo: string, worktree: string, text: string): void {
  for (const directory of [repo, worktree]) mkdirSync(directory, { recursive: true });
  writeFileSync(join(worktree, "file.txt"), text);
  plant(`worktree of ${text}`, repo, worktree, () => gitScript({ repo, workdir: worktree }, MAKE, worktree));
}

/** A file that was last written so many ms before the clock of these tests, with the directories above it. */
export function leave(path: string, age: number, text = "left"): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  at(path, age);
  return path;
}

/** Sets the time of a path to so many ms before the clock of these tests. */
export function at(path: string, age: number): void {
  const seconds = (REPOS_NOW - age) / 1000;
  utimesSync(path, seconds, seconds);
}

/** Places below the base of what a plan removes, sorted. */
export function takenPlaces(plan: Plan): readonly string[] {
  const rows = plan.bases.flatMap(({ entries }) => entries.filter(({ ruling }) => ruling.action === "remove"));
  return rows.map(({ judged }) => judged.entry.members[0].place).toSorted();
}
