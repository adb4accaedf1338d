// One shadow repo, exactly as Hermes makes it: `git init` with GIT_DIR and GIT_WORK_TREE, the settings, info/exclude,
// HERMES_WORKDIR last; a snapshot is `git add -A` and a commit. Real git takes about 50 ms for a repo with two
// snapshots, so one is made for each number of snapshots and kept in memory; the others are written from there.

import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { git } from "./git.ts";
import { removeTree } from "./paths.ts";

/** The 20 lines of `info/exclude` in the golden store. */
const EXCLUDE = [
  "node_modules/",
  "dist/",
  "build/",
  ".env",
  ".env.*",
  ".env.local",
  ".env.*.local",
  "__pycache__/",
  "*.pyc",
  "*.pyo",
  ".DS_Store",
  "*.log",
  ".cache/",
  ".next/",
  ".nuxt/",
  "coverage/",
  ".pytest_cache/",
  ".venv/",
  "venv/",
  ".git/",
];

export type Files = Readonly<Record<string, string | Buffer>>;

export function writeFiles(directory: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
}

/** `git init` and what Hermes writes before the first snapshot. */
function initShadow(repo: string, workdir: string): void {
  const place = { repo, workdir };
  mkdirSync(dirname(repo), { recursive: true });
  git(place, "init", "--quiet");
  git(place, "config", "user.email", "hermes@local");
  git(place, "config", "user.name", "Hermes Checkpoint");
  git(place, "config", "commit.gpgsign", "false");
  git(place, "config", "tag.gpgSign", "false");
  mkdirSync(join(repo, "info"), { recursive: true });
  writeFileSync(join(repo, "info", "exclude"), `${EXCLUDE.join("\n")}\n`);
  writeFileSync(join(repo, "HERMES_WORKDIR"), `${workdir}\n`);
}

export function takeSnapshot(repo: string, workdir: string, reason: string): void {
  git({ repo, workdir }, "add", "-A");
  git({ repo, workdir }, "commit", "--quiet", "-m", reason, "--allow-empty-message", "--allow-empty");
}

/** What the workdir holds before its n-th snapshot. */
export function filesOfTurn(turn: number): Files {
  return {
    "README.md": "A project.\n",
    "src/main.py": Array.from({ length: turn }, (_, n) => `print("turn ${n + 1}")\n`).join(""),
    [`src/f${turn}.txt`]: `written in turn ${turn}\n`,
  };
}

/** Makes a shadow repo with real git: as many snapshots as asked, with the given files in each. */
export function makeShadow(repo: string, workdir: string, snapshots: number, files: Files | null): void {
  mkdirSync(workdir, { recursive: true });
  initShadow(repo, workdir);
  if (files !== null) writeFiles(workdir, files);
  for (let turn = 1; turn <= snapshots; turn++) {
    if (files === null || turn > 1) writeFiles(workdir, filesOfTurn(turn));
    takeSnapshot(repo, workdir, `before write_file (turn ${turn})`);
  }
}

/** A file or a directory of a tree that is kept in memory. */
interface Piece {
  readonly name: string;
  readonly mode: number;
  /** Null for a directory. */
  readonly content: Buffer | null;
}

interface Template {
  readonly repo: readonly Piece[];
  readonly workdir: readonly Piece[];
  readonly recorded: string;
}

function* readPieces(directory: string, prefix = ""): Generator<Piece> {
  for (const name of readdirSync(directory).toSorted()) {
    const path = join(directory, name);
    const { mode } = lstatSync(path);
    if (lstatSync(path).isDirectory()) {
      yield { name: join(prefix, name), mode: mode & 0o777, content: null };
      yield* readPieces(path, join(prefix, name));
    } else {
      yield { name: join(prefix, name), mode: mode & 0o777, content: readFileSync(path) };
    }
  }
}

function writePieces(directory: string, pieces: readonly Piece[]): void {
  mkdirSync(directory, { recursive: true });
  for (const { name, mode, content } of pieces) {
    const path = join(directory, name);
    if (content === null) mkdirSync(path, { recursive: true });
    else writeFileSync(path, content, { mode });
    chmodSync(path, mode);
  }
}

const templates = new Map<number, Template>();

function templateFor(snapshots: number): Template {
  const known = templates.get(snapshots);
  if (known !== undefined) return known;
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), "cgc-template-")));
  try {
    const repo = join(scratch, "repo");
    const workdir = join(scratch, "workdir");
    makeShadow(repo, workdir, snapshots, null);
    const template = { repo: [...readPieces(repo)], workdir: [...readPieces(workdir)], recorded: workdir };
    templates.set(snapshots, template);
    return template;
  } finally {
    removeTree(scratch);
  }
}

/** A value as git writes it to a config file. */
function configValue(value: string): string {
  const escaped = value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  return /^ | $|[;#]/.test(value) ? `"${escaped}"` : escaped;
}

/** The same as `makeShadow` without files of one's own, from memory. */
export function plantShadow(repo: string, workdir: string, snapshots: number): void {
  const template = templateFor(snapshots);
  writePieces(workdir, template.workdir);
  writePieces(repo, template.repo);
  setWorktree(repo, workdir);
  writeFileSync(join(repo, "HERMES_WORKDIR"), `${workdir}\n`);
}

const planted = new Map<string, readonly Piece[]>();

/** A repository that `make` makes the first time, and that is written from memory for every later worktree; null: it has none. */
export function plant(name: string, repo: string, worktree: string | null, make: () => void): void {
  const known = planted.get(name);
  if (known === undefined) {
    make();
    planted.set(name, [...readPieces(repo)]);
    return;
  }
  writePieces(repo, known);
  setWorktree(repo, worktree);
}

/** Rewrites `core.worktree` in a repo's config; null deletes the line. */
export function setWorktree(repo: string, workdir: string | null): void {
  const path = join(repo, "config");
  const line = workdir === null ? "" : `\tworktree = ${configValue(workdir)}\n`;
  writeFileSync(
    path,
    readFileSync(path, "utf8").replace(/^\tworktree = .*\n/m, () => line),
  );
}
