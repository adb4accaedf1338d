/** How many commits a git directory has up to its HEAD or another tip, and when the last was made. */
import { errnoOf, expectErrno, UNREADABLE } from "../errors.ts";
import { bytePath, lstatOrNull } from "../fs/syscalls.ts";
import { readHead } from "../fs/read-small.ts";
import type { Snapshots } from "../model/entry.ts";
import { execGit, FAILED_GIT, isGitMissing } from "./exec.ts";
import { eachLine } from "./lines.ts";
import { specialFileIn } from "./special-files.ts";

/** `timed-out`: git hung on it, and may hang on similar ones. */
export type Counted = Snapshots | "timed-out" | null;

/** Ten thousand commits take git a tenth of a second. */
const COUNT_MS = 5000;

/** Null where git does not exist or fails: the number is only shown, nothing depends on it. */
export async function countCommits(gitDirectory: string, tip = "HEAD"): Promise<Counted> {
  try {
    // An explicit GIT_DIR skips git's own check of who owns the repo.
    const owner = lstatOrNull(bytePath(gitDirectory))?.uid;
    if (process.geteuid !== undefined && owner !== process.geteuid()) return null;
    if (specialFileIn(gitDirectory) !== null) return null;
    const printed = await execGit({
      gitDirectory,
      args: ["rev-list", "--timestamp", tip, "--"],
      refs: tip === "HEAD" ? branchOf(gitDirectory) : [tip],
      deadline: performance.now() + COUNT_MS,
      signal: undefined,
    });
    let count = 0;
    // `<seconds> <commit>`, the tip first.
    await eachLine(printed, () => (count += 1));
    const seconds = Number(printed.split(" ", 1)[0]);
    return count > 0 && Number.isFinite(seconds) ? { count, last: seconds * 1000 } : null;
  } catch (error) {
    if (errnoOf(error) === "ETIMEDOUT") return "timed-out";
    if (!isGitMissing(error)) expectErrno(error, ...FAILED_GIT, ...UNREADABLE);
    return null;
  }
}

/** Of a HEAD that is detached, none. */
function branchOf(gitDirectory: string): readonly string[] {
  const head = readHead(bytePath(`${gitDirectory}/HEAD`), 1024)?.toString("latin1") ?? "";
  return /^ref: (\S+)/.exec(head)?.slice(1) ?? [];
}
