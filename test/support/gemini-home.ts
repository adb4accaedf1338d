// A home with repositories as Gemini CLI keeps them, made step by step with real git, anywhere: of versions before 0.29 in a
// directory with the hash of the project's path, later in one with its slug, to which the first start copies the other.

import { appendFileSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { onTestFinished } from "vitest";
import { type Plan, scan, type ScanOptions } from "../../src/index.ts";
import { sha256 } from "./agents-store.ts";
import { gitScript } from "./git.ts";
import { DAY_MS, removeTree, setTimes } from "./paths.ts";
import { plant } from "./shadow.ts";
import { REPOS_NOW } from "./worktree-repo.ts";

export interface GeminiHome {
  readonly root: string;
  /** `.gemini`. */
  readonly home: string;
  readonly base: string;
  readonly options: ScanOptions;
  /** The path of a project; of `deep/name` the slug is `name`. */
  readonly project: (name: string) => string;
  /** Makes a project, and its directory of a version before 0.29 with a snapshot of two days ago; gives its path. */
  readonly old: (name: string) => string;
  /** Makes a project, its marker, its row of the registry and a repository with a snapshot of a day ago; gives its path. */
  readonly slug: (name: string) => string;
  /** Both, as an upgrade leaves them: the slug has what the old one has, and a snapshot more. */
  readonly upgraded: (name: string) => { readonly old: string; readonly slug: string };
  /** Takes a snapshot in a repository of a project. */
  readonly snapshot: (repo: string, name: string, text: string) => void;
  /** Writes the registry with these rows and those of the slugs. */
  readonly register: (rows: Readonly<Record<string, string>>) => void;
  readonly deleteProject: (name: string) => void;
}

const AUTHOR = { GIT_AUTHOR_NAME: "Gemini CLI", GIT_AUTHOR_EMAIL: "gemini-cli@google.com" };
const ENV = { ...AUTHOR, GIT_COMMITTER_NAME: "Gemini CLI", GIT_COMMITTER_EMAIL: "gemini-cli@google.com" };

export function geminiHome(): GeminiHome {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "cgc-gemini-")));
  onTestFinished(() => removeTree(root));
  const home = join(root, ".gemini");
  const base = join(home, "history");
  mkdirSync(base, { recursive: true });
  mkdirSync(join(root, "projects/other"), { recursive: true });
  const settings = { retention_days: 30, delete_orphans: true };
  const options = { env: { HOME: root }, agent: "gemini", now: () => REPOS_NOW, settings } as const;
  const rows: Record<string, string> = {};
  const project = (name: string): string => join(root, "projects", name);
  const register = (more: Readonly<Record<string, string>>): void =>
    writeFileSync(join(home, "projects.json"), JSON.stringify({ projects: { ...rows, ...more } }, null, 2));
  register({});
  const snapshot = (repo: string, name: string, text: string): void => {
    writeFileSync(join(project(name), "file.txt"), text);
    const place = { repo, workdir: project(name), env: ENV };
    gitScript(place, 'git add --all; git commit -q --allow-empty -m "$1"', text);
  };
  const start = (directory: string, name: string): string => {
    mkdirSync(project(name), { recursive: true });
    mkdirSync(directory, { recursive: true });
    for (const file of [".gitconfig", ".gitconfig_system_empty", ".gitignore"])
      writeFileSync(join(directory, file), "");
    return join(directory, ".git");
  };
  const begin = (repo: string, name: string): void => {
    const place = { repo, workdir: project(name), env: ENV };
    writeFileSync(join(project(name), "file.txt"), `of ${name}`);
    plant(`gemini ${name}`, repo, project(name), () => {
      gitScript(place, "git init -q -b main; git commit -q --allow-empty -m 'Initial commit'");
      snapshot(repo, name, `of ${name}`);
    });
  };
  const mark = (name: string): void => {
    mkdirSync(join(base, basename(name)), { recursive: true });
    writeFileSync(join(base, basename(name), ".project_root"), project(name));
    rows[project(name)] = basename(name);
    register({});
  };
  const old = (name: string): string => {
    const directory = join(base, sha256(project(name)));
    begin(start(directory, name), name);
    setTimes(directory, REPOS_NOW - 2 * DAY_MS);
    return directory;
  };
  const slug = (name: string): string => {
    begin(start(join(base, basename(name)), name), name);
    mark(name);
    setTimes(join(base, basename(name)), REPOS_NOW - DAY_MS);
    return join(base, basename(name), ".git");
  };
  const upgraded = (name: string): { old: string; slug: string } => {
    const from = old(name);
    const repo = start(join(base, basename(name)), name);
    cpSync(join(from, ".git"), repo, { recursive: true });
    mark(name);
    snapshot(repo, name, "after the upgrade");
    setTimes(join(base, basename(name)), REPOS_NOW - DAY_MS);
    return { old: from, slug: repo };
  };
  const deleteProject = (name: string): void => rmSync(project(name), { recursive: true });
  return { root, home, base, options, project, old, slug, upgraded, snapshot, register, deleteProject };
}

/** Verdict, reason, rule, action and holds of the entry at a path, as a sweep with these options judges it. */
export async function judgedAt({ options }: Pick<GeminiHome, "options">, path: string): Promise<string> {
  return rowAt(await scan(options), path);
}

export function rowAt(plan: Plan, path: string): string {
  const rows = plan.bases.flatMap(({ entries }) => entries);
  const row = rows.find(({ judged }) => judged.entry.members[0].path === path);
  if (row === undefined) return "no entry";
  const { judged, ruling } = row;
  const held = ruling.holds.map(({ code }) => ` (${code})`).join("");
  return `${judged.verdict} ${judged.reason}: ${ruling.action}${held}`;
}

/** Adds a line to a file of a repository, and leaves its time a day before an upgrade. */
export function append(path: string, text: string): void {
  appendFileSync(path, text);
  setTimes(path, REPOS_NOW - 2 * DAY_MS);
}
