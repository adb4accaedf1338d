// How many snapshots a repo holds: from logs/HEAD where that is enough, from git where it is not. Real git answers for
// every repo here, and the two must agree.

import type { Snapshots } from "../../../../src/model/entry.ts";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { countCommits } from "../../../../src/git/count-commits.ts";
import { countLines, readSnapshots } from "../../../../src/stores/git-repository/logged-commits.ts";
import type { SnapshotsReading } from "../../../../src/stores/kind.ts";
import { fifo } from "../../../fs/support.ts";
import { git } from "../../../support/git.ts";
import { type ShadowRepo, type World, world } from "../../../support/world.ts";
import { rowOf } from "./judged.ts";

function read({ path }: ShadowRepo): SnapshotsReading {
  return readSnapshots(path);
}

/** What real git says of the branch of HEAD. */
function truth({ path }: ShadowRepo): Snapshots {
  const times = git({ repo: path, env: { GIT_WORK_TREE: "/" } }, "rev-list", "--timestamp", "HEAD").split("\n");
  return { count: times.length, last: Number(times[0]?.split(" ")[0]) * 1000 };
}

type Make = (w: World) => ShadowRepo;

const ENOUGH: readonly { readonly name: string; readonly make: Make }[] = [
  { name: "one snapshot", make: (w) => w.repo("x", { snapshots: 1 }) },
  { name: "three", make: (w) => w.repo("x", { snapshots: 3 }) },
  {
    name: "more, taken later",
    make: (w) => {
      const repo = w.repo("x", { snapshots: 2 });
      w.snapshot(repo);
      return repo;
    },
  },
  { name: "packed refs", make: after((repo) => git({ repo }, "pack-refs", "--all", "--prune")) },
  {
    name: "after a gc",
    make: after((repo) => git({ repo, env: { GIT_WORK_TREE: "/" } }, "gc", "--quiet", "--prune=now")),
  },
  {
    name: "a message with angle brackets and an empty one",
    make: (w) => {
      const repo = w.repo("x", { real: true });
      for (const message of ["a <b> 1 +0000\t", ""]) {
        git(
          { repo: repo.path, workdir: repo.workdir },
          "commit",
          "-q",
          "--allow-empty",
          "--allow-empty-message",
          "-m",
          message,
        );
      }
      return repo;
    },
  },
  {
    name: "a branch of another name",
    make: (w) => {
      const repo = w.repo("x", { real: true });
      git({ repo: repo.path }, "symbolic-ref", "HEAD", "refs/heads/feature/a");
      git({ repo: repo.path, workdir: repo.workdir }, "commit", "-q", "--allow-empty", "-m", "first there");
      // The log of HEAD continues over both branches, so it is not the history of this one.
      return repo;
    },
  },
];

function after(act: (repo: string) => void): Make {
  return (w) => {
    const repo = w.repo("x", { snapshots: 3, real: true });
    act(repo.path);
    return repo;
  };
}

const NOT_ENOUGH: readonly { readonly name: string; readonly make: Make }[] = [
  {
    name: "the reflog expired whole",
    make: after((repo) => git({ repo, env: { GIT_WORK_TREE: "/" } }, "reflog", "expire", "--expire=now", "--all")),
  },
  { name: "its first lines expired", make: after((repo) => editLog(repo, (lines) => lines.slice(1))) },
  { name: "its last lines are lost", make: after((repo) => editLog(repo, (lines) => lines.slice(0, -1))) },
  {
    name: "a line in the middle is lost",
    make: after((repo) => editLog(repo, (lines) => lines.filter((_, at) => at !== 1))),
  },
  { name: "a line is not one of git's", make: after((repo) => editLog(repo, (lines) => [...lines, "hello"])) },
  { name: "no log", make: after((repo) => rmSync(join(repo, "logs"), { recursive: true })) },
  {
    name: "a directory in place of the log",
    make: after((repo) => {
      rmSync(join(repo, "logs", "HEAD"));
      mkdirSync(join(repo, "logs", "HEAD"));
    }),
  },
  {
    name: "a FIFO in place of the log",
    make: after((repo) => {
      rmSync(join(repo, "logs", "HEAD"));
      fifo(join(repo, "logs", "HEAD"));
    }),
  },
  {
    name: "a detached HEAD",
    make: after((repo) => writeFileSync(join(repo, "HEAD"), `${git({ repo }, "rev-parse", "HEAD")}\n`)),
  },
  {
    name: "a reset in between",
    make: after((repo) => git({ repo, env: { GIT_WORK_TREE: "/" } }, "reset", "--soft", "HEAD~1")),
  },
  {
    name: "an amended one in between",
    make: after((repo) =>
      git({ repo, env: { GIT_WORK_TREE: "/" } }, "commit", "-q", "--amend", "--allow-empty", "-m", "b"),
    ),
  },
];

function editLog(repo: string, edit: (lines: string[]) => string[]): void {
  const path = join(repo, "logs", "HEAD");
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  writeFileSync(
    path,
    edit(lines)
      .map((line) => `${line}\n`)
      .join(""),
  );
}

describe("snapshots", () => {
  it.each(ENOUGH)("$name: known, as git says", async ({ make }) => {
    const repo = make(world());
    const reading = read(repo);
    // A log that does not tell costs a question; it must never tell wrong.
    const known = reading.kind === "known" ? reading.snapshots : await countCommits(repo.path);
    expect(known).toEqual(truth(repo));
  });

  it.each(ENOUGH.slice(0, 5))("$name: without asking git", ({ make }) => {
    expect(read(make(world())).kind).toBe("known");
  });

  it.each(NOT_ENOUGH)("$name: git is asked, and is right", async ({ make }) => {
    const repo = make(world());
    expect(read(repo)).toEqual({ kind: "ask-git", gitDirectory: repo.path });
    expect(await countCommits(repo.path)).toEqual(truth(repo));
  });

  it("no commit: none, without asking git", async () => {
    const w = world();
    const repo = w.repo("x", { snapshots: 0, workdir: "delete" });
    expect(read(repo)).toEqual({ kind: "known", snapshots: { count: 0, last: null } });
    expect((await rowOf(w, repo)).snapshots).toEqual({ count: 0, last: null });
  });

  it("does not treat a repo whose branch is gone as one without a commit", () => {
    const repo = world().repo("x", { real: true });
    rmSync(join(repo.path, "refs", "heads"), { recursive: true });
    expect(read(repo).kind).toBe("ask-git");
  });

  it.each(["ref: refs/heads/../../secret\n", "ref: /etc/passwd\n", "", "\0", "ref: refs/heads/a b\n"])(
    "HEAD saying %j leads to no commit",
    (head) => {
      const repo = world().repo("x");
      writeFileSync(join(repo.path, "HEAD"), head);
      expect(read(repo).kind).toBe("ask-git");
    },
  );

  it("without git: null, where the log does not tell", async () => {
    const w = world();
    const [told, untold] = [w.repo("told", { workdir: "delete" }), w.repo("untold", { workdir: "delete" })];
    rmSync(join(untold.path, "logs"), { recursive: true });
    withoutGit();
    expect((await rowOf(w, told)).snapshots).toMatchObject({ count: 2 });
    expect((await rowOf(w, untold)).snapshots).toBeNull();
  });

  it("asks git for as many rows as requested, the largest first", async () => {
    const w = world();
    const repos = [1, 2, 3].map((n) =>
      w.repo(`x${n}`, { workdir: "delete", inside: { blob: "x".repeat(n * 20_000) } }),
    );
    for (const { path } of repos) rmSync(join(path, "logs"), { recursive: true });
    const found = await Promise.all(
      repos.map(async (repo) => (await rowOf(w, repo, { askGit: 2 })).snapshots?.count ?? null),
    );
    expect(found).toEqual([null, 2, 2]);
  });
});

describe("countLines", () => {
  const [zero, a, b] = ["0".repeat(40), "a".repeat(40), "b".repeat(40)];
  const line = (from: string, to: string, at: number): string => `${from} ${to} H <h@l> ${at} +0000\tcommit: x\n`;
  it.each([
    { name: "a chain", log: line(zero, a, 1) + line(a, b, 2), tip: b, expected: { count: 2, last: 2000 } },
    {
      name: "sha256",
      log: line("0".repeat(64), "c".repeat(64), 3),
      tip: "c".repeat(64),
      expected: { count: 1, last: 3000 },
    },
    { name: "another tip", log: line(zero, a, 1), tip: b, expected: null },
    { name: "not from the beginning", log: line(a, b, 2), tip: b, expected: null },
    { name: "torn", log: line(zero, a, 1) + line(b, a, 2), tip: a, expected: null },
    { name: "half a line", log: line(zero, a, 1) + line(a, b, 2).slice(0, 60), tip: b, expected: null },
    { name: "empty", log: "", tip: a, expected: null },
    { name: "empty lines", log: `\n${line(zero, a, 1)}\n`, tip: a, expected: { count: 1, last: 1000 } },
  ])("$name", ({ log, tip, expected }) => {
    expect(countLines(log, tip)).toEqual(expected);
  });
});

function withoutGit(): void {
  const before = process.env["PATH"];
  process.env["PATH"] = "";
  onTestFinished(() => {
    process.env["PATH"] = before;
  });
}
