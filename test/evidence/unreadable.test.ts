// Repos that cannot be read whole: each has a row with its errno, none is removed automatically, and a person can
// remove them, to the trash. The built command runs as another uid, since root reads everything.

import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished } from "vitest";
import { give, isRoot, letPass, OTHER_UID } from "../fs/support.ts";
import { byHand, common, trashNames } from "../reclaim/runs.ts";
import { shell } from "../support/mounts.ts";
import { run, type RunResult } from "../support/run.ts";
import { entryOf, type Report } from "../support/report.ts";
import { errno, interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { type Judged, scan } from "../../src/index.ts";

afterEach(() => stopIntercepting());

interface Home {
  readonly w: World;
  readonly closed: ShadowRepo;
  readonly old: ShadowRepo;
}

/** `mode` of the repo that may not be read; `old` is as old and can be read. */
function homeOf(mode = 0o000, below = ""): Home {
  const w = world();
  letPass(w.root);
  const closed = w.repo("closed", { ageDays: 90 });
  const old = w.repo("old", { ageDays: 90 });
  give(w.root);
  chmodSync(join(closed.path, below), mode);
  return { w, closed, old };
}

async function asUser(w: World, ...args: readonly string[]): Promise<RunResult> {
  return run([...args], { home: w, ...(isRoot() ? { uid: OTHER_UID } : {}) });
}

async function reportOf(w: World, ...args: readonly string[]): Promise<Report> {
  const done = await asUser(w, ...args, "--json");
  expect(done.code, done.stderr).toBe(0);
  return done.report();
}

describe("a repo of mode 000", () => {
  it("has a row with its errno, is explained, and is not listed as a foreign name", async () => {
    const { w, closed } = homeOf();
    const status = await reportOf(w, "status");
    expect(entryOf(status, closed.id)).toMatchObject({ verdict: "unidentified", reason: "unreadable", action: "keep" });
    expect(status.bases[0]?.foreign).toBe(0);
    const explained = await asUser(w, "explain", closed.id);
    expect(explained.code).toBe(0);
    expect(explained.stdout).toContain("EACCES");
    expect((await asUser(w, "explain", closed.path)).code).toBe(0);
    chmodSync(closed.path, 0o700);
  });

  it("is kept by every run that does not include it, and so is what it may borrow from; then that is removed", async () => {
    const { w, closed, old } = homeOf();
    for (const args of [
      ["auto", "--now", "--opt-in"],
      ["prune", "--yes", "--include", "unidentified"],
      ["prune", "--yes", "--include", "unreachable"],
    ]) {
      expect(entryOf(await reportOf(w, ...args), closed.id).action).toBe("keep");
      expect(statSync(closed.path).mode & 0o777).toBe(0);
    }
    expect(existsSync(old.path)).toBe(true);
    const explained = await asUser(w, "explain", old.id);
    expect(explained.stdout.replace(/\s+/g, " ")).toContain("make it readable (EACCES)");
    chmodSync(closed.path, 0o700);
    await reportOf(w, "prune", "--yes");
    expect(existsSync(old.path)).toBe(false);
  });

  it("is moved to the trash with --include unreadable, and is restored as it was", async () => {
    const { w, closed, old } = homeOf();
    const dry = await reportOf(w, "prune", "--dry-run", "--include", "unreadable");
    expect(entryOf(dry, closed.id)).toMatchObject({ action: "remove", rule: "unreadable" });
    const done = await reportOf(w, "prune", "--yes", "--include", "unreadable");
    expect(entryOf(done, closed.id)).toMatchObject({ rule: "unreadable", outcome: "trashed" });
    expect(entryOf(done, old.id)).toMatchObject({ action: "keep", holds: ["referenced"] });
    expect(trashNames(w)).toHaveLength(1);
    const restored = await asUser(w, "trash", "restore", closed.id);
    expect(restored.code, restored.stderr).toBe(0);
    expect(statSync(closed.path).mode & 0o777).toBe(0);
    chmodSync(closed.path, 0o700);
    expect(readFileSync(join(closed.path, "HERMES_WORKDIR"), "utf8")).toContain(closed.workdir);
  });

  it("may be borrowing: every run holds the base's entries and name the file", async () => {
    const { w, closed, old } = homeOf();
    const swept = await reportOf(w, "auto", "--now", "--opt-in");
    expect(entryOf(swept, old.id)).toMatchObject({ action: "keep", holds: ["referenced"] });
    expect(entryOf(swept, old.id).detail).toContain(closed.path);
    chmodSync(closed.path, 0o700);
  });
});

it.for([
  ["objects", "objects"],
  ["refs", "refs"],
] as const)("a repo whose %s cannot be read: kept with its errno, and removed by name", async ([, below]) => {
  const { w, closed } = homeOf(0o000, below);
  const shown = entryOf(await reportOf(w, "prune", "--dry-run"), closed.id);
  expect(shown.action).toBe("keep");
  expect(shown.detail).toMatch(/EACCES|cannot|could not/);
  const done = await reportOf(w, "prune", "--yes", "--include", "unreadable");
  expect(entryOf(done, closed.id)).toMatchObject({ rule: "unreadable", outcome: "trashed" });
});

it("one that is in use keeps its place, though a part of it cannot be read", async () => {
  const w = world();
  letPass(w.root);
  const live = w.repo("live");
  give(w.root);
  chmodSync(join(live.path, "hooks"), 0o000);
  const done = await reportOf(w, "prune", "--yes", "--include", "unreadable");
  expect(entryOf(done, live.id)).toMatchObject({ action: "keep", outcome: null });
  chmodSync(join(live.path, "hooks"), 0o700);
});

describe.each(["EIO", "EACCES", "ESTALE"])("a look into it that fails with %s", (code) => {
  it("makes an entry of what has the name of a repo and is a directory, and of nothing else", async () => {
    const w = world();
    const repo = w.repo("closed", { ageDays: 90 });
    w.repo("other");
    mkdirSync(join(w.base, "not-a-repo"));
    writeFileSync(join(w.base, "0123456789abcdef"), "a file");
    symlinkSync(repo.path, join(w.base, "fedcba9876543210"));
    interceptCalls((operation, path) => {
      if (path.startsWith(`${repo.path}/`) || (operation !== "lstat" && path === repo.path))
        throw errno(code, operation, path);
    });
    const plan = await scan(common(w));
    const [base] = plan.bases;
    const found = base?.entries.find(({ judged }) => judged.entry.id === repo.id);
    expect(found?.judged).toMatchObject({ verdict: "unidentified", reason: "unreadable", troubles: [{ code }] });
    expect(base?.entries).toHaveLength(2);
    expect(base?.foreign).toEqual(["0123456789abcdef", "fedcba9876543210", "not-a-repo"]);
  });
});

describe("a repo deeper than a path may be long", () => {
  /** 40 directories of 200 bytes: 8,000 bytes of path. Made and removed step by step, as no path reaches down there. */
  function deepen(repo: ShadowRepo): void {
    shell(
      'cd "$1/objects"; for i in $(seq 40); do mkdir "$2"; cd -P "$2"; done; head -c 100000 /dev/zero > deep',
      repo.path,
      "d".repeat(200),
    );
    onTestFinished(() => {
      shell('rm -rf "$1"', dirname(dirname(dirname(repo.path))));
      mkdirSync(dirname(dirname(dirname(repo.path))));
    });
  }

  it.skipIf(process.platform !== "linux")("is measured and removed like the others", async () => {
    const w = world();
    const [deep, flat] = [w.repo("deep", { workdir: "delete" }), w.repo("flat", { workdir: "delete" })];
    deepen(deep);
    const [base] = (await scan(common(w))).bases;
    const judgedOf = (repo: ShadowRepo): Judged =>
      base!.entries.find(({ judged }) => judged.entry.id === repo.id)!.judged;
    expect(judgedOf(deep).troubles).toEqual([]);
    expect(judgedOf(deep).bytes! - judgedOf(flat).bytes!).toBeGreaterThan(100_000);
    expect(judgedOf(deep).newestPath).toContain(`${deep.path}/objects/${"d".repeat(200)}/`);
    expect(judgedOf(deep).newestPath!.length).toBeGreaterThan(40 * 200);
    const done = await byHand(w);
    expect(done.bases[0]?.entries.map(({ outcome }) => outcome)).toEqual(["removed", "removed"]);
    expect(existsSync(deep.path)).toBe(false);
  });

  it.skipIf(process.platform !== "linux")(
    "is stale where all of it is old, and not where it was used down there",
    async () => {
      const w = world();
      const [deep, twin] = [w.repo("deep", { ageDays: 90 }), w.repo("twin", { ageDays: 90 })];
      for (const repo of [deep, twin]) deepen(repo);
      for (const repo of [deep, twin]) shell('find "$1" -depth -execdir touch -h -d "90 days ago" {} +', repo.path);
      const used = 'cd "$1/objects"; for i in $(seq 40); do cd -P "$2"; done; touch deep';
      shell(used, twin.path, "d".repeat(200));
      const [base] = (await scan(common(w))).bases;
      expect(base?.entries.map(({ judged, ruling }) => [judged.entry.id, judged.verdict, ruling.action])).toEqual([
        [deep.id, "stale", "remove"],
        [twin.id, "live", "keep"],
      ]);
    },
  );
});
