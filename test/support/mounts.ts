// What only root on Linux may do, each with one loud line where it is not allowed here: mounts in a private namespace,
// immutable files, device nodes. A mount made in `unshare -m` ends with its process, however that dies.

import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { removeTree } from "./paths.ts";

export const IS_ROOT: boolean = process.getuid?.() === 0;

/** The unprivileged uid of nearly every system; any uid without rights will do. */
export const OTHER_UID = 65534;

export interface ShellResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a shell script. Throws where it fails, unless an option says otherwise. */
export function shell(script: string, ...args: readonly string[]): string {
  const result = tryShell(script, ...args);
  if (result.status !== 0) throw new Error(`${script}: ${result.status}\n${result.stdout}\n${result.stderr}`);
  return result.stdout;
}

export function tryShell(script: string, ...args: readonly string[]): ShellResult {
  const result = spawnSync("sh", ["-euc", script, "sh", ...args], { encoding: "utf8", maxBuffer: 64 << 20 });
  return { status: result.status, stdout: result.stdout, stderr: result.stderr };
}

/** Why there can be no mounts of our own, as one line to print; null when there can. */
export function noMounts(): string | null {
  const tried = tryShell("unshare -m --propagation private sh -c 'mount -t tmpfs none /tmp'");
  return tried.status === 0 ? null : "SKIPPED: tests with mounts of their own need root and unshare(1)";
}

/** The same for a file system in a file, on a loop device. */
export function noLoop(): string | null {
  const tried = tryShell(
    "d=$(mktemp -d); trap 'rm -rf $d' EXIT; truncate -s 1M $d/i; mkfs.ext4 -q $d/i; mkdir $d/m; " +
      "unshare -m --propagation private mount -o loop $d/i $d/m",
  );
  return tried.status === 0 ? null : "SKIPPED: tests on a full ext4 need root, mkfs.ext4 and a loop device";
}

/** Why no file can be made immutable here; null when one can. */
export function noImmutable(directory: string = tmpdir()): string | null {
  const scratch = mkdtempSync(join(directory, "cgc-chattr-"));
  try {
    const file = join(scratch, "file");
    writeFileSync(file, "");
    if (tryShell('chattr +i "$1" && chattr -i "$1"', file).status === 0) return null;
    return "SKIPPED: tests with immutable files need root, chattr(1) and a file system that has them";
  } finally {
    removeTree(scratch);
  }
}

/** Makes a file immutable or append-only until the test ends. */
export function setAttribute(flag: "i" | "a", path: string): () => void {
  shell(`chattr +${flag} "$1"`, path);
  const undo = (): void => void tryShell(`chattr -${flag} "$1"`, path);
  onTestFinished(undo);
  return undo;
}

/** Runs a script in a mount namespace of its own. */
export function inNamespace(script: string, ...args: readonly string[]): ShellResult {
  return tryShell('script=$1; shift; exec unshare -m --propagation private sh -euc "$script" sh "$@"', script, ...args);
}

/** Whether a program is there. */
export function has(program: string): boolean {
  return tryShell('command -v "$1"', program).status === 0;
}

/** Prints why a test is skipped and says whether it is: `it.skipIf(skipped(noMounts()))`. */
export function skipped(why: string | null): boolean {
  if (why !== null) console.warn(why);
  return why !== null;
}
