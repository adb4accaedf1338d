// Temporary files of git in repositories of worktrees: what goes, and its near twins that stay.

import { closeSync, existsSync, mkdirSync, openSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { prune, restore, scan } from "../../../src/index.ts";
import { sha1 } from "../../support/agents-store.ts";
import { outcomesOf } from "../../support/session-store.ts";
import { at, leave, PROJECT_ID, takenPlaces, worktreeHome, type WorktreeHome } from "../../support/worktree-repo.ts";

const HOUR = 3_600_000;
const OLD = 25 * HOUR;
const YOUNG = 23 * HOUR;

/** What a run would take, below the repository. */
async function taken({ base, options }: WorktreeHome, repo: string): Promise<readonly string[]> {
  return takenPlaces(await scan(options)).map((place) => relative(repo, join(base, place)));
}

it.each([
  "objects/pack/tmp_pack_Ab12Cd",
  "objects/pack/tmp_idx_Ab12Cd",
  "objects/pack/tmp_rev_Ab12Cd",
  "objects/pack/.tmp-4711-pack-5954955fca6b0c545a0d0c4683e7dd53ab4340df.pack",
])("%s goes a day after it was written, in a repository that is in use", async (name) => {
  const home = worktreeHome();
  const repo = home.repo("alpha");
  leave(join(repo, name), OLD);
  expect(await taken(home, repo)).toEqual([name]);
  at(join(repo, name), YOUNG);
  expect(await taken(home, repo)).toEqual([]);
});

it.each(["index.lock", "gc.pid", "objects/pack/tmp_pack_Zz99Yy"])(
  "a temporary object goes a day after it was written where a git was killed, which an old %s shows",
  async (sign) => {
    const home = worktreeHome();
    const repo = home.repo("alpha");
    leave(join(repo, "objects/0f/tmp_obj_Ab12Cd"), OLD);
    // Without a sign of that the directories of objects are not listed.
    expect(await taken(home, repo)).toEqual([]);
    leave(join(repo, sign), OLD);
    const others = sign.startsWith("objects/") ? [sign] : [];
    expect(await taken(home, repo)).toEqual(["objects/0f/tmp_obj_Ab12Cd", ...others]);
    at(join(repo, "objects/0f/tmp_obj_Ab12Cd"), YOUNG);
    expect(await taken(home, repo)).toEqual(others);
  },
);

it.each([
  "objects/pack/pack-5954955fca6b0c545a0d0c4683e7dd53ab4340df.pack",
  "objects/pack/pack-5954955fca6b0c545a0d0c4683e7dd53ab4340df.idx",
  "objects/pack/tmp_pack_",
  "objects/pack/tmp_pack_Ab.12",
  "objects/pack/my_tmp_pack_Ab12Cd",
  "objects/pack/tmp_obj_Ab12Cd",
  "objects/tmp_pack_Ab12Cd",
  "objects/0f/tmp_pack_Ab12Cd",
  "objects/0f/954955fca6b0c545a0d0c4683e7dd53ab4340d",
  "objects/info/tmp_obj_Ab12Cd",
  "tmp_pack_Ab12Cd",
  "info/tmp_pack_Ab12Cd",
])("%s stays, however old it is", async (name) => {
  const home = worktreeHome();
  const repo = home.repo("alpha");
  leave(join(repo, name), 400 * OLD);
  expect(await taken(home, repo)).toEqual([]);
});

it("a quarantine of objects goes when the newest file in it is a day old, where a git was killed", async () => {
  const home = worktreeHome();
  const repo = home.repo("alpha");
  const name = "objects/tmp_objdir-incoming-Ab12Cd";
  leave(join(repo, name, "pack", "pack-1.pack"), OLD);
  at(join(repo, name, "pack"), OLD);
  at(join(repo, name), OLD);
  // Without a sign of that nothing but packs is looked for.
  expect(await taken(home, repo)).toEqual([]);
  leave(join(repo, "index.lock"), OLD);
  expect(await taken(home, repo)).toEqual([name]);
  at(join(repo, name, "pack", "pack-1.pack"), YOUNG);
  expect(await taken(home, repo)).toEqual([]);
});

it.each(["symlink", "directory"])("a %s of the name of a temporary pack stays", async (what) => {
  const home = worktreeHome();
  const repo = home.repo("alpha");
  const path = join(repo, "objects/pack/tmp_pack_Ab12Cd");
  if (what === "symlink") symlinkSync(leave(join(home.root, "elsewhere"), OLD), path);
  else mkdirSync(path);
  at(path, OLD);
  expect(await taken(home, repo)).toEqual([]);
});

it.each(["objects", "objects/pack"])("a temporary pack behind a link in the place of %s stays", async (linked) => {
  const home = worktreeHome();
  const [repo, twin] = [home.repo("alpha"), home.repo("beta")];
  for (const each of [repo, twin]) leave(join(each, "objects/pack/tmp_pack_Ab12Cd"), OLD);
  const elsewhere = join(home.root, "elsewhere");
  renameSync(join(repo, linked), elsewhere);
  symlinkSync(elsewhere, join(repo, linked));
  const places = takenPlaces(await scan(home.options));
  expect(places.map((place) => join(home.base, place))).toEqual([join(twin, "objects/pack/tmp_pack_Ab12Cd")]);
});

describe("while git may be at work in the repository", () => {
  it.each(["gc.pid", "index.lock", "packed-refs.lock", "anything.lock"])("a young %s holds it", async (lock) => {
    const home = worktreeHome();
    const repo = home.repo("alpha");
    leave(join(repo, "objects/pack/tmp_pack_Ab12Cd"), OLD);
    leave(join(repo, lock), YOUNG);
    expect(await taken(home, repo)).toEqual([]);
    // One that was left behind does not, and stays: it is not a temporary file.
    at(join(repo, lock), OLD);
    expect(await taken(home, repo)).toEqual(["objects/pack/tmp_pack_Ab12Cd"]);
  });

  it.skipIf(process.platform !== "linux")("a process that has the file open holds it", async () => {
    const home = worktreeHome();
    const repo = home.repo("alpha");
    const path = leave(join(repo, "objects/pack/tmp_pack_Ab12Cd"), OLD);
    await forgetOpenFiles();
    const descriptor = openSync(path, "r");
    try {
      expect(await taken(home, repo)).toEqual([]);
    } finally {
      closeSync(descriptor);
    }
    await forgetOpenFiles();
    expect(await taken(home, repo)).toEqual(["objects/pack/tmp_pack_Ab12Cd"]);
  });

  it("a lock that appears between the plan and the move keeps it", async () => {
    const home = worktreeHome();
    const repo = home.repo("alpha");
    const path = leave(join(repo, "objects/pack/tmp_pack_Ab12Cd"), OLD);
    const plan = await scan({ ...home.options, disposal: "trash" });
    leave(join(repo, "gc.pid"), 0);
    expect(outcomesOf(await prune(plan, home.options)).map(([, outcome]) => outcome)).toEqual(["changed"]);
    expect(existsSync(path)).toBe(true);
  });
});

describe("only in a repository that is recognised", () => {
  const NAME = "objects/pack/tmp_pack_Ab12Cd";

  it.each<readonly [string, (home: WorktreeHome) => string]>([
    ["is named for another directory", (home) => home.repo("alpha", () => `${PROJECT_ID}/${sha1("/elsewhere")}`)],
    ["lies too deep", (home) => home.repo("alpha", (worktree) => `${PROJECT_ID}/x/${sha1(worktree)}`)],
    ["is in a directory of no project", (home) => home.repo("alpha", (worktree) => `mine/${sha1(worktree)}`)],
    [
      "has a relative directory",
      (home) => configured(home.repo("alpha"), "[core]\n\trepositoryformatversion = 0\n\tworktree = ../alpha\n"),
    ],
    [
      "has a directory with ~",
      (home) =>
        configured(
          home.repo("~/x", () => `${PROJECT_ID}/${sha1("~/x")}`),
          "[core]\n\tworktree = ~/x\n",
        ),
    ],
    [
      "includes another file in its config",
      (home) => {
        const repo = home.repo("alpha");
        return configured(
          repo,
          `[core]\n\tworktree = ${join(home.root, "projects/alpha")}\n[include]\n\tpath = more\n`,
        );
      },
    ],
    [
      "includes another file in its config on a condition",
      (home) => {
        const repo = home.repo("alpha");
        const worktree = join(home.root, "projects/alpha");
        return configured(repo, `[core]\n\tworktree = ${worktree}\n[includeIf "gitdir:/x/"]\n\tpath = more\n`);
      },
    ],
    [
      "has no HEAD",
      (home) => {
        const repo = home.repo("alpha");
        renameSync(join(repo, "HEAD"), join(repo, "HEAD.before"));
        return repo;
      },
    ],
    [
      "is of an older layout and names no directory",
      (home) =>
        configured(
          home.repo("alpha", () => PROJECT_ID),
          "",
        ),
    ],
  ])("one that %s is left alone", async (_, make) => {
    const home = worktreeHome();
    const repo = make(home);
    leave(join(repo, NAME), OLD);
    expect(await taken(home, repo)).toEqual([]);
    // Its twin is taken in the same run.
    const twin = home.repo("twin");
    leave(join(twin, NAME), OLD);
    expect(await taken(home, twin)).toEqual([NAME]);
  });

  it.each(["project", "repository"])("a %s that is a symlink is left alone", async (what) => {
    const home = worktreeHome();
    const repo = home.repo("alpha");
    leave(join(repo, NAME), OLD);
    expect(await taken(home, repo)).toEqual([NAME]);
    const moved = what === "project" ? join(home.base, PROJECT_ID) : repo;
    renameSync(moved, join(home.root, "moved"));
    symlinkSync(join(home.root, "moved"), moved);
    expect(await taken(home, repo)).toEqual([]);
  });

  it.each(["5954955fca6b0c545a0d0c4683e7dd53ab4340df", "global"])("one of the older layout, %s", async (id) => {
    const home = worktreeHome();
    const repo = home.repo("alpha", () => id);
    const inner = home.repo("beta", (worktree) => `${id}/${sha1(worktree)}`);
    leave(join(repo, NAME), OLD);
    leave(join(inner, NAME), OLD);
    expect(await taken(home, repo)).toEqual([`${sha1(join(home.root, "projects/beta"))}/${NAME}`, NAME].toSorted());
  });

  it("one of a fork, which is found by what it has", async () => {
    const home = worktreeHome("shuvcode");
    const repo = home.repo("alpha");
    leave(join(repo, NAME), OLD);
    expect(await taken(home, repo)).toEqual([NAME]);
  });

  it("not one in a directory of data that only has a directory of that name", async () => {
    const home = worktreeHome("photos");
    leave(join(home.base, "2026", NAME), OLD);
    const { bases } = await scan(home.options);
    expect(bases.map(({ ref }) => basename(ref.home))).not.toContain("photos");
  });

  it("not one in a format that is not supported", async () => {
    const home = worktreeHome();
    const repo = home.repo("alpha");
    const worktree = join(home.root, "projects/alpha");
    leave(join(repo, NAME), OLD);
    configured(repo, `[core]\n\trepositoryformatversion = 1\n\tworktree = ${worktree}\n[extensions]\n\tnewthing = 1\n`);
    expect(await taken(home, repo)).toEqual([]);
  });
});

it("is moved to the trash alone, with the kind in collect, and comes back with the same bytes", async () => {
  const home = worktreeHome();
  const repo = home.repo("alpha");
  const path = leave(join(repo, "objects/pack/tmp_pack_Ab12Cd"), OLD, "a pack that was cut off");
  const { agent: _, ...others } = home.options;
  expect(takenPlaces(await scan(others))).toEqual([]);
  const options = { ...others, settings: { collect: ["opencode-temporary"] } };
  const result = await prune(await scan({ ...options, disposal: "trash" }), options);
  expect(outcomesOf(result).map(([, outcome]) => outcome)).toEqual(["trashed"]);
  expect(existsSync(path)).toBe(false);
  const back = await restore({ ...home.options, ids: outcomesOf(result).map(([id]) => id) });
  expect(back.rows.map(({ outcome }) => outcome)).toEqual(["restored"]);
  expect(await taken(home, repo)).toEqual([]);
  expect(existsSync(path)).toBe(true);
});

/** What processes have open is remembered for a quarter of a second. */
async function forgetOpenFiles(): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 300);
  });
}

function configured(repo: string, text: string): string {
  writeFileSync(join(repo, "config"), text);
  return repo;
}
