/**
 * Worlds in memory: on a disk half of the time of all tests is that of the kernel, which makes and removes millions of
 * small files for them. Where there is no room for that, or nothing there may be run, they are made in the usual place.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Far more than all tests of a moment need. */
const ENOUGH_BYTES = 2 ** 31;

const parent = "/dev/shm";
const isUsable = isLarge() && runsPrograms();

/** The directory for temporary files of the tests that need no disk. */
export const memory = isUsable ? join(parent, `cgc-tests-${process.pid}`) : tmpdir();

/**
 * What tests have as XDG_CONFIG_HOME: not there, and made by shells that tests start. Below a directory of this run, since
 * a fixed place that one test creates is there for all others.
 */
export const configHome = join(tmpdir(), `cgc-tests-${process.pid}-config`);

/** Every user may make files in it, as in `/tmp`. What a killed run left of its own is taken away. */
export function makeMemory() {
  if (!isUsable) return;
  for (const name of readdirSync(parent)) {
    const pid = /^cgc-tests-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(parent, name), { recursive: true, force: true });
  }
  mkdirSync(memory, { recursive: true });
  chmodSync(memory, 0o1777);
}

export function removeMemory() {
  if (isUsable) rmSync(memory, { recursive: true, force: true });
  rmSync(configHome, { recursive: true, force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

function isLarge() {
  try {
    const { bavail, bsize } = statfsSync(parent);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}

/** A container may forbid it there. */
function runsPrograms() {
  let directory;
  try {
    directory = mkdtempSync(join(parent, "cgc-tried-"));
  } catch {
    // It may not be written to.
    return false;
  }
  try {
    const program = join(directory, "program");
    writeFileSync(program, "#!/bin/sh\nexit 0\n", { mode: 0o755 });
    return spawnSync(program).status === 0;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
