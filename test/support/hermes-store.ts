// The single store of newer Hermes versions, made and used with Hermes' own sequence of commands: read-tree, add -A,
// write-tree, commit-tree, update-ref, all with an index of the project's own. A store that these no longer work on is
// broken, whatever git fsck says.

import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { git, gitScript } from "./git.ts";
import { hash16 } from "./paths.ts";
import { type Files, plant, writeFiles } from "./shadow.ts";

export interface StoreProject {
  readonly id: string;
  readonly workdir: string;
  readonly ref: string;
  /** Paths of what the store keeps of it. */
  readonly json: string;
  readonly index: string;
  readonly ledger: string;
}

export interface HermesStore {
  readonly path: string;
  readonly base: string;
  project(workdir: string): StoreProject;
  /** Takes a snapshot; gives its commit, or null where nothing had changed. `at`: when, in ms. */
  snapshot(workdir: string, files?: Files, at?: number): string | null;
  /** Commits of a project, newest first. */
  list(workdir: string): readonly string[];
  /** What a snapshot of a project has in a file. */
  show(commit: string, file: string): string;
  /** Rewrites keys of a project's JSON; null deletes one. */
  amend(workdir: string, fields: Readonly<Record<string, unknown>>): void;
  tip(workdir: string): string | null;
}

/** `git init --bare` and what Hermes sets, where there is no store yet. */
export function hermesStore(base: string): HermesStore {
  const path = join(base, "store");
  const project = (workdir: string): StoreProject => {
    const id = hash16(workdir);
    return {
      id,
      workdir,
      ref: `refs/hermes/${id}`,
      json: join(path, "projects", `${id}.json`),
      index: join(path, "indexes", id),
      ledger: join(path, "ledgers", `${id}.json`),
    };
  };
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) init(path);

  const list = (workdir: string): readonly string[] => {
    const found = tipOf(path, project(workdir));
    return found === null ? [] : git({ repo: path }, "rev-list", found).split("\n");
  };
  return {
    path,
    base,
    project,
    list,
    snapshot: (workdir, files = {}, at = Date.now()) => takeSnapshot(path, project(workdir), files, at),
    show: (commit, file) => git({ repo: path }, "show", `${commit}:${file}`),
    amend(workdir, fields) {
      const { json } = project(workdir);
      const before = JSON.parse(readFileSync(json, "utf8")) as Record<string, unknown>;
      const after = Object.entries({ ...before, ...fields }).filter(([, value]) => value !== null);
      writeFileSync(json, JSON.stringify(Object.fromEntries(after)));
    },
    tip: (workdir) => tipOf(path, project(workdir)),
  };
}

function init(path: string): void {
  plant("store", path, null, () => {
    git({ repo: path }, "init", "--quiet", "--bare");
    for (const [key, value] of [
      ["user.email", "hermes@local"],
      ["user.name", "Hermes Checkpoint"],
      ["commit.gpgsign", "false"],
      ["tag.gpgSign", "false"],
      ["gc.auto", "0"],
    ] as const)
      git({ repo: path }, "config", key, value);
    for (const name of ["indexes", "projects", "ledgers", "info"]) mkdirSync(join(path, name), { recursive: true });
  });
}

function tipOf(path: string, { ref }: StoreProject): string | null {
  const found = git({ repo: path }, "for-each-ref", "--format=%(objectname)", ref);
  return found === "" ? null : found;
}

/** $1 ref, $2 its commit before or nothing. Prints the commit, or nothing where the tree is the same. */
const SNAPSHOT = `
  if [ -n "$2" ]; then git read-tree "$2"; fi
  git add -A
  tree=$(git write-tree)
  if [ -z "$2" ]; then
    commit=$(git commit-tree "$tree" -m 'before write_file')
  else
    if [ "$(git rev-parse "$2^{tree}")" = "$tree" ]; then exit; fi
    commit=$(git commit-tree "$tree" -p "$2" -m 'before write_file')
  fi
  git update-ref "$1" "$commit" "\${2:-${"0".repeat(40)}}"
  printf %s "$commit"`;

function takeSnapshot(path: string, project: StoreProject, files: Files, at: number): string | null {
  const { workdir, ref, index, json, ledger } = project;
  mkdirSync(workdir, { recursive: true });
  writeFiles(workdir, files);
  const date = `${Math.floor(at / 1000)} +0000`;
  const place = {
    repo: path,
    workdir,
    env: { GIT_INDEX_FILE: index, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  };
  const commit = gitScript(place, SNAPSHOT, ref, tipOf(path, project) ?? "");
  touch(json, workdir, at);
  if (commit === "") return null;
  writeFileSync(ledger, JSON.stringify({ [join(workdir, "a.txt")]: { sha256: "0".repeat(64), ts: at / 1000 } }));
  return commit;
}

/** In place and on one line, as Hermes does. */
function touch(json: string, workdir: string, at: number): void {
  const parent = lstatSync(dirname(workdir), { bigint: true });
  const created = readdirSync(dirname(json)).includes(json.slice(dirname(json).length + 1))
    ? (JSON.parse(readFileSync(json, "utf8")) as { created_at: number }).created_at
    : at / 1000;
  const fields = {
    workdir,
    created_at: created,
    last_touch: at / 1000,
    workdir_parent_dev: Number(parent.dev),
    workdir_parent_ino: Number(parent.ino),
  };
  writeFileSync(json, JSON.stringify(fields));
}
