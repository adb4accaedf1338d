/** How many commits a git directory has up to its HEAD or another tip, and when the last was made. */
import { bytePath, lstatOrNull } from "../fs/door.ts";
import type { Snapshots } from "../model/plan.ts";
import { guardBehind, openRepository } from "./repository.ts";

/** `timed-out`: git hung on it, and may do so on others of the same making. */
export type Counted = Snapshots | "timed-out" | null;

/** Null where git is not there or cannot tell: the number is for people, nothing depends on it. */
export async function countCommits(gitDirectory: string, tip = "HEAD"): Promise<Counted> {
  try {
    // An explicit GIT_DIR skips git's own check of who owns the repo.
    const owner = lstatOrNull(bytePath(gitDirectory))?.uid;
    if (process.geteuid !== undefined && owner !== process.geteuid()) return null;
    const git = await openRepository(gitDirectory);
    const count = Number(await git.raw("rev-list", "--count", tip));
    // `<seconds> <commit>`
    const seconds = Number((await git.raw("rev-list", "--max-count=1", "--timestamp", tip)).split(" ")[0]);
    return Number.isSafeInteger(count) && Number.isFinite(seconds) ? { count, last: seconds * 1000 } : null;
  } catch (error) {
    const guard = await guardBehind(error);
    if (guard === "timeout") return "timed-out";
    // Refused before git was asked: that is a mistake of ours, and no answer about the repo.
    if (guard !== null || !(error instanceof Error)) throw error;
    return null;
  }
}
