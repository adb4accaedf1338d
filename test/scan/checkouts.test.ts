// A repo that a worktree elsewhere lives on, as `git worktree add` makes it, is in use; beside it the worktrees that are
// no more.

import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { git } from "../support/git.ts";
import { fifo } from "../fs/support.ts";
import { byHand, sweep, trashNames } from "../reclaim/runs.ts";
import { entryOf } from "../support/report.ts";
import { run } from "../support/run.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";

interface Rescued {
  readonly w: World;
  readonly repo: ShadowRepo;
  readonly checkout: string;
  /** `worktrees/rescue` of the repo. */
  readonly own: string;
}

function rescued(): Rescued {
  const w = world();
  const repo = w.repo("old", { ageDays: 30, real: true });
  const checkout = join(w.root, "rescue");
  git({ repo: repo.path }, "worktree", "add", "--quiet", "--detach", checkout);
  return { w, repo, checkout, own: join(repo.path, "worktrees", "rescue") };
}

async function isRemoved({ w, repo }: Rescued): Promise<boolean> {
  w.age(repo, 30);
  const planned = (await run(["prune", "--dry-run", "--json"], { home: w })).report();
  const { action, holds } = entryOf(planned, repo.id);
  if (action === "keep") {
    expect(holds).toEqual(["checked-out"]);
    await sweep(w);
    expect((await byHand(w)).bases.flatMap((base) => base.entries)).toEqual([]);
  } else {
    expect(holds).toEqual([]);
    await sweep(w);
  }
  expect(trashNames(w)).toHaveLength(action === "keep" ? 0 : 1);
  return action === "remove";
}

describe("a repo with a worktree elsewhere is kept where", () => {
  it.each<readonly [string, (given: Rescued) => void]>([
    ["the worktree is there", () => undefined],
    ["its path is relative", ({ own }) => writeFileSync(join(own, "gitdir"), "../../../../../rescue/.git\n")],
    [
      "the worktree is on a disk that is not there, and locked for that",
      ({ checkout, own }) => {
        rmSync(checkout, { recursive: true });
        writeFileSync(join(own, "locked"), "on a stick\n");
      },
    ],
    [
      "one of two is there",
      ({ checkout, repo }) => {
        git({ repo: repo.path }, "worktree", "add", "--quiet", "--detach", `${checkout}-2`);
        rmSync(checkout, { recursive: true });
      },
    ],
    ["its workdir is gone", ({ w, repo }) => w.removeWorkdir(repo)],
  ])("%s", async (_, change) => {
    const given = rescued();
    change(given);
    expect(await isRemoved(given)).toBe(false);
  });
});

describe("a repo with a worktree elsewhere is removed where", () => {
  it.each<readonly [string, (given: Rescued) => void]>([
    [
      "the worktree was removed by git",
      ({ repo, checkout }) => git({ repo: repo.path }, "worktree", "remove", checkout),
    ],
    ["the worktree was deleted", ({ checkout }) => rmSync(checkout, { recursive: true })],
    ["the worktree was moved away without git", ({ checkout }) => renameSync(checkout, `${checkout}-2`)],
    [
      "another repo stands in its place",
      ({ checkout }) => {
        rmSync(checkout, { recursive: true });
        mkdirSync(join(checkout, ".git"), { recursive: true });
      },
    ],
    ["nothing says where it is", ({ own }) => rmSync(join(own, "gitdir"))],
  ])("%s", async (_, change) => {
    const given = rescued();
    change(given);
    expect(await isRemoved(given)).toBe(true);
  });
});

it("a worktree that is made between the look and the rename keeps its repo", async () => {
  const w = world();
  const repo = w.repo("old", { ageDays: 30, real: true });
  const plan = await (await import("../../src/index.ts")).scan({ home: w.home });
  git({ repo: repo.path }, "worktree", "add", "--quiet", "--detach", join(w.root, "rescue"));
  w.age(repo, 30);
  const { prune } = await import("../../src/index.ts");
  const [row] = (await prune(plan, { home: w.home })).bases.flatMap((base) => base.entries);
  expect(row).toMatchObject({ outcome: "changed" });
  expect(readFileSync(join(dirname(repo.path), repo.id, "HEAD"), "utf8")).toContain("ref");
});

it("a pipe in the place of the path holds it as one that cannot be read whole", async () => {
  const given = rescued();
  rmSync(join(given.own, "gitdir"));
  fifo(join(given.own, "gitdir"));
  given.w.age(given.repo, 30);
  const report = (await run(["prune", "--dry-run", "--json"], { home: given.w })).report();
  expect(entryOf(report, given.repo.id)).toMatchObject({ action: "keep", holds: ["unreadable"] });
});
