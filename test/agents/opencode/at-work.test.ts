// The agent at work while a run removes: a snapshot at each call of ours, a full disk, two homes with one store.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, restore, scan } from "../../../src/index.ts";
import { errno, interceptCalls, stopIntercepting } from "../../support/intercept-calls.ts";
import { GIT_ENV } from "../../support/git.ts";
import { HOUR_MS } from "../../support/paths.ts";
import { outcomesOf } from "../../support/session-store.ts";
import { leave, takenPlaces, worktreeHome, type WorktreeHome } from "../../support/worktree-repo.ts";

const LONG = process.env["LONG"] === "1";
/** Every so many calls of a run a snapshot is taken, in a world of its own. */
const EVERY = LONG ? 1 : 9;

/** An orphan, the repository of which is planned to go. */
function orphan(): { readonly home: WorktreeHome; readonly repo: string; readonly worktree: string } {
  const home = worktreeHome();
  const repo = home.repo("gone");
  const worktree = join(home.root, "projects/gone");
  rmSync(worktree, { recursive: true });
  return { home, repo, worktree };
}

function git(repo: string, worktree: string, ...args: readonly string[]): string {
  const env = { ...GIT_ENV, GIT_DIR: repo, GIT_WORK_TREE: worktree };
  const { status, stdout, stderr } = spawnSync("git", args, { cwd: dirname(worktree), env, encoding: "utf8" });
  if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}

/** What the program does for a snapshot: where its repository is not there it makes one. */
function track(repo: string, worktree: string): string {
  mkdirSync(worktree, { recursive: true });
  writeFileSync(join(worktree, "file.txt"), "written just now\n");
  if (!existsSync(join(repo, "HEAD"))) {
    mkdirSync(repo, { recursive: true });
    git(repo, worktree, "init", "-q");
    git(repo, worktree, "config", "core.worktree", worktree);
  }
  mkdirSync(join(repo, "info"), { recursive: true });
  writeFileSync(join(repo, "info/exclude"), "");
  git(repo, worktree, "add", "--all");
  return git(repo, worktree, "write-tree");
}

/** Repositories below a directory that have the tree whole. */
function having(tree: string, directory: string, worktree: string): readonly string[] {
  const heads = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((path) =>
    /(?:^|\/)HEAD$/.test(path),
  );
  return heads
    .map((head) => dirname(join(directory, head)))
    .filter((repo) => {
      const env = { ...GIT_ENV, GIT_DIR: repo, GIT_WORK_TREE: worktree };
      return spawnSync("git", ["ls-tree", "-r", tree], { cwd: dirname(worktree), env }).status === 0;
    });
}

async function callsOfARun(): Promise<number> {
  const { home } = orphan();
  const plan = await scan({ ...home.options, disposal: "trash" });
  let calls = 0;
  interceptCalls(() => (calls += 1));
  await prune(plan, home.options);
  stopIntercepting();
  return calls;
}

it("a snapshot that is taken at any call of a removal is whole, in its place or in the trash", async () => {
  const all = await callsOfARun();
  expect(all).toBeGreaterThan(30);
  const seen = new Set<string>();
  for (let at = 1 + Math.floor(Math.random() * EVERY); at <= all; at += EVERY) {
    const { home, repo, worktree } = orphan();
    const plan = await scan({ ...home.options, disposal: "trash" });
    let calls = 0;
    const trees: string[] = [];
    interceptCalls(() => {
      calls += 1;
      // The program is another process: its own calls are none of these.
      if (calls === at) trees.push(track(repo, worktree));
    });
    const [outcome] = outcomesOf(await prune(plan, home.options)).map(([, one]) => one);
    stopIntercepting();
    seen.add(outcome ?? "none");
    // Where the program has made a new one in the place of one that was moved, that one waits in the trash (conflict).
    expect(["trashed", "changed", "conflict"], `at call ${at} of ${all}`).toContain(outcome);
    for (const tree of trees)
      expect(having(tree, home.root, worktree).length, `at call ${at} of ${all}: ${outcome ?? "none"}`).toBeGreaterThan(
        0,
      );
    if (trees.length === 0) continue;
    // The next run of any kind keeps it: its directory is there.
    expect(takenPlaces(await scan(home.options))).toEqual([]);
  }
  expect([...seen]).toEqual(expect.arrayContaining(["changed", "conflict"]));
}, 600_000);

describe("on a full disk", () => {
  it("temporary files and orphans are moved, because a rename needs no room", async () => {
    const { home } = orphan();
    const repo = home.repo("alpha");
    const path = leave(join(repo, "objects/pack/tmp_pack_Ab12Cd"), 25 * HOUR_MS, "a pack that was cut off");
    const plan = await scan({ ...home.options, disposal: "trash" });
    expect(takenPlaces(plan)).toHaveLength(2);
    interceptCalls((operation, at) => {
      if (operation === "write") throw errno("ENOSPC", operation, at);
    });
    const result = await prune(plan, home.options);
    stopIntercepting();
    expect(outcomesOf(result).map(([, outcome]) => outcome)).toEqual(["trashed", "trashed"]);
    expect(existsSync(path)).toBe(false);
    const back = await restore({ ...home.options, ids: outcomesOf(result).map(([id]) => id) });
    expect(back.rows.map(({ outcome }) => outcome)).toEqual(["restored", "restored"]);
    expect(existsSync(path)).toBe(true);
  });

  it("deleted at once they free their room", async () => {
    const home = worktreeHome();
    const repo = home.repo("alpha");
    const path = leave(join(repo, "objects/pack/tmp_pack_Ab12Cd"), 25 * HOUR_MS, "a pack that was cut off");
    const plan = await scan({ ...home.options, disposal: "destroy" });
    interceptCalls((operation, at) => {
      if (operation === "write") throw errno("ENOSPC", operation, at);
    });
    const result = await prune(plan, home.options);
    stopIntercepting();
    expect(outcomesOf(result).map(([, outcome]) => outcome)).toEqual(["removed"]);
    expect([existsSync(path), existsSync(join(repo, "HEAD"))]).toEqual([false, true]);
  });
});

describe("where two homes share a store", () => {
  it("through a link, it is one base, and each entry is taken once", async () => {
    const { home, repo } = orphan();
    const other = join(home.root, "other/opencode");
    mkdirSync(other, { recursive: true });
    symlinkSync(home.base, join(other, "snapshot"));
    const options = { ...home.options, home: [dirname(home.base), other] };
    const plan = await scan({ ...options, disposal: "trash" });
    expect(plan.bases.map(({ ref }) => ref.path)).toEqual([home.base]);
    expect(outcomesOf(await prune(plan, options)).map(([, outcome]) => outcome)).toEqual(["trashed"]);
    expect(existsSync(repo)).toBe(false);
  });

  it("an entry that the other one's run took is not taken twice", async () => {
    const { home } = orphan();
    const [first, second] = [
      await scan({ ...home.options, disposal: "trash" }),
      await scan({ ...home.options, disposal: "trash" }),
    ];
    expect(outcomesOf(await prune(first, home.options)).map(([, outcome]) => outcome)).toEqual(["trashed"]);
    expect(outcomesOf(await prune(second, home.options)).map(([, outcome]) => outcome)).not.toContain("trashed");
    expect((await scan(home.options)).bases.flatMap(({ trash }) => trash)).toHaveLength(1);
  });
});
