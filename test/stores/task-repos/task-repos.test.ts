// Repositories that extensions of editors make: what goes, and its near twins that stay.

import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type Plan, prune, scan, type ScanOptions } from "../../../src/index.ts";
import { git } from "../../support/git.ts";
import { DAY_MS, HOUR_MS, removeTree, setTimes } from "../../support/paths.ts";
import { outcomesOf } from "../../support/session-store.ts";
import { TASK_BASES, type TaskAgent, taskRepo } from "../../support/task-repo.ts";
import { REPOS_NOW, takenPlaces } from "../../support/worktree-repo.ts";

const OLD = 40 * DAY_MS;

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "cgc-tasks-")));
  onTestFinished(() => removeTree(root));
  mkdirSync(join(root, "projects/other"), { recursive: true });
});

function options(agent: TaskAgent): ScanOptions {
  return { env: { HOME: root }, agent, now: () => REPOS_NOW, settings: { retention_days: 30 } };
}

/** A repository of a worktree with one snapshot, all of it so old; gives its directory. */
function repo(of: TaskAgent, name: string, by = OLD, place?: string): string {
  const path = taskRepo(of, { root, name, place });
  setTimes(path, REPOS_NOW - by);
  return path;
}

function configured(path: string, text: string): void {
  writeFileSync(join(path, ".git/config"), text);
}

/** Verdict, reason and holds of the entry at a path. */
function judgedAt(plan: Plan, path: string): string {
  const row = plan.bases.flatMap(({ entries }) => entries).find(({ judged }) => judged.entry.members[0].path === path);
  if (row === undefined) return "no entry";
  return `${row.judged.verdict} ${row.judged.reason}: ${row.ruling.action}`;
}

describe.each(["cline", "roo"] as const)("%s", (of) => {
  it("takes an orphan and what is old, and keeps what is young and there", async () => {
    const path = repo(of, "alpha");
    expect(judgedAt(await scan(options(of)), path)).toBe("stale unused: remove");
    setTimes(path, REPOS_NOW - DAY_MS);
    expect(judgedAt(await scan(options(of)), path)).toBe("live workdir-present: keep");
    rmSync(join(root, "projects/alpha"), { recursive: true });
    expect(judgedAt(await scan(options(of)), path)).toBe("orphan absent-observed: remove");
  });

  it("keeps one whose objects another is linked to, until that one is linked to elsewhere", async () => {
    const place = (task: number): string | undefined =>
      of === "roo" ? `${task}2222222-2222-4222-8222-222222222222/checkpoints` : undefined;
    const lender = repo(of, "alpha", OLD, place(1));
    const linked = join(repo(of, "beta", DAY_MS, place(2)), ".git/objects/pack");
    rmSync(linked, { recursive: true });
    symlinkSync(join(lender, ".git/objects/pack"), linked);
    const plan = await scan(options(of));
    const row = plan.bases
      .flatMap(({ entries }) => entries)
      .find(({ judged }) => judged.entry.members[0].path === lender);
    expect(row?.ruling).toMatchObject({ action: "keep", holds: [{ code: "referenced" }] });
    rmSync(linked);
    symlinkSync(join(root, "projects/other"), linked);
    expect(judgedAt(await scan(options(of)), lender)).toBe("stale unused: remove");
  });

  it.each(["logs/HEAD", "index"])("is as young as its %s", async (name) => {
    const path = repo(of, "alpha");
    writeFileSync(join(path, ".git", name), "");
    setTimes(path, REPOS_NOW - OLD);
    setTimes(join(path, ".git", name), REPOS_NOW - HOUR_MS);
    expect(judgedAt(await scan(options(of)), path)).toBe("live workdir-present: keep");
  });

  it.each<readonly [string, (path: string) => void]>([
    [
      "another address of the writer",
      (path) => git({ repo: join(path, ".git") }, "config", "user.email", "me@example.org"),
    ],
    ["no directory", (path) => git({ repo: join(path, ".git") }, "config", "--unset", "core.worktree")],
    ["a relative directory", (path) => git({ repo: join(path, ".git") }, "config", "core.worktree", "../alpha")],
    ["an empty config", (path) => configured(path, "")],
    ["a config with a line that git refuses", (path) => configured(path, "[core\n")],
    ["an included file", (path) => git({ repo: join(path, ".git") }, "config", "include.path", "more")],
    ["something beside its repository", (path) => writeFileSync(join(path, "notes.txt"), "mine")],
  ])("keeps one with %s as unidentified, while it is young, and never as an orphan", async (_, change) => {
    const path = repo(of, "alpha", DAY_MS);
    rmSync(join(root, "projects/alpha"), { recursive: true });
    expect(judgedAt(await scan(options(of)), path)).toMatch(/^orphan .*: remove$/);
    change(path);
    setTimes(path, REPOS_NOW - DAY_MS);
    expect(judgedAt(await scan(options(of)), path)).toMatch(/^unidentified .*: keep$/);
  });

  it.each<readonly [string, (path: string) => void]>([
    ["without HEAD", (path) => rmSync(join(path, ".git/HEAD"))],
    ["whose .git is a file", (path) => gitAsFile(path)],
    ["whose .git is a link", (path) => linked(join(path, ".git"))],
    ["that is a link itself", (path) => linked(path)],
  ])("leaves one alone %s", async (_, change) => {
    const path = repo(of, "alpha");
    change(path);
    expect(judgedAt(await scan(options(of)), path)).toBe("no entry");
  });

  it("takes one although what it touched last is not what is looked at first", async () => {
    const path = repo(of, "alpha");
    rmSync(join(root, "projects/alpha"), { recursive: true });
    for (const [name, by] of [
      ["info/exclude", 3],
      ["index", 2],
      ["logs/HEAD", 1],
    ] as const)
      setTimes(leave(join(path, ".git", name)), REPOS_NOW - by * HOUR_MS);
    const result = await prune(await scan({ ...options(of), disposal: "trash" }), options(of));
    expect(outcomesOf(result).map(([, outcome]) => outcome)).toEqual(["trashed"]);
  });

  it("keeps one that git is at work in", async () => {
    const path = repo(of, "alpha");
    rmSync(join(root, "projects/alpha"), { recursive: true });
    writeFileSync(join(path, ".git/index.lock"), "");
    setTimes(join(path, ".git/index.lock"), REPOS_NOW);
    expect(judgedAt(await scan(options(of)), path)).toMatch(/^orphan .*: keep$/);
  });
});

describe("cline", () => {
  it("keeps one that is not named for its directory", async () => {
    const path = repo("cline", "alpha", DAY_MS, "1234567890");
    rmSync(join(root, "projects/alpha"), { recursive: true });
    expect(judgedAt(await scan(options("cline")), path)).toBe("unidentified other-worktree: keep");
  });

  it.each(["12345678901", "x123", "0x12"])("does not look into %s, which has another form", async (name) => {
    const path = repo("cline", "alpha", OLD, name);
    const plan = await scan(options("cline"));
    expect(judgedAt(plan, path)).toBe("no entry");
    expect(plan.bases.flatMap(({ foreign }) => foreign)).toEqual([name]);
  });

  it("hashes a path by its units, also where a character has two", async () => {
    const path = repo("cline", "alpha 𝒳 ü", DAY_MS);
    expect(judgedAt(await scan(options("cline")), path)).toBe("live workdir-present: keep");
  });
});

describe("roo", () => {
  it("is as young as the chat beside it", async () => {
    const path = repo("roo", "alpha");
    const chat = join(path, "../ui_messages.json");
    writeFileSync(chat, "[]");
    setTimes(chat, REPOS_NOW - HOUR_MS);
    expect(judgedAt(await scan(options("roo")), path)).toBe("live workdir-present: keep");
    setTimes(chat, REPOS_NOW - OLD);
    expect(judgedAt(await scan(options("roo")), path)).toBe("stale unused: remove");
  });

  it.each(["1780000000001/checkpoints", "22222222-2222-4222-8222-222222222222/checkpoints"])(
    "knows %s",
    async (place) => {
      repo("roo", "alpha", OLD, place);
      expect(takenPlaces(await scan(options("roo")))).toEqual([place]);
    },
  );

  it.each(["mine/checkpoints", "1780000000001/other", "1780000000001"])("leaves %s alone", async (place) => {
    const path = repo("roo", "alpha", OLD, place);
    expect(judgedAt(await scan(options("roo")), path)).toBe("no entry");
  });

  it("takes the repository that early versions had for a workspace, where it is named for that", async () => {
    const shared = join(root, TASK_BASES.roo, "../checkpoints");
    const worktree = join(root, "projects/alpha");
    const path = repo("roo", "alpha");
    mkdirSync(shared);
    const name = createHash("sha256").update(worktree).digest("hex").slice(0, 8);
    renameSync(path, join(shared, name));
    cpSync(join(shared, name), join(shared, "01234567"), { recursive: true, preserveTimestamps: true });
    setTimes(join(shared, "01234567"), REPOS_NOW - DAY_MS);
    const plan = await scan(options("roo"));
    expect(takenPlaces(plan)).toEqual([name]);
    expect(judgedAt(plan, join(shared, "01234567"))).toBe("unidentified other-worktree: keep");
  });
});

/** Makes it where it is not there. */
function leave(path: string): string {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, "", { flag: "a" });
  return path;
}

function gitAsFile(path: string): void {
  renameSync(join(path, ".git"), join(root, "elsewhere"));
  writeFileSync(join(path, ".git"), `gitdir: ${join(root, "elsewhere")}\n`);
}

function linked(path: string): void {
  renameSync(path, join(root, "elsewhere"));
  symlinkSync(join(root, "elsewhere"), path);
}
