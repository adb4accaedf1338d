// The golden stores: written by the real Hermes, kept in test/fixtures/golden/. Their recorded workdirs are below
// /srv/hermes-golden/work/. Unpacked anywhere else, every recorded path follows: HERMES_WORKDIR, core.worktree, the name
// of the repo (the hash of the path), and in the newer store the projects, refs, indexes and ledgers of that hash.
// Everything was in use when it was written, so it gets fresh times, all but `stale`, which is 60 days old.

import { spawnSync } from "node:child_process";
import { lstatSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { onTestFinished } from "vitest";
import { DAY_MS, PROJECT, hash16, removeTree, setTimes } from "./paths.ts";
import { setWorktree } from "./shadow.ts";

/** Where Hermes was when it wrote them. */
export const RECORDED_ROOT = "/srv/hermes-golden";

export const GOLDEN_PROJECTS = [
  "alpha",
  "beta",
  "space dir ü",
  "stale",
  "gone-a",
  "sub/gone-b",
  "empty-parent/gone-c",
] as const;

export type GoldenProjectName = (typeof GOLDEN_PROJECTS)[number];
export type GoldenName = "v1" | "v2" | "migrated";

const LAYOUT: Readonly<Record<GoldenName, { readonly file: string; readonly home: string; readonly work: string }>> = {
  v1: { file: "v1-store.tar.gz", home: "v1home", work: "v1" },
  v2: { file: "v2-store.tar.gz", home: "v2home", work: "v2" },
  migrated: { file: "migrated-store.tar.gz", home: "mighome", work: "mig" },
};

const STALE_DAYS = 60;

export interface GoldenProject {
  readonly name: GoldenProjectName;
  readonly id: string;
  readonly workdir: string;
  /** Its shadow repo, in the base or in the archive; null in the newer store. */
  readonly path: string | null;
}

export interface Golden {
  readonly root: string;
  readonly home: string;
  readonly base: string;
  readonly work: string;
  readonly projects: ReadonlyMap<GoldenProjectName, GoldenProject>;
  project(name: GoldenProjectName): GoldenProject;
  /** Where a path of the store is for the test itself: elsewhere when a mount shows it to the command at its place. */
  onDisk(path: string): string;
  /** What the command is started through to see the store there: `run(args, { through: golden.through })`. */
  readonly through: readonly string[];
  dispose(): void;
}

export interface UnpackOptions {
  /** Directory to unpack in; a temporary one without it. */
  readonly at?: string;
  /** `test` (default): disposed of when the running test ends. */
  readonly scope?: "test" | "manual";
}

/** Unpacks a golden store in a temporary directory, moved there as if Hermes had always worked there. */
export function unpackGolden(name: GoldenName, options: UnpackOptions = {}): Golden {
  const root = realpathSync(options.at ?? mkdtempSync(join(tmpdir(), "cgc-golden-")));
  if (options.scope !== "manual") onTestFinished(() => removeTree(root));
  return unpackIn(name, root);
}

/**
 * Unpacks a golden store in an existing directory, which the caller removes. `root`: the path at which the command sees
 * that directory, where a mount shows it elsewhere.
 */
export function unpackIn(name: GoldenName, disk: string, root: string = disk): Golden {
  const onDisk = (path: string): string => join(disk, relative(root, path));
  const layout = LAYOUT[name];
  const archive = join(PROJECT, "test", "fixtures", "golden", layout.file);
  const tar = spawnSync("tar", ["-xzf", archive, "-C", disk, "--no-same-owner"], { encoding: "utf8" });
  if (tar.status !== 0) throw new Error(`tar -xzf ${archive}: ${tar.error?.message ?? tar.stderr}`);

  const base = join(root, layout.home, "checkpoints");
  const work = join(root, "work", layout.work);
  const moves: readonly Move[] = GOLDEN_PROJECTS.map((project) => {
    const recorded = join(RECORDED_ROOT, "work", layout.work, project);
    const workdir = join(work, project);
    return { name: project, recorded, workdir, from: hash16(recorded), id: hash16(workdir) };
  });

  const archives = readdirSync(onDisk(base)).filter((child) => child.startsWith("legacy-"));
  const homesOfRepos = [base, ...archives.map((child) => join(base, child))];
  const paths = new Map(moves.map((move) => [move.name, moveShadow(homesOfRepos, move, onDisk)]));
  const store = onDisk(join(base, "store"));
  if (isThere(store)) for (const move of moves) moveInStore(store, move, onDisk(dirname(move.workdir)));
  if (isThere(store)) rewriteLedgers(store, join(RECORDED_ROOT, "work", layout.work), work);

  const now = Date.now();
  setTimes(join(disk, layout.home), now);
  setTimes(onDisk(work), now);
  const stale = paths.get("stale");
  if (stale !== undefined && stale !== null) setTimes(onDisk(stale), now - STALE_DAYS * DAY_MS);

  const projects = new Map(
    moves.map(({ name: project, id, workdir }) => [
      project,
      { name: project, id, workdir, path: paths.get(project) ?? null },
    ]),
  );
  return {
    root,
    home: join(root, layout.home),
    base,
    work,
    projects,
    project(wanted) {
      const found = projects.get(wanted);
      if (found === undefined) throw new Error(`no golden project ${wanted}`);
      return found;
    },
    onDisk,
    through: [],
    dispose: () => removeTree(disk),
  };
}

interface Move {
  readonly name: GoldenProjectName;
  readonly recorded: string;
  readonly workdir: string;
  /** Hash of the recorded path. */
  readonly from: string;
  /** Hash of the new one. */
  readonly id: string;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function moveShadow(parents: readonly string[], move: Move, onDisk: (path: string) => string): string | null {
  for (const parent of parents) {
    const from = onDisk(join(parent, move.from));
    if (!isThere(from)) continue;
    writeFileSync(join(from, "HERMES_WORKDIR"), `${move.workdir}\n`);
    setWorktree(from, move.workdir);
    renameSync(from, onDisk(join(parent, move.id)));
    return join(parent, move.id);
  }
  return null;
}

/** Text as Python's `json.dumps` writes it, without the quotes. */
function asPythonJson(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function moveInStore(store: string, move: Move, parentOnDisk: string): void {
  const project = join(store, "projects", `${move.from}.json`);
  if (isThere(project)) {
    const lastTouch = Date.now() / 1000 - (move.name === "stale" ? STALE_DAYS * 86_400 : 0);
    let text = readFileSync(project, "utf8")
      .replace(asPythonJson(move.recorded), () => asPythonJson(move.workdir))
      .replace(/"last_touch": [\d.]+/, `"last_touch": ${lastTouch}`);
    // Hermes notes who the parent is; where it still exists it is a new directory now.
    const parent = lstatSync(parentOnDisk, { bigint: true, throwIfNoEntry: false });
    if (parent !== undefined) {
      text = text
        .replace(/"workdir_parent_dev": \d+/, `"workdir_parent_dev": ${parent.dev}`)
        .replace(/"workdir_parent_ino": \d+/, `"workdir_parent_ino": ${parent.ino}`);
    }
    writeFileSync(project, text);
  }
  const { from, id } = move;
  for (const [directory, suffix] of [
    ["projects", ".json"],
    ["ledgers", ".json"],
    ["indexes", ""],
    ["refs/hermes", ""],
  ] as const) {
    const old = join(store, directory, `${from}${suffix}`);
    if (isThere(old)) renameSync(old, join(store, directory, `${id}${suffix}`));
  }
}

function rewriteLedgers(store: string, recorded: string, work: string): void {
  const ledgers = join(store, "ledgers");
  if (!isThere(ledgers)) return;
  for (const name of readdirSync(ledgers)) {
    const path = join(ledgers, name);
    const text = readFileSync(path, "utf8");
    writeFileSync(
      path,
      text.replaceAll(`"${asPythonJson(recorded)}/`, () => `"${asPythonJson(work)}/`),
    );
  }
}
