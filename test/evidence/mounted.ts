// Runs of the built command between the steps of a script, all in one mount namespace of its own, so that mounts come
// and go between two runs and nothing is left of them.

import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { inNamespace, noLoop, noMounts, tryShell } from "../support/mounts.ts";
import { hash16 } from "../support/paths.ts";
import type { Report } from "../support/report.ts";
import { cleanEnv, COMMAND } from "../support/run.ts";
import type { ShadowRepo, World } from "../support/world.ts";
import { loudly } from "../fs/support.ts";

/** What one `see <name> <command>...` of a script came to. */
export interface Sight {
  readonly code: number;
  readonly ms: number;
  readonly stderr: string;
  readonly report: Report;
}

/** `$R` the root of the world, `$W` its workdirs, `$H` its home, `$B` its base. */
const PREAMBLE = `
see() {
  name=$1; shift; code=0; began=$(date +%s%3N)
  env -i $CLEAN "$NODE" "$COMMAND" "$@" --json --home "$H" >"$OUT/$name.json" 2>"$OUT/$name.err" || code=$?
  echo "$code $(( $(date +%s%3N) - began ))" >"$OUT/$name.end"
}
`;

/** What a run of each mode removes, where the grace keeps nothing. */
const TAKE = `see swept auto --now --opt-in --set orphan_grace_hours=0
see pruned prune --yes`;

/** Runs a script in a namespace; gives what each `see` of it came to. */
export function inMounts(w: Pick<World, "root" | "home" | "work" | "base">, script: string): (name: string) => Sight {
  const out = join(w.root, "out");
  mkdirSync(out, { recursive: true });
  const clean = Object.entries(cleanEnv({ home: w }))
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
  const names = { NODE: process.execPath, COMMAND, CLEAN: clean, OUT: out, R: w.root, W: w.work, H: w.home, B: w.base };
  const set = Object.entries(names)
    .map(([name, value]) => `${name}='${value}'`)
    .join("\n");
  const { status, stdout, stderr } = inNamespace(`${set}\n${PREAMBLE}\n${script.replaceAll("TAKE", TAKE)}`);
  if (status !== 0) throw new Error(`the script ended with ${status}\n${stdout}\n${stderr}`);
  return (name) => sightOf(out, name);
}

function sightOf(out: string, name: string): Sight {
  const [code = "", ms = ""] = readFileSync(join(out, `${name}.end`), "utf8").split(" ");
  const [stdout, stderr] = ["json", "err"].map((kind) => readFileSync(join(out, `${name}.${kind}`), "utf8"));
  return { code: Number(code), ms: Number(ms), stderr: stderr ?? "", report: JSON.parse(stdout ?? "") as Report };
}

/** A repo whose workdir is wherever a script puts it; nothing is made there on this side of the namespace. */
export function repoOf(w: World, workdir: string, ageDays = 3): ShadowRepo {
  const made = w.repo(`made-for-${hash16(workdir)}`, {
    id: hash16(workdir),
    marker: `${workdir}\n`,
    worktree: workdir,
    ageDays,
  });
  w.removeWorkdir(made);
  return { ...made, workdir };
}

export function isThere(path: string): boolean {
  return existsSync(path);
}

/** Skips the running test where there can be no mounts of our own, or none of an image. */
export function needsMounts(test: TestContext): void {
  if (!isBuilt()) loudly(test, "real mounts: the command is not built");
  const why = noMounts();
  if (why !== null) loudly(test, why.replace(/^SKIPPED: /, ""));
}

export function needsImages(test: TestContext): void {
  needsMounts(test);
  const why = noLoop();
  if (why !== null) loudly(test, why.replace(/^SKIPPED: /, ""));
}

/** Skips where there is no FUSE: no device, no right to mount, or no bindfs. */
export function needsFuse(test: TestContext): void {
  needsMounts(test);
  const tried = tryShell(
    "command -v bindfs && d=$(mktemp -d) && trap 'rm -rf $d' EXIT && mkdir $d/a $d/b && " +
      `unshare -m --propagation private sh -c "bindfs $d/a $d/b && umount $d/b"`,
  );
  if (tried.status !== 0) loudly(test, "a stopped FUSE server: needs root, /dev/fuse and bindfs (Debian: bindfs)");
}

function isBuilt(): boolean {
  return statSync(join(COMMAND, "..", "..", "dist", "cli.js"), { throwIfNoEntry: false }) !== undefined;
}

/** An ext4 in a file, made once a script: `image <file> <mebibytes>`. */
export const IMAGE = `image() { truncate -s "$2M" "$1"; mkfs.ext4 -q -O ^has_journal "$1"; }`;
