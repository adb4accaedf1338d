// A world is a temporary Hermes home with real shadow repos, and the directories they are about, on disk exactly as
// Hermes leaves them:
//
//   <root>                      also $HOME for the commands that are run in it
//     .hermes/                  home
//       config.yaml             settings()
//       checkpoints/            base
//         <hash16>/             repo()
//         store/  legacy-*/     store(), legacy(): never touched by the tool
//       profiles/<name>/        profile(): a world of its own with the same work/
//     work/                     the workdirs, beside one plain file, so that no workdir's parent is ever empty
//
// Removing a repo's workdir leaves its parent populated (an orphan), unless the test asks for something else.

import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { git } from "./git.ts";
import { DAY_MS, hash16, removeTree, setTimes } from "./paths.ts";
import { type Files, filesOfTurn, makeShadow, plantShadow, setWorktree, takeSnapshot, writeFiles } from "./shadow.ts";

/** What becomes of the workdir once the repo is made. */
export type WorkdirFate =
  | "keep"
  | "delete" // deleted, its parent lists other names: an orphan
  | "delete-parent" // deleted with the directory above it: unreachable
  | "empty-parent" // deleted, nothing is left in its parent: unreachable
  | "file" // a file is in its place: present
  | "symlink"; // moved away, a symlink is in its place: unreachable

export interface RepoOptions {
  /** Default 2; 0 is a repo that was initialised and never committed. */
  readonly snapshots?: number;
  /** Age of everything in the repo, itself included; default 0. */
  readonly ageDays?: number;
  readonly workdir?: WorkdirFate;
  /** Files of the workdir, and with it real git in place of the copied template. */
  readonly files?: Files;
  /** Real git in place of the copied template. */
  readonly real?: boolean;
  /** Name of the repo in the base, in place of the hash of its workdir. */
  readonly id?: string;
  /** Content of HERMES_WORKDIR in place of the workdir and a newline; null: no such file. */
  readonly marker?: string | Buffer | null;
  /** Value of core.worktree in place of the workdir; null: no such line. */
  readonly worktree?: string | null;
  /** Further files of the repo itself (a lock, an alternates file, a large pack). */
  readonly inside?: Files;
}

export interface ShadowRepo {
  readonly name: string;
  readonly id: string;
  readonly path: string;
  readonly workdir: string;
}

export interface WorldOptions {
  /** `test` (default): disposed of when the running test ends. `manual`: the caller calls `dispose()`. */
  readonly scope?: "test" | "manual";
}

export interface World {
  readonly root: string;
  readonly home: string;
  readonly base: string;
  readonly work: string;
  /** Makes a shadow repo. `name` is a path below `work`, or an absolute one. */
  repo(name: string, options?: RepoOptions): ShadowRepo;
  /** Takes one more snapshot with real git, after writing the files. */
  snapshot(repo: ShadowRepo, files?: Files): void;
  /** Sets all times below a repo or path, itself included, to so many days ago, or to a moment (ms). */
  age(target: ShadowRepo | string, when: number | { readonly at: number }): void;
  freshen(target: ShadowRepo | string): void;
  removeWorkdir(repo: ShadowRepo): void;
  restoreWorkdir(repo: ShadowRepo): void;
  /** Sets keys of a block of config.yaml; earlier ones stay. */
  settings(values: Readonly<Record<string, unknown>>, block?: "checkpoints" | "checkpoint_gc"): void;
  /** Writes config.yaml as it is given. */
  config(text: string | Buffer): void;
  /** A profile of this home: a world with its own settings and base, and the same work directory. */
  profile(name: string): World;
  /** Writes `.last_prune`: epoch seconds, or any text. */
  marker(content: number | string | Buffer): string;
  /** Makes `store/`, the newer single store, with one project for each workdir name. */
  store(projects?: readonly string[]): string;
  /** Makes a `legacy-*` archive with one shadow repo, a stray file and a directory that is not a repo. */
  legacy(stamp?: string): string;
  /** Puts a plain file into the base. */
  stray(name: string, content?: string): string;
  dispose(): void;
}

export function world(options: WorldOptions = {}): World {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "cgc-")));
  const work = join(root, "work");
  writeFiles(work, { "notes.txt": "A neighbour, so that work/ is never empty.\n" });
  const made = worldAt(root, join(root, ".hermes"), work);
  if (options.scope !== "manual") onTestFinished(() => made.dispose());
  return made;
}

function worldAt(root: string, home: string, work: string): World {
  const base = join(home, "checkpoints");
  const blocks = new Map<string, Record<string, unknown>>();
  mkdirSync(base, { recursive: true });

  const self: World = {
    root,
    home,
    base,
    work,
    repo: (name, options) => addRepo(base, work, name, options ?? {}),
    snapshot(repo, files) {
      writeFiles(repo.workdir, files ?? filesOfTurn(100));
      takeSnapshot(repo.path, repo.workdir, "before write_file");
    },
    age(target, when) {
      const at = typeof when === "number" ? Date.now() - when * DAY_MS : when.at;
      setTimes(typeof target === "string" ? target : target.path, at);
    },
    freshen: (target) => self.age(target, 0),
    removeWorkdir: (repo) => removeTree(repo.workdir),
    restoreWorkdir: (repo) => writeFiles(repo.workdir, filesOfTurn(1)),
    settings(values, block = "checkpoints") {
      blocks.set(block, { ...blocks.get(block), ...values });
      // JSON is YAML: nothing here depends on the library that reads it.
      self.config([...blocks].map(([name, keys]) => `${name}: ${JSON.stringify(keys)}\n`).join(""));
    },
    config: (text) => writeFileSync(join(home, "config.yaml"), text),
    profile: (name) => worldAt(root, join(home, "profiles", name), work),
    marker(content) {
      const path = join(base, ".last_prune");
      writeFileSync(path, typeof content === "number" ? String(content) : content);
      return path;
    },
    store: (projects) => addStore(base, work, projects ?? ["in-store"]),
    legacy: (stamp) => addLegacy(base, work, stamp ?? "20260601-101500"),
    stray(name, content) {
      writeFileSync(join(base, name), content ?? "stray\n");
      return join(base, name);
    },
    dispose: () => removeTree(root),
  };
  return self;
}

function addRepo(base: string, work: string, name: string, options: RepoOptions): ShadowRepo {
  const fate = options.workdir ?? "keep";
  const lonely = fate === "delete-parent" || fate === "empty-parent";
  const workdir = isAbsolute(name) ? name : resolve(work, lonely && !name.includes("/") ? `${name}-parent` : ".", name);
  const id = options.id ?? hash16(workdir);
  const repo = { name, id, path: join(base, id), workdir };
  const snapshots = options.snapshots ?? 2;

  if (options.files !== undefined || options.real === true) {
    makeShadow(repo.path, workdir, snapshots, options.files ?? null);
  } else {
    plantShadow(repo.path, workdir, snapshots);
  }
  if (options.worktree !== undefined) setWorktree(repo.path, options.worktree);
  if (options.marker === null) rmSync(join(repo.path, "HERMES_WORKDIR"));
  else if (options.marker !== undefined) writeFileSync(join(repo.path, "HERMES_WORKDIR"), options.marker);
  if (options.inside !== undefined) writeFiles(repo.path, options.inside);
  meet(fate, workdir);
  setTimes(repo.path, Date.now() - (options.ageDays ?? 0) * DAY_MS);
  return repo;
}

function meet(fate: WorkdirFate, workdir: string): void {
  switch (fate) {
    case "keep":
      return;
    case "delete":
    case "empty-parent":
      return removeTree(workdir);
    case "delete-parent":
      return removeTree(dirname(workdir));
    case "file":
      removeTree(workdir);
      return writeFileSync(workdir, "A file where a directory was.\n");
    case "symlink":
      renameSync(workdir, `${workdir}-moved`);
      return symlinkSync(`${workdir}-moved`, workdir);
  }
}

/** The single store of newer versions: real git, one commit for each project. Live workdirs. */
function addStore(base: string, work: string, projects: readonly string[]): string {
  const repo = join(base, "store");
  git({ repo }, "init", "--quiet", "--bare");
  git({ repo }, "config", "user.email", "hermes@local");
  git({ repo }, "config", "user.name", "Hermes Checkpoint");
  git({ repo }, "config", "gc.auto", "0");
  const tree = git({ repo }, "mktree");
  const seconds = Date.now() / 1000;
  for (const name of projects) {
    const workdir = resolve(work, name);
    writeFiles(workdir, filesOfTurn(1));
    git(
      { repo },
      "update-ref",
      `refs/hermes/${hash16(workdir)}`,
      git({ repo }, "commit-tree", tree, "-m", "before write_file"),
    );
    const project = { workdir, created_at: seconds, last_touch: seconds };
    writeFiles(repo, {
      [`projects/${hash16(workdir)}.json`]: JSON.stringify(project),
      [`indexes/${hash16(workdir)}`]: "DIRC",
      [`ledgers/${hash16(workdir)}.json`]: "{}",
    });
  }
  return repo;
}

function addLegacy(base: string, work: string, stamp: string): string {
  const archive = join(base, `legacy-${stamp}`);
  addRepo(archive, work, `archived-${basename(stamp)}`, {});
  addRepo(archive, work, `archived-gone-${basename(stamp)}`, { workdir: "delete", ageDays: 90 });
  writeFiles(archive, { "stray.txt": "stray\n", "not-a-repo/file.txt": "not a repo\n" });
  return archive;
}
