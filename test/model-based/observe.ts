// Looks at the disk after a step, finds every repo by its inode, and says whether what became of it was allowed.

import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseTrashName, type TrashName } from "../../src/model/trash-name.ts";
import { namesIn } from "../reclaim/runs.ts";
import { inodeOf, type Scene } from "./scene.ts";
import type { Repo } from "./things.ts";
import { type Run, type Truth, whyNotExpire, whyNotReturn, whyNotTake } from "./verdicts.ts";

/** The path of every repo that is left. Throws where one is in two places, or where something belongs to no repo. */
function locate(scene: Scene): ReadonlyMap<Repo, string> {
  const byInode = new Map(scene.repos.map((repo) => [repo.inode, repo]));
  const found = new Map<Repo, string>();
  const paths = [
    ...namesIn(scene.base)
      .filter((name) => name !== ".last_prune")
      .map((name) => join(scene.base, name)),
    ...namesIn(scene.trash)
      .filter((name) => !name.endsWith(".json"))
      .map((name) => join(scene.trash, name)),
  ];
  for (const path of paths) {
    const repo = byInode.get(inodeOf(path));
    if (repo === undefined) throw new Error(`${path} belongs to no repo`);
    if (repo.path === null) throw new Error(`${repo.uid} is at ${path}, and was gone`);
    if (found.has(repo)) throw new Error(`${repo.uid} is in two places: ${path} and ${found.get(repo)}`);
    found.set(repo, path);
  }
  return found;
}

export interface Aftermath {
  readonly run: Run;
  /** When the run began, and now. */
  readonly truths: readonly [Truth, Truth];
  /** A repo whose own turn it was when another process was at work: it was looked at again after that. */
  readonly watched: (repo: Repo) => boolean;
  /** The run died: what it still had to write down, it did not. */
  readonly killed: boolean;
  /** Where `--to` puts things. */
  readonly to: string | null;
}

/** Checks what became of every repo, and keeps where it is now. */
export function settle(scene: Scene, aftermath: Aftermath): void {
  const found = locate(scene);
  for (const repo of scene.repos) {
    if (repo.path === null) continue;
    const now = found.get(repo) ?? null;
    const why = judge(scene, repo, repo.path, now, aftermath);
    if (why !== null)
      throw new Error(`${repo.uid} (${repo.subject.workdir}): ${repo.path} -> ${now ?? "gone"}: ${why}`);
    if (now !== null && nameOf(now)?.marked !== true) whole(repo, now);
    if (!aftermath.killed && now === scene.placeOf(repo.subject) && now !== repo.path)
      repo.subject.restoredAt = aftermath.run.now;
    repo.path = now;
  }
}

/** Between two steps nothing of it may be missing. */
function whole({ uid }: Repo, path: string): void {
  const there = ["HEAD", "config", "HERMES_WORKDIR", "index", "objects"].filter(
    (name) => !existsSync(join(path, name)),
  );
  if (there.length > 0) throw new Error(`${uid} is not whole at ${path}: ${there.join(", ")} missing`);
  const text = readFileSync(join(path, "uid"), "utf8");
  if (text !== uid) throw new Error(`${path} says it is ${text} and not ${uid}`);
}

export function nameOf(path: string): TrashName | null {
  return parseTrashName(basename(path).replace(/^\.gc\./, ""));
}

function judge(
  scene: Scene,
  repo: Repo,
  was: string,
  is: string | null,
  { run, truths, watched, to }: Aftermath,
): string | null {
  if (was === is) return null;
  const moments = watched(repo) ? [truths[1]] : truths;
  const allowed = (why: (truth: Truth) => string | null): string | null => {
    const reasons = moments.map(why);
    return reasons.includes(null) ? null : reasons.join("; ");
  };
  const before = nameOf(was);
  const after = is === null ? null : nameOf(is);
  const ends = is === null || after?.marked === true;
  if (before === null) {
    if (ends)
      return run.destroys ? allowed((truth) => anyRule(repo, run, truth)) : "nothing was to be destroyed at once";
    if (after === null) return "it is in a strange place";
    if (after.since !== Math.round(run.now)) return "its name tells another time";
    if (after.rule === "swapped") return run.kind === "restore" ? null : "only a restore swaps";
    return allowed((truth) => whyNotTake(repo, after.rule, run, truth));
  }
  if (before.marked) return ends ? null : "its destruction had begun";
  if (ends) {
    if (is === null && to !== null && isAt(repo, to)) return null;
    return allowed((truth) => whyNotExpire(repo, before, run, truth));
  }
  if (after === null) {
    if (is !== scene.placeOf(repo.subject)) return "it went back to another place";
    return allowed((truth) => whyNotReturn(repo, before.rule, run, truth));
  }
  if (dirname(is) !== dirname(was) || after.rule !== before.rule) return "its name became another's";
  return after.since === Math.round(run.now) ? null : "its period was changed";
}

function anyRule(repo: Repo, run: Run, truth: Truth): string | null {
  const reasons = ["orphan", "stale"].map((rule) => whyNotTake(repo, rule, run, truth));
  return reasons.includes(null) ? null : reasons.join("; ");
}

function isAt(repo: Repo, directory: string): boolean {
  const path = join(directory, repo.subject.id);
  return existsSync(path) && inodeOf(path) === repo.inode;
}
