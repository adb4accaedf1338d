// The golden stores of other agents' snapshots: written by the real programs, kept in test/fixtures/agents/. The paths that
// they recorded are below /srv/agents-golden/. Unpacked anywhere else, every recorded path follows: core.worktree, alternates,
// markers and registries, and the names that are made of a path. The times of the files are part of them. All ages are at `AGENTS_NOW`.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { PROJECT, removeTree } from "./paths.ts";

/** 2026-11-26T16:00:00Z, in ms. */
export const AGENTS_NOW = 1_795_708_800_000;

const RECORDED = "/srv/agents-golden";

export interface AgentsStore {
  readonly root: string;
  readonly home: string;
  readonly projects: string;
}

export function sha1(text: string): string {
  return createHash("sha1").update(text, "utf8").digest("hex");
}

/** The name of a repository of versions before 1.0. */
function slugOf(path: string): string {
  return path.replace(/^\//, "").replaceAll("/", "-");
}

/** The name that Cline gives to the repository of a path. */
export function hash31(path: string): string {
  // Units of UTF-16, of which some characters have two.
  return String(path.split("").reduce((hash, unit) => (Math.imul(hash, 31) + unit.charCodeAt(0)) >>> 0, 0));
}

/** Unpacks one, times kept, into a temporary directory. */
export function unpackAgents(name: "gemini" | "opencode" | "kilo" | "cline-roo"): AgentsStore {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "cgc-agents-")));
  onTestFinished(() => removeTree(root));
  const archive = join(PROJECT, "test/fixtures/agents", `${name}.tar.gz`);
  const tar = spawnSync("tar", ["-xzpf", archive, "-C", root, "--no-same-owner"], { encoding: "utf8" });
  if (tar.status !== 0) throw new Error(`tar -xzpf ${archive}: ${tar.error?.message ?? tar.stderr}`);
  const home = join(root, "home");
  const repos = readdirSync(home, { recursive: true, encoding: "utf8" })
    .filter((path) => basename(path) === "HEAD" && existsSync(join(home, dirname(path), "config")))
    .map((path) => join(home, dirname(path)));
  // Those inside others first, since their paths begin with those of the outer ones.
  for (const repo of repos.toSorted((a, b) => b.length - a.length)) relocate(repo, root);
  const projects = join(root, "projects");
  if (name === "gemini") relocateMarked(join(home, ".gemini"), projects);
  return { root, home, projects };
}

export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** Paths in markers and in the registry, and names that are a hash of one. */
function relocateMarked(home: string, projects: string): void {
  const files = readdirSync(home, { recursive: true, encoding: "utf8" });
  const named = files.filter((path) => [".project_root", "projects.json"].includes(basename(path)));
  for (const path of named) rewrite(join(home, path), dirname(projects));
  const names = ["alpha", "alpha-clone", "alpha-wt", "beta", "doomed", "plain"];
  for (const name of names) {
    const before = join(home, "history", sha256(`${RECORDED}/projects/${name}`));
    if (existsSync(before)) move(before, join(dirname(before), sha256(join(projects, name))));
  }
}

function relocate(repo: string, root: string): void {
  const config = readFileSync(join(repo, "config"), "utf8");
  const [, before] = /^\s*worktree = (.*)$/m.exec(config) ?? [];
  for (const file of ["config", "objects/info/alternates"]) rewrite(join(repo, file), root);
  if (before === undefined) return;
  const after = before.replace(RECORDED, root);
  const name = basename(repo);
  if (name === sha1(before)) move(repo, join(dirname(repo), sha1(after)));
  const project = dirname(repo);
  if (basename(project) === slugOf(before)) move(project, join(dirname(project), slugOf(after)));
  if (basename(project) === hash31(before)) move(project, join(dirname(project), hash31(after)));
}

function rewrite(file: string, root: string): void {
  if (!existsSync(file)) return;
  keepingTimes(dirname(file), () =>
    keepingTimes(file, () => writeFileSync(file, readFileSync(file, "utf8").replaceAll(RECORDED, root))),
  );
}

function move(from: string, to: string): void {
  keepingTimes(dirname(from), () => renameSync(from, to));
}

function keepingTimes(path: string, change: () => void): void {
  const { atime, mtime } = statSync(path);
  change();
  utimesSync(path, atime, mtime);
}
