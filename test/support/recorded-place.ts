// The place where the golden stores were written, /srv/hermes-golden: there, nothing has to be rewritten. It needs root,
// and one test run at a time.

import { chmodSync, lstatSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { type Golden, type GoldenName, RECORDED_ROOT, type UnpackOptions, isThere, unpackIn } from "./golden.ts";
import { removeTree } from "./paths.ts";

/** The claim on the recorded place: who holds it, so that leavings of ours can be told from a person's files. */
const CLAIM = ".checkpoint-gc-test";

/** Another test run may be at work there, with three or four unpackings of a second each. */
const WAIT_MS = 30_000;
const LOOK_MS = 50;

/** Why the recorded place cannot be used, as one line to print; null when it can. */
export function recordedPlaceUnavailable(): string | null {
  if (process.getuid?.() !== 0) return `SKIPPED: golden stores at ${RECORDED_ROOT} need root`;
  if (lstatSync(dirname(RECORDED_ROOT), { throwIfNoEntry: false })?.isDirectory() !== true) {
    return `SKIPPED: golden stores at ${RECORDED_ROOT} need ${dirname(RECORDED_ROOT)}`;
  }
  if (!isThere(RECORDED_ROOT) || claimant() !== null) return null;
  return `SKIPPED: golden stores at ${RECORDED_ROOT}: something is there already`;
}

/**
 * Unpacks a golden store where it was written; the names of the repos stay. The caller asked whether that is possible;
 * while another test run holds the place, this waits for it. The place comes and goes by rename, claim and all.
 */
export async function unpackGoldenAtRecordedPlace(
  name: GoldenName,
  options: Pick<UnpackOptions, "scope"> = {},
): Promise<Golden> {
  const deadline = Date.now() + WAIT_MS;
  while (!claimRecordedPlace()) {
    const pid = claimant();
    if (pid !== null && !isAlive(pid)) leaveRecordedPlace();
    else if (Date.now() < deadline) await pause(LOOK_MS);
    else throw new Error(`${RECORDED_ROOT} is still in use`);
  }
  if (options.scope !== "manual") onTestFinished(leaveRecordedPlace);
  return { ...unpackIn(name, RECORDED_ROOT), dispose: leaveRecordedPlace };
}

/** False when somebody has it: a rename does not replace a directory that holds something. */
function claimRecordedPlace(): boolean {
  if (isThere(RECORDED_ROOT)) return false;
  const claimed = mkdtempSync(`${RECORDED_ROOT}-`);
  chmodSync(claimed, 0o755);
  writeFileSync(join(claimed, CLAIM), `${process.pid}\n`);
  const won = unless(["ENOTEMPTY", "EEXIST"], () => renameSync(claimed, RECORDED_ROOT));
  if (!won) removeTree(claimed);
  return won;
}

function leaveRecordedPlace(): void {
  const leaving = mkdtempSync(`${RECORDED_ROOT}-`);
  unless(["ENOENT"], () => renameSync(RECORDED_ROOT, join(leaving, "gone")));
  removeTree(leaving);
}

/** The process that holds the recorded place; null when nothing there is ours. */
function claimant(): number | null {
  let pid: number | null = null;
  unless(["ENOENT"], () => {
    pid = Number(readFileSync(join(RECORDED_ROOT, CLAIM), "utf8"));
  });
  return pid;
}

/** Does it; false where it failed in one of the expected ways. */
function unless(codes: readonly string[], act: () => void): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && codes.includes(String(error.code))) return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  return unless(["ESRCH"], () => void process.kill(pid, 0));
}
