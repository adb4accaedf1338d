// A directory that a version before 0.29 left goes where all of it is in the repository that was copied from it, and stays
// where anything is not.

import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { prune, scan } from "../../../src/index.ts";
import { append, geminiHome, type GeminiHome, judgedAt, rowAt } from "../../support/gemini-home.ts";
import { git } from "../../support/git.ts";
import { DAY_MS, HOUR_MS, setTimes } from "../../support/paths.ts";
import { outcomesOf } from "../../support/session-store.ts";
import { at, REPOS_NOW, takenPlaces } from "../../support/worktree-repo.ts";

const ENV = {
  GIT_AUTHOR_NAME: "x",
  GIT_AUTHOR_EMAIL: "x@example.org",
  GIT_COMMITTER_NAME: "x",
  GIT_COMMITTER_EMAIL: "x@example.org",
};

const REMOVED = "debris duplicate: remove";
const KEPT = "live workdir-present: keep";

type Upgraded = ReturnType<GeminiHome["upgraded"]>;

/** An object that only the old repository has. */
function newCommit(repo: string, parents: readonly string[] = []): string {
  return git({ repo, env: ENV }, "commit-tree", ...parents, "-m", "more", git({ repo }, "write-tree"));
}

function tip(repo: string): string {
  return git({ repo }, "rev-parse", "HEAD");
}

/** The old directory was not used since the upgrade. */
function settle({ old }: Upgraded): void {
  setTimes(old, REPOS_NOW - 2 * DAY_MS);
}

it("goes where the slug has each of its snapshots, packed or not, and its twin of another project stays", async () => {
  const home = geminiHome();
  const [alpha, beta] = [home.upgraded("alpha"), home.upgraded("beta")];
  home.snapshot(join(beta.old, ".git"), "beta", "only here");
  settle(beta);
  expect(await judgedAt(home, alpha.old)).toBe(REMOVED);
  expect(await judgedAt(home, beta.old)).toBe(KEPT);
  git({ repo: alpha.slug }, "gc", "-q", "--prune=now");
  expect(readdirSync(join(alpha.slug, "objects/pack")).length).toBeGreaterThan(1);
  expect(await judgedAt(home, alpha.old)).toBe(REMOVED);
  expect(takenPlaces(await scan(home.options))).toEqual([basename(alpha.old)]);
});

describe("stays with one thing more than the slug has", () => {
  it.each<readonly [string, (repo: string) => void]>([
    [
      "a reflog entry",
      (repo) => {
        const [before, after] = [tip(repo), newCommit(repo)];
        append(join(repo, "logs/HEAD"), `${before} ${after} x <x@example.org> 1800000000 +0000\treset: moving\n`);
      },
    ],
    [
      "a reflog entry that names it as what was before",
      (repo) => {
        const [before, after] = [newCommit(repo), tip(repo)];
        append(join(repo, "logs/HEAD"), `${before} ${after} x <x@example.org> 1800000000 +0000\treset: moving\n`);
      },
    ],
    [
      "a reflog of a branch",
      (repo) => {
        const id = newCommit(repo);
        mkdirSync(join(repo, "logs/refs/heads/deep"), { recursive: true });
        writeFileSync(join(repo, "logs/refs/heads/deep/er"), `${"0".repeat(40)} ${id} x <x@example.org> 1 +0000\tx\n`);
      },
    ],
    ["a branch", (repo) => git({ repo }, "branch", "more", newCommit(repo))],
    [
      "a tag of a file",
      (repo) => git({ repo }, "tag", "file", git({ repo, input: "text" }, "hash-object", "-w", "--stdin")),
    ],
    ["an annotated tag", (repo) => git({ repo, env: ENV }, "tag", "-a", "-m", "x", "v1")],
    [
      "a packed ref",
      (repo) => {
        git({ repo }, "branch", "more", newCommit(repo));
        git({ repo }, "pack-refs", "--all");
        expect(existsSync(join(repo, "refs/heads/more"))).toBe(false);
      },
    ],
    ["an ORIG_HEAD", (repo) => writeFileSync(join(repo, "ORIG_HEAD"), `${newCommit(repo)}\n`)],
    ["a HEAD that is a commit", (repo) => writeFileSync(join(repo, "HEAD"), `${newCommit(repo)}\n`)],
    ["a worktree", (repo) => mkdirSync(join(repo, "worktrees/w"), { recursive: true })],
    ["a ref that cannot be read", (repo) => writeFileSync(join(repo, "refs/heads/broken"), "?\n")],
    ["a ref that is a symlink", (repo) => symlinkSync("main", join(repo, "refs/heads/link"))],
    ["a line of a reflog that is none", (repo) => append(join(repo, "logs/HEAD"), "?\n")],
    ["a line of packed-refs that is none", (repo) => writeFileSync(join(repo, "packed-refs"), "?\n")],
    ["refs in another format", (repo) => append(join(repo, "config"), "[extensions]\n\trefStorage = reftable\n")],
  ])("%s", async (_, change) => {
    const home = geminiHome();
    const alpha = home.upgraded("alpha");
    change(join(alpha.old, ".git"));
    settle(alpha);
    expect(await judgedAt(home, alpha.old)).toBe(KEPT);
  });
});

describe("goes with what the slug has as well", () => {
  it.each<readonly [string, (repo: string) => void]>([
    ["a branch", (repo) => git({ repo }, "branch", "same")],
    ["packed refs", (repo) => git({ repo }, "pack-refs", "--all")],
    ["an ORIG_HEAD", (repo) => writeFileSync(join(repo, "ORIG_HEAD"), `${tip(repo)}\n`)],
    ["no reflogs", (repo) => rmSync(join(repo, "logs"), { recursive: true })],
    ["objects that nothing names", (repo) => void newCommit(repo)],
  ])("%s", async (_, change) => {
    const home = geminiHome();
    const alpha = home.upgraded("alpha");
    change(join(alpha.old, ".git"));
    settle(alpha);
    expect(await judgedAt(home, alpha.old)).toBe(REMOVED);
  });
});

describe("stays where the slug's repository", () => {
  it.each<readonly [string, (upgraded: Upgraded, home: GeminiHome) => void]>([
    [
      "has the commit, and not a file of it",
      ({ slug }) => {
        const blob = git({ repo: slug }, "rev-parse", "HEAD~1:file.txt");
        rmSync(join(slug, "objects", blob.slice(0, 2), blob.slice(2)));
      },
    ],
    [
      "has a commit graph that names one of its commits, and not the commit",
      ({ old, slug }) => {
        // Only its latest commit names it.
        rmSync(join(old, ".git/logs"), { recursive: true });
        const commit = git({ repo: slug }, "rev-parse", "HEAD~2");
        git({ repo: slug }, "commit-graph", "write", "--reachable");
        rmSync(join(slug, "objects", commit.slice(0, 2), commit.slice(2)));
      },
    ],
    [
      "uses objects of it",
      ({ old, slug }) => {
        rmSync(join(slug, "objects"), { recursive: true });
        mkdirSync(join(slug, "objects/info"), { recursive: true });
        writeFileSync(join(slug, "objects/info/alternates"), `${old}/.git/objects\n`);
      },
    ],
    [
      "is a symlink to it",
      ({ old, slug }) => {
        rmSync(slug, { recursive: true });
        symlinkSync(join(old, ".git"), slug);
      },
    ],
    [
      "is in a directory that is a symlink",
      ({ slug }, { root }) => {
        renameSync(dirname(slug), join(root, "elsewhere"));
        symlinkSync(join(root, "elsewhere"), dirname(slug));
      },
    ],
    ["is not there", ({ slug }) => rmSync(slug, { recursive: true })],
    ["is in a format that is not known", ({ slug }) => append(join(slug, "config"), "[extensions]\n\tnew = true\n")],
    ["was used last before it was", ({ slug }) => setTimes(dirname(slug), REPOS_NOW - 3 * DAY_MS)],
    [
      "has a marker of another directory",
      ({ slug }, home) => writeFileSync(join(dirname(slug), ".project_root"), home.project("other")),
    ],
    ["is registered for another directory", (_, home) => home.register({ [home.project("alpha")]: "alpha-1" })],
    ["is registered for two directories", (_, home) => home.register({ [home.project("other")]: "alpha" })],
    ["belongs to a project that no registry names", (_, { home }) => rmSync(join(home, "projects.json"))],
  ])("%s", async (_, change) => {
    const home = geminiHome();
    const alpha = home.upgraded("alpha");
    change(alpha, home);
    expect(await judgedAt(home, alpha.old)).toBe(KEPT);
    expect(takenPlaces(await scan(home.options))).toEqual([]);
  });
});

it("stays where it has no commit: there is nothing to find in the slug", async () => {
  const home = geminiHome();
  const alpha = home.upgraded("alpha");
  rmSync(join(alpha.old, ".git"), { recursive: true });
  git({ repo: join(alpha.old, ".git"), workdir: home.project("alpha") }, "init", "-q");
  git({ repo: join(alpha.old, ".git") }, "update-index", "--refresh");
  writeFileSync(join(alpha.old, ".gitconfig"), "");
  settle(alpha);
  expect(await judgedAt(home, alpha.old)).toBe(KEPT);
});

it("stays where git cannot be asked", async () => {
  const home = geminiHome();
  const { old } = home.upgraded("alpha");
  vi.stubEnv("PATH", home.root);
  expect(await judgedAt(home, old)).toBe(KEPT);
  vi.unstubAllEnvs();
  expect(await judgedAt(home, old)).toBe(REMOVED);
});

it("stays for an hour after it was used, and goes a second later", async () => {
  const home = geminiHome();
  const { old, slug } = home.upgraded("alpha");
  at(join(dirname(slug), ".gitconfig"), 0);
  at(join(old, ".gitconfig"), HOUR_MS);
  expect(await judgedAt(home, old)).toBe("debris duplicate: keep");
  at(join(old, ".gitconfig"), HOUR_MS + 1000);
  expect(await judgedAt(home, old)).toBe(REMOVED);
});

it("stays while git works in it", async () => {
  const home = geminiHome();
  const { old } = home.upgraded("alpha");
  writeFileSync(join(old, ".git/index.lock"), "");
  at(join(old, ".git/index.lock"), HOUR_MS);
  expect(await judgedAt(home, old)).toBe("debris duplicate: keep (busy)");
});

it("stays where the slug's repository has a file in its objects that git would wait for", async () => {
  const home = geminiHome();
  const { old, slug } = home.upgraded("alpha");
  expect(spawnSync("mkfifo", [join(slug, "objects/info/alternates")]).status).toBe(0);
  expect(await judgedAt(home, old)).toBe(KEPT);
});

it("goes where its project cannot be reached, while one with a snapshot more stays there", async () => {
  const home = geminiHome();
  const [alpha, beta] = [home.upgraded("deep/alpha"), home.upgraded("deep/beta")];
  home.snapshot(join(beta.old, ".git"), "deep/beta", "only here");
  settle(beta);
  rmSync(join(home.root, "projects/deep"), { recursive: true });
  expect(await judgedAt(home, alpha.slug)).toBe("unreachable parent-missing: keep");
  expect(await judgedAt(home, alpha.old)).toBe(REMOVED);
  expect(await judgedAt(home, beta.old)).toBe("unreachable parent-missing: keep");
});

it("is an orphan, stale or live by itself where the slug lacks one of its snapshots", async () => {
  const home = geminiHome();
  const all = ["gone", "unused", "used"].map((name) => {
    const { old } = home.upgraded(name);
    home.snapshot(join(old, ".git"), name, "only here");
    setTimes(old, REPOS_NOW - (name === "unused" ? 31 : 2) * DAY_MS);
    return old;
  });
  home.deleteProject("gone");
  const plan = await scan(home.options);
  expect(all.map((old) => rowAt(plan, old))).toEqual(["orphan absent-observed: remove", "stale unused: remove", KEPT]);
});

describe("between the plan and the move", () => {
  it.each<readonly [string, (upgraded: Upgraded, home: GeminiHome) => void]>([
    [
      "a snapshot of it appears",
      (upgraded, home) => {
        home.snapshot(join(upgraded.old, ".git"), "alpha", "late");
        settle(upgraded);
      },
    ],
    [
      "the slug's repository is replaced by a new one",
      ({ slug }, home) => {
        rmSync(slug, { recursive: true });
        git({ repo: slug, workdir: home.project("alpha") }, "init", "-q");
        home.snapshot(slug, "alpha", "new");
      },
    ],
    ["the slug's repository is moved away", ({ slug }, { root }) => renameSync(slug, join(root, "away"))],
    ["a file appears beside its repository", ({ old }) => writeFileSync(join(old, "notes.txt"), "mine")],
    ["the registry is lost", (_, { home }) => rmSync(join(home, "projects.json"))],
  ])("%s, and it stays", async (_, change) => {
    const home = geminiHome();
    const alpha = home.upgraded("alpha");
    const plan = await scan({ ...home.options, disposal: "trash" });
    expect(takenPlaces(plan)).toEqual([basename(alpha.old)]);
    change(alpha, home);
    expect(outcomesOf(await prune(plan, home.options)).map(([, outcome]) => outcome)).toEqual(["changed"]);
    expect(existsSync(join(alpha.old, ".git/HEAD"))).toBe(true);
  });

  it("nothing happens, and it goes", async () => {
    const home = geminiHome();
    const { old, slug } = home.upgraded("alpha");
    const copy = join(home.root, "copy");
    cpSync(slug, copy, { recursive: true });
    const plan = await scan({ ...home.options, disposal: "trash" });
    expect(outcomesOf(await prune(plan, home.options)).map(([, outcome]) => outcome)).toEqual(["trashed"]);
    expect([existsSync(old), existsSync(slug)]).toEqual([false, true]);
    expect(git({ repo: slug }, "rev-list", "--all")).toBe(git({ repo: copy }, "rev-list", "--all"));
  });
});
