// Whose a repository is: the marker beside it and the registry have to agree. For everything that goes a twin stays.

import {
  cpSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, restore, scan } from "../../../src/index.ts";
import { sha256 } from "../../support/agents-store.ts";
import { geminiHome, type GeminiHome, judgedAt } from "../../support/gemini-home.ts";
import { DAY_MS, HOUR_MS, setTimes } from "../../support/paths.ts";
import { outcomesOf } from "../../support/session-store.ts";
import { diff, fingerprint } from "../../support/tree.ts";
import { at, REPOS_NOW, takenPlaces } from "../../support/worktree-repo.ts";

const REMOVED = "orphan absent-observed: remove";

/** One whose directory was deleted. */
function orphan(name = "gone"): GeminiHome & { readonly repo: string } {
  const home = geminiHome();
  const repo = home.slug(name);
  home.deleteProject(name);
  return { ...home, repo };
}

function registry({ home }: GeminiHome, text: string): void {
  writeFileSync(join(home, "projects.json"), text);
}

it("goes where its directory was deleted, while one whose directory is there stays", async () => {
  const home = orphan();
  const there = home.slug("there");
  expect(await judgedAt(home, home.repo)).toBe(REMOVED);
  expect(await judgedAt(home, there)).toBe("live workdir-present: keep");
  expect(takenPlaces(await scan(home.options))).toEqual(["gone/.git"]);
});

describe("stays, unidentified, with a marker that", () => {
  it.each<readonly [string, (marker: string, root: string) => void]>([
    ["is not there", (marker) => rmSync(marker)],
    ["is empty", (marker) => writeFileSync(marker, "")],
    ["is relative", (marker) => writeFileSync(marker, "projects/gone")],
    ["begins with ~", (marker) => writeFileSync(marker, "~/projects/gone")],
    ["ends with a newline", (marker, root) => writeFileSync(marker, `${root}/projects/gone\n`)],
    ["has two lines", (marker, root) => writeFileSync(marker, `${root}/projects/gone\n${root}/projects/gone`)],
    ["is not normal", (marker, root) => writeFileSync(marker, `${root}/projects/./gone`)],
    ["is not UTF-8", (marker, root) => writeFileSync(marker, Buffer.from(`${root}/projects/gone\xff`, "latin1"))],
    ["has what a decoder leaves of it", (marker, root) => writeFileSync(marker, `${root}/projects/gone\uFFFD`)],
    [
      "is a directory",
      (marker) => {
        rmSync(marker);
        mkdirSync(marker);
      },
    ],
    [
      "is a symlink",
      (marker) => {
        renameSync(marker, `${marker}.moved`);
        symlinkSync(`${marker}.moved`, marker);
      },
    ],
    ["is longer than a path", (marker, root) => writeFileSync(marker, `${root}/${"x".repeat(5000)}`)],
  ])("%s", async (_, change) => {
    const home = orphan();
    change(join(dirname(home.repo), ".project_root"), home.root);
    expect(await judgedAt(home, home.repo)).toBe("unidentified root-unusable: keep");
  });
});

describe("stays, unidentified, with a registry that", () => {
  it.each<readonly [string, string, (home: GeminiHome, path: string) => void]>([
    [
      "has another slug for its path",
      "differs",
      (home, path) => registry(home, JSON.stringify({ projects: { [path]: "gone-1" } })),
    ],
    [
      "has its slug for another path",
      "differs",
      (home, path) => registry(home, JSON.stringify({ projects: { [`${path}2`]: "gone" } })),
    ],
    [
      "has its slug for another path too",
      "differs",
      (home, path) => registry(home, JSON.stringify({ projects: { [path]: "gone", [`${path}2`]: "gone" } })),
    ],
    [
      "has its path twice",
      "differs",
      (home, path) => registry(home, `{"projects":{${JSON.stringify(path)}:"gone",${JSON.stringify(path)}:"gone"}}`),
    ],
    [
      "has a list for its path",
      "differs",
      (home, path) => registry(home, JSON.stringify({ projects: { [path]: ["gone"] } })),
    ],
    ["has nothing", "differs", (home) => registry(home, JSON.stringify({ projects: {} }))],
    [
      "has projects twice",
      "unreadable",
      (home, path) => registry(home, `{"projects":{},"projects":{${JSON.stringify(path)}:"gone"}}`),
    ],
    ["has no projects", "unreadable", (home) => registry(home, "{}")],
    ["has a list of projects", "unreadable", (home) => registry(home, `{"projects":[]}`)],
    ["ends too early", "unreadable", (home, path) => registry(home, `{"projects":{${JSON.stringify(path)}:"gone"}`)],
    ["is empty", "unreadable", (home) => registry(home, "")],
    ["is huge", "unreadable", ({ home }) => truncateSync(join(home, "projects.json"), 200 << 20)],
    ["is not there", "unreadable", ({ home }) => rmSync(join(home, "projects.json"))],
    [
      "is a directory",
      "unreadable",
      ({ home }) => {
        rmSync(join(home, "projects.json"));
        mkdirSync(join(home, "projects.json"));
      },
    ],
    [
      "is a symlink",
      "unreadable",
      ({ home }) => {
        renameSync(join(home, "projects.json"), join(home, "moved.json"));
        symlinkSync("moved.json", join(home, "projects.json"));
      },
    ],
  ])("%s", async (_, reason, change) => {
    const home = orphan();
    expect(await judgedAt(home, home.repo)).toBe(REMOVED);
    change(home, home.project("gone"));
    expect(await judgedAt(home, home.repo)).toBe(`unidentified registry-${reason}: keep`);
  });
});

describe("goes with a registry that", () => {
  it.each<readonly [string, (path: string) => string]>([
    [
      "has more than that",
      (path) => JSON.stringify({ version: 2, projects: { "/x": "x", [path]: "gone" }, more: [1] }),
    ],
    ["has another path twice", (path) => `{"projects":{"/x":"x","/x":"y",${JSON.stringify(path)}:"gone"}}`],
    ["begins with a byte order mark", (path) => `\uFEFF${JSON.stringify({ projects: { [path]: "gone" } })}`],
  ])("%s", async (_, text) => {
    const home = orphan();
    registry(home, text(home.project("gone")));
    expect(await judgedAt(home, home.repo)).toBe(REMOVED);
  });
});

it("goes although what was touched last is not what is looked at first", async () => {
  const home = orphan();
  at(join(dirname(home.repo), ".gitconfig"), 3 * HOUR_MS);
  at(join(home.repo, "logs/HEAD"), 2 * HOUR_MS);
  at(join(home.repo, "index"), HOUR_MS);
  const result = await prune(await scan({ ...home.options, disposal: "trash" }), home.options);
  expect(outcomesOf(result).map(([, outcome]) => outcome)).toEqual(["trashed"]);
});

it("keeps one whose marker changes between the plan and the move", async () => {
  const home = orphan();
  const plan = await scan({ ...home.options, disposal: "trash" });
  writeFileSync(join(dirname(home.repo), ".project_root"), home.project("other"));
  expect(outcomesOf(await prune(plan, home.options)).map(([, outcome]) => outcome)).toEqual(["changed"]);
  expect(existsSync(join(home.repo, "HEAD"))).toBe(true);
});

it("keeps what the agent has beside the repository, and restores that with the same bytes and times", async () => {
  const home = orphan();
  const before = fingerprint(home.root);
  const result = await prune(await scan({ ...home.options, disposal: "trash" }), home.options);
  const ignore = (path: string): boolean => path.includes(".history.gc");
  const gone = diff(before, fingerprint(home.root, { ignore })).filter((line) => line.startsWith("- "));
  expect(gone.every((line) => line.includes("history/gone/.git"))).toBe(true);
  expect(gone.some((line) => line.includes("history/gone/.gitconfig") || line.includes(".project_root"))).toBe(false);
  await restore({ ...home.options, ids: outcomesOf(result).map(([id]) => id) });
  expect(diff(before, fingerprint(home.root, { ignore })).filter((line) => !/: dir /.test(line))).toEqual([]);
});

describe("a hash directory", () => {
  it("is an orphan by the path that the registry or a marker has, and unidentified without one", async () => {
    const home = geminiHome();
    const [registered, marked, unknown] = [home.old("registered"), home.old("marked"), home.old("unknown")];
    home.register({ [home.project("registered")]: "registered" });
    mkdirSync(join(home.base, "marked"));
    writeFileSync(join(home.base, "marked/.project_root"), home.project("marked"));
    for (const name of ["registered", "marked", "unknown"]) home.deleteProject(name);
    expect(await judgedAt(home, registered)).toBe(REMOVED);
    expect(await judgedAt(home, marked)).toBe(REMOVED);
    expect(await judgedAt(home, unknown)).toBe("unidentified hash-unknown: keep");
    rmSync(join(home.home, "projects.json"));
    expect(await judgedAt(home, registered)).toBe("unidentified hash-unknown: keep");
    expect(await judgedAt(home, marked)).toBe(REMOVED);
  });

  it.each<readonly [string, (directory: string) => void]>([
    ["a file more", (directory) => writeFileSync(join(directory, "notes.txt"), "mine")],
    ["a marker", (directory) => writeFileSync(join(directory, ".project_root"), "/x")],
    [
      "a directory of a name of the agent's",
      (directory) => {
        rmSync(join(directory, ".gitignore"));
        mkdirSync(join(directory, ".gitignore"));
      },
    ],
    [
      "a repository elsewhere",
      (directory) => {
        renameSync(join(directory, ".git"), join(directory, "../../repo"));
        symlinkSync("../../repo", join(directory, ".git"));
      },
    ],
    ["no HEAD", (directory) => rmSync(join(directory, ".git/HEAD"))],
  ])("with %s is listed as ignored", async (_, change) => {
    const home = geminiHome();
    const { old } = home.upgraded("alpha");
    change(old);
    const plan = await scan(home.options);
    expect(takenPlaces(plan)).toEqual([]);
    expect(plan.bases.flatMap(({ foreign }) => foreign)).toEqual([basename(old)]);
  });

  it("is not a slug, even where marker and registry name it", async () => {
    const home = orphan();
    const name = sha256("any");
    renameSync(dirname(home.repo), join(home.base, name));
    home.register({ [home.project("gone")]: name });
    const plan = await scan(home.options);
    expect(takenPlaces(plan)).toEqual([]);
    expect(plan.bases.flatMap(({ foreign }) => foreign)).toEqual([name]);
  });
});

describe("listed as ignored is", () => {
  it.each<readonly [string, string, (home: GeminiHome, directory: string) => void]>([
    [
      "a directory whose name is not a slug",
      "Gone",
      ({ base }, directory) => renameSync(directory, join(base, "Gone")),
    ],
    [
      "a slug that is a symlink",
      "gone",
      ({ root }, directory) => {
        renameSync(directory, join(root, "elsewhere"));
        symlinkSync(join(root, "elsewhere"), directory);
      },
    ],
    [
      "a repository that is a symlink",
      "gone/.git",
      ({ root }, directory) => {
        renameSync(join(directory, ".git"), join(root, "elsewhere"));
        symlinkSync(join(root, "elsewhere"), join(directory, ".git"));
      },
    ],
    [
      "a repository that is a file",
      "gone/.git",
      (_, directory) => {
        rmSync(join(directory, ".git"), { recursive: true });
        writeFileSync(join(directory, ".git"), "gitdir: /x");
      },
    ],
    [
      "a slug with neither marker nor repository",
      "gone",
      (_, directory) => {
        for (const name of [".git", ".project_root"]) rmSync(join(directory, name), { recursive: true });
      },
    ],
  ])("%s", async (_, shown, change) => {
    const home = orphan();
    change(home, dirname(home.repo));
    const plan = await scan(home.options);
    expect(plan.bases.flatMap(({ entries }) => entries)).toEqual([]);
    expect(plan.bases.flatMap(({ foreign }) => foreign)).toEqual([shown]);
  });

  it("not a marker without a repository, which every project has while checkpoints are off", async () => {
    const home = orphan();
    rmSync(home.repo, { recursive: true });
    const plan = await scan(home.options);
    expect(plan.bases.flatMap(({ entries, foreign }) => [...entries, ...foreign])).toEqual([]);
  });
});

describe("one that is not used any more", () => {
  it.each([
    [".gitconfig", "live workdir-present: keep"],
    [".git/logs/HEAD", "live workdir-present: keep"],
    [".git/index", "live workdir-present: keep"],
    [".project_root", "stale unused: remove"],
    [".git/config", "stale unused: remove"],
  ])("is as young as its %s: %s", async (name, expected) => {
    const home = geminiHome();
    const repo = home.slug("alpha");
    setTimes(dirname(repo), REPOS_NOW - 31 * DAY_MS);
    at(join(dirname(repo), name), DAY_MS);
    expect(await judgedAt(home, repo)).toBe(expected);
  });

  it("is not old where it was put in its place by a copy that kept its times", async () => {
    const home = geminiHome();
    const repo = home.slug("alpha");
    const { birthtimeMs } = statSync(join(repo, "HEAD"));
    const options = { ...home.options, now: () => birthtimeMs + HOUR_MS };
    setTimes(dirname(repo), birthtimeMs - 40 * DAY_MS);
    expect(await judgedAt({ options }, repo)).toMatch(/^stale /);
    setTimes(join(repo, "HEAD"), birthtimeMs - 41 * DAY_MS);
    expect(await judgedAt({ options }, repo)).toMatch(/^live /);
  });

  it("stays while git works in it", async () => {
    const home = geminiHome();
    const repo = home.slug("alpha");
    setTimes(dirname(repo), REPOS_NOW - 31 * DAY_MS);
    writeFileSync(join(repo, "index.lock"), "");
    at(join(repo, "index.lock"), HOUR_MS);
    expect(await judgedAt(home, repo)).toMatch(/\(busy\)$/);
  });
});

it("counts snapshots by its reflog, less the first commit, and says nothing where it has none", async () => {
  const home = geminiHome();
  const [alpha, beta] = [home.slug("alpha"), home.slug("beta")];
  home.snapshot(alpha, "alpha", "second");
  rmSync(join(beta, "logs"), { recursive: true });
  const plan = await scan({ ...home.options, everything: true, snapshots: "all" });
  const entries = plan.bases.flatMap((base) => base.entries);
  const counted = entries.map(({ judged, snapshots }) => [judged.entry.id, snapshots?.count ?? null]);
  expect(Object.fromEntries(counted)).toEqual({ alpha: 2, beta: null });
});

it("finds its home through a symlink, and keeps all where only the snapshots are one: the registry is not beside them", async () => {
  const home = orphan();
  const moved = join(home.root, "disk");
  mkdirSync(moved);
  renameSync(home.home, join(moved, ".gemini"));
  const env = { HOME: home.root, GEMINI_CLI_HOME: join(home.root, "link") };
  symlinkSync(moved, env.GEMINI_CLI_HOME);
  const options = { ...home.options, env };
  expect(takenPlaces(await scan(options))).toEqual(["gone/.git"]);
  cpSync(join(moved, ".gemini/history"), join(home.root, "history"), { recursive: true, preserveTimestamps: true });
  rmSync(join(moved, ".gemini/history"), { recursive: true });
  symlinkSync(join(home.root, "history"), join(moved, ".gemini/history"));
  const plan = await scan(options);
  expect(plan.bases.flatMap(({ entries }) => entries.map(({ judged }) => judged.reason))).toEqual([
    "registry-unreadable",
  ]);
});
