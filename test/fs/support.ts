// What tests of system calls share: scratch directories, FIFOs, a kill in the middle, and a user who is not root.

import { spawnSync } from "node:child_process";
import { chmodSync, lchownSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, type TestContext } from "vitest";
import { everythingBelow, removeTree } from "../support/paths.ts";
import { interceptCalls } from "../support/intercept-calls.ts";

/** The uid of a user without rights of root, whether or not this machine has a name for it. */
export const OTHER_UID = 54_321;

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** A directory of the test's own, removed when it ends; below `/dev/shm` for one on another mount. */
export function scratch(parent: string = tmpdir()): string {
  const path = realpathSync(mkdtempSync(join(parent, "cgc-fs-")));
  onTestFinished(() => removeTree(path));
  return path;
}

export function fifo(path: string): string {
  const made = spawnSync("mkfifo", [path], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`mkfifo ${path}: ${made.error?.message ?? made.stderr}`);
  return path;
}

/** Gives a tree to that user; does nothing where the tests run as an ordinary user, who owns it already. */
export function give(path: string, uid: number = OTHER_UID): void {
  if (!isRoot()) return;
  for (const each of everythingBelow(path)) lchownSync(each, uid, uid);
}

/** Lets everybody pass through a directory that mkdtemp made for its owner alone. */
export function letPass(path: string): void {
  chmodSync(path, 0o755);
}

/** Runs as a user to whom permissions apply: root would see everything. The rights come back when it has ended. */
export async function asOtherUser<T>(act: () => T | Promise<T>): Promise<T> {
  if (!isRoot()) return act();
  process.seteuid?.(OTHER_UID);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}

/** What changes the disk. Descriptors are still closed after a kill: the kernel does that too. */
const CHANGES: ReadonlySet<string> = new Set([
  "rename",
  "mkdir",
  "unlink",
  "rmdir",
  "chmod",
  "utimes",
  "open",
  "write",
]);

/**
 * From the moment `when` says so nothing on disk changes any more in this process, as if it had been killed there. The
 * error has no errno, so no caller treats it as an error of the disk.
 */
export function killAt(when: (operation: string, path: string) => boolean): void {
  let dead = false;
  interceptCalls((operation, path) => {
    const strikes = dead ? CHANGES.has(operation) : when(operation, path);
    if (!strikes) return;
    dead = true;
    throw new Error("killed");
  });
}

const told = new Set<string>();

/** Skips the running test, with one clearly visible line for each reason. */
export function loudly(test: TestContext, reason: string): never {
  if (!told.has(reason)) process.stderr.write(`SKIPPED: ${reason}\n`);
  told.add(reason);
  return test.skip(reason);
}
