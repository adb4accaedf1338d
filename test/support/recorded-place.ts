// The place where the golden stores were written, /srv/hermes-golden: there, no recorded path has to be rewritten. The
// store is in a temporary directory, and a mount in a namespace of the command alone shows it at that place, so that
// any number of test runs share a machine. It needs root.

import { lstatSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { type Golden, type GoldenName, RECORDED_ROOT, unpackIn } from "./golden.ts";
import { noMounts } from "./mounts.ts";
import { PROJECT, removeTree } from "./paths.ts";

/** The directory that the command sees empty but for the store. */
const COVERED = dirname(RECORDED_ROOT);

/** Why the recorded place cannot be used, as one line to print; null when it can. */
export function recordedPlaceUnavailable(): string | null {
  const why = noMounts();
  if (why !== null) return why;
  if (lstatSync(COVERED, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return `SKIPPED: golden stores at ${RECORDED_ROOT} need ${COVERED}`;
  }
  const hidden = [PROJECT, process.execPath].find((path) => realpathSync(path).startsWith(`${COVERED}/`));
  return hidden === undefined ? null : `SKIPPED: golden stores at ${RECORDED_ROOT} would cover ${hidden}`;
}

const SCRIPT = 'mount -t tmpfs none "$1"; mkdir "$2"; mount --bind "$3" "$2"; shift 3; exec "$@"';

/** Unpacks a golden store for a command that sees it where it was written; the names of the repos stay. */
export function unpackGoldenAtRecordedPlace(name: GoldenName): Golden {
  const disk = realpathSync(mkdtempSync(join(tmpdir(), "cgc-golden-")));
  onTestFinished(() => removeTree(disk));
  const shell = ["sh", "-euc", SCRIPT, "sh", COVERED, RECORDED_ROOT, disk];
  return { ...unpackIn(name, disk, RECORDED_ROOT), through: ["unshare", "-m", "--propagation", "private", ...shell] };
}
