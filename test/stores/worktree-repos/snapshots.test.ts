// Repositories of worktrees as entries: whose they are, when they were used last, and what never goes.

import { mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { type Plan, prune, scan } from "../../../src/index.ts";
import { sha1 } from "../../support/agents-store.ts";
import { everythingBelow, HOUR_MS, setTimes } from "../../support/paths.ts";
import { outcomesOf } from "../../support/session-store.ts";
import { at, leave, PROJECT_ID, REPOS_NOW, takenPlaces, worktreeHome } from "../../support/worktree-repo.ts";

const DAY = 86_400_000;
const OLD = 40 * DAY;

/** All of it was last written so long ago, and nothing was copied. */
function age(repo: string, by: number): void {
  setTimes(repo, REPOS_NOW - by);
}

/** Verdict, reason and holds of the entry at a path. */
function judgedAt(plan: Plan, path: string): string {
  const rows = plan.bases.flatMap(({ entries }) => entries);
  const row = rows.find(({ judged }) => judged.entry.members[0].path === path);
  if (row === undefined) return "no entry";
  const { judged, ruling } = row;
  return `${judged.verdict} ${judged.reason}: ${ruling.action}${ruling.holds.map(({ code }) => ` (${code})`).join("")}`;
}

describe("an orphan", () => {
  it("goes, while one whose directory is there stays", async () => {
    const home = worktreeHome();
    const [gone, there] = [home.repo("gone"), home.repo("there")];
    rmSync(join(home.root, "projects/gone"), { recursive: true });
    const plan = await scan(home.options);
    expect(takenPlaces(plan)).toEqual([relative(home.base, gone)]);
    expect(judgedAt(plan, there)).toBe("live workdir-present: keep");
  });

  it("goes although what it touched last is not what is looked at first", async () => {
    const home = worktreeHome();
    const gone = home.repo("gone");
    rmSync(join(home.root, "projects/gone"), { recursive: true });
    at(join(gone, "info/exclude"), 2 * HOUR_MS);
    at(join(gone, "index"), HOUR_MS);
    const result = await prune(await scan({ ...home.options, disposal: "trash" }), home.options);
    expect(outcomesOf(result).map(([, outcome]) => outcome)).toEqual(["trashed"]);
  });

  it("stays where it is used between the plan and the move", async () => {
    const home = worktreeHome();
    const gone = home.repo("gone");
    rmSync(join(home.root, "projects/gone"), { recursive: true });
    const plan = await scan({ ...home.options, disposal: "trash" });
    at(join(gone, "index"), HOUR_MS);
    expect(outcomesOf(await prune(plan, home.options)).map(([, outcome]) => outcome)).toEqual(["changed"]);
  });

  it("stays where git is at work in it", async () => {
    const home = worktreeHome();
    const gone = home.repo("gone");
    rmSync(join(home.root, "projects/gone"), { recursive: true });
    leave(join(gone, "index.lock"), 0);
    expect(judgedAt(await scan(home.options), gone)).toMatch(/^orphan .*: keep \(busy\)$/);
  });

  it("goes with alternates to objects of the project that is gone", async () => {
    const home = worktreeHome();
    const gone = home.repo("gone");
    const objects = join(home.root, "projects/gone/.git/objects");
    mkdirSync(join(gone, "objects/info"), { recursive: true });
    writeFileSync(join(gone, "objects/info/alternates"), `${objects}\n`);
    rmSync(join(home.root, "projects/gone"), { recursive: true });
    expect(takenPlaces(await scan(home.options))).toEqual([relative(home.base, gone)]);
  });

  it("stays where another repository borrows objects from it", async () => {
    const home = worktreeHome();
    const [gone, there] = [home.repo("gone"), home.repo("there")];
    mkdirSync(join(there, "objects/info"), { recursive: true });
    writeFileSync(join(there, "objects/info/alternates"), `${join(gone, "objects")}\n`);
    rmSync(join(home.root, "projects/gone"), { recursive: true });
    expect(judgedAt(await scan(home.options), gone)).toMatch(/^orphan .*: keep \(referenced\)$/);
  });

  it("goes although its alternates name a directory in itself", async () => {
    const home = worktreeHome();
    const gone = home.repo("gone");
    mkdirSync(join(gone, "objects/info"), { recursive: true });
    mkdirSync(join(gone, "seed-objects"));
    writeFileSync(join(gone, "objects/info/alternates"), `${join(gone, "seed-objects")}\n`);
    rmSync(join(home.root, "projects/gone"), { recursive: true });
    expect(takenPlaces(await scan(home.options))).toEqual([relative(home.base, gone)]);
  });

  it("stays where the parent of its directory is missing too, whatever is included", async () => {
    const home = worktreeHome();
    const gone = home.repo("deep/gone");
    rmSync(join(home.root, "projects/deep"), { recursive: true });
    const plan = await scan({ ...home.options, include: ["unreachable"] });
    expect(judgedAt(plan, gone)).toBe("unreachable parent-missing: keep (undo-deletes)");
  });
});

describe("one that is not used any more", () => {
  it("is shown as stale and always stays, because an undo without it deletes files", async () => {
    const home = worktreeHome();
    const repo = home.repo("alpha");
    age(repo, OLD);
    expect(judgedAt(await scan(home.options), repo)).toBe("stale unused: keep (undo-deletes)");
    const capped = { ...home.options, settings: { ...home.options.settings, max_size: 1 } };
    expect(takenPlaces(await scan({ ...capped, everything: true }))).toEqual([]);
  });

  it.each([
    ["info/exclude", "live"],
    ["index", "live"],
    ["objects/pack", "stale"],
    ["objects/info", "stale"],
    ["config", "stale"],
  ])("is as young as its %s: %s", async (name, verdict) => {
    const home = worktreeHome();
    const repo = home.repo("alpha");
    age(repo, OLD);
    at(join(repo, name), DAY);
    expect(judgedAt(await scan(home.options), repo)).toMatch(new RegExp(`^${verdict} `));
  });

  it("is as young as its newest object", async () => {
    const home = worktreeHome();
    const repo = home.repo("alpha");
    const object = [...everythingBelow(repo)].map(String).find((path) => /objects\/[0-9a-f]{2}$/.test(path)) ?? "";
    age(repo, OLD);
    expect(judgedAt(await scan(home.options), repo)).toMatch(/^stale /);
    at(object, DAY);
    expect(judgedAt(await scan(home.options), repo)).toMatch(/^live /);
  });

  it("is not old where it was put in its place by a copy that kept its times", async () => {
    const home = worktreeHome();
    const repo = home.repo("alpha");
    const { birthtimeMs } = statSync(join(repo, "HEAD"));
    const options = { ...home.options, now: () => birthtimeMs + HOUR_MS };
    setTimes(repo, birthtimeMs - OLD);
    expect(judgedAt(await scan(options), repo)).toMatch(/^stale /);
    // What a copy leaves: a HEAD that was written before anything else, and born after all of it.
    setTimes(join(repo, "HEAD"), birthtimeMs - OLD - DAY);
    expect(judgedAt(await scan(options), repo)).toMatch(/^live /);
  });
});

describe("one of an older layout", () => {
  it.each(["unidentified", "unreachable", "unreadable"] as const)(
    "never goes, also where %s are included",
    async (rule) => {
      const home = worktreeHome();
      const repo = home.repo("alpha", () => PROJECT_ID);
      const inner = home.repo("beta", (worktree) => `${PROJECT_ID}/${sha1(worktree)}`);
      age(repo, OLD);
      rmSync(join(home.root, "projects/alpha"), { recursive: true });
      const plan = await scan({ ...home.options, include: [rule] });
      expect(judgedAt(plan, repo)).toMatch(/: keep \(shared-layout\)$/);
      expect(judgedAt(plan, inner)).toMatch(/: keep \(undo-deletes\)$/);
      expect(takenPlaces(plan)).toEqual([]);
    },
  );
});

describe("listed as ignored", () => {
  it.each<readonly [string, (worktree: string) => string, string]>([
    ["one that is named for another directory", () => `${PROJECT_ID}/${sha1("/x")}`, `${PROJECT_ID}/${sha1("/x")}`],
    ["one in a directory of no project", (worktree) => `mine/${sha1(worktree)}`, "mine"],
  ])("%s", async (_, place, shown) => {
    const home = worktreeHome();
    home.repo("twin");
    const repo = home.repo("alpha", place);
    const plan = await scan(home.options);
    expect(judgedAt(plan, repo)).toBe("no entry");
    expect(plan.bases.flatMap(({ foreign }) => foreign)).toEqual([shown]);
  });

  it("a symlink of the name of one", async () => {
    const home = worktreeHome();
    home.repo("twin");
    const name = sha1(join(home.root, "projects/alpha"));
    symlinkSync(home.root, join(home.base, PROJECT_ID, name));
    const plan = await scan(home.options);
    expect(plan.bases.flatMap(({ foreign }) => foreign)).toEqual([`${PROJECT_ID}/${name}`]);
  });
});
