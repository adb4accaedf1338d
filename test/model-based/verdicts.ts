// What a run may do to a repo, by what is true and not by what the tool sees. Each function gives the reason why not,
// or null. It is separate from the tool's own rules on purpose, so nothing of src/ decides here.

import type { Settings } from "../../src/index.ts";
import type { Scene } from "./scene.ts";
import type { Repo, Subject } from "./things.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What was true at one moment. */
export interface Truth {
  readonly presence: ReadonlyMap<Subject, "present" | "gone" | "out-of-sight">;
  readonly newest: ReadonlyMap<Repo, number>;
  readonly locked: ReadonlyMap<Repo, number | null>;
}

export function truthOf(scene: Scene): Truth {
  return {
    presence: new Map(scene.subjects.map((subject) => [subject, scene.presence(subject)])),
    newest: new Map(scene.repos.map((repo) => [repo, repo.newest])),
    locked: new Map(scene.repos.map((repo) => [repo, repo.lockedAt])),
  };
}

export interface Run {
  readonly kind: "prune" | "sweep" | "restore" | "empty";
  readonly now: number;
  readonly settings: Settings;
  readonly include: readonly string[];
  readonly only: string | null;
  /** What it removes is destroyed at once. */
  readonly destroys: boolean;
  /** The clock is not to be trusted, as far as the model can tell. */
  readonly doubted: boolean;
  /** What was true when the plan was made, where something happened since. */
  readonly planned: Truth | null;
}

/** Why a rule may not take a repo out of its place. */
export function whyNotTake(repo: Repo, rule: string, run: Run, truth: Truth): string | null {
  const { subject } = repo;
  const { settings, now } = run;
  if (run.only !== null && run.only !== rule) return `only ${run.only} was asked for`;
  if (settings.keep.includes(subject.workdir) && subject.kind.naming !== "unidentified") return "a setting keeps it";
  const locked = truth.locked.get(repo) ?? null;
  if (locked !== null && locked > now - DAY_MS) return "git is at work in it";
  const shield = (settings.retention_days > 0 ? settings.retention_days : 7) * DAY_MS;
  if (subject.restoredAt !== null && now < subject.restoredAt + shield) return "a person put it back";
  switch (rule) {
    case "stale":
      return isStale(repo, run, truth) ? null : "it was used within its retention";
    case "orphan":
      return whyNoOrphan(repo, run, truth);
    case "unreachable":
      // Judged at first sight: what is really gone may be out of sight for the tool.
      if (truth.presence.get(subject) === "present") return "its workdir is there";
      return run.kind === "prune" && run.include.includes(rule) ? null : "it was not asked for";
    case "unidentified":
      if (subject.kind.naming !== "unidentified") return "it names its workdir";
      return run.kind === "prune" && run.include.includes(rule) ? null : "it was not asked for";
    default:
      return `there is no rule ${rule}`;
  }
}

function whyNoOrphan(repo: Repo, run: Run, truth: Truth): string | null {
  const { subject } = repo;
  const { settings, now } = run;
  if (!settings.delete_orphans) return "orphans are kept";
  if (subject.kind.naming === "unidentified") return "it is unknown what it is about";
  const presence = truth.presence.get(subject);
  if (presence !== "gone") return `its workdir is ${presence}`;
  if (run.kind !== "sweep") return null;
  if (subject.kind.naming === "unverified") return "its name does not confirm its workdir";
  const grace = settings.orphan_grace_hours * HOUR_MS;
  // A use that is a day ahead was dated by another clock: it must not hold what is gone until then. What it is missed
  // for still counts.
  const newest = truth.newest.get(repo) ?? 0;
  if (grace > 0 && newest <= now + DAY_MS && now < newest + grace) return "it was used within the grace";
  if (grace > 0 && (subject.missingSince === null || now < subject.missingSince + grace))
    return "its workdir was not missing for long";
  return null;
}

function isStale(repo: Repo, { settings, now }: Run, truth: Truth): boolean {
  const newest = truth.newest.get(repo) ?? now;
  return settings.retention_days > 0 && newest < now - settings.retention_days * DAY_MS;
}

/** Why something in the trash may not be destroyed. */
export function whyNotExpire(
  repo: Repo,
  item: { readonly rule: string; readonly since: number },
  run: Run,
  truth: Truth,
): string | null {
  if (run.kind === "empty") return null;
  if (run.kind === "restore") return "a restore destroys nothing";
  if (item.since + run.settings.trash_days * DAY_MS > run.now) return "its period is not over";
  if (run.kind === "sweep" && run.doubted) return "the clock has jumped";
  if (item.rule !== "orphan") return null;
  const gone = truth.presence.get(repo.subject) === "gone";
  return gone || isStale(repo, run, truth) ? null : "its workdir is not gone, and it is not stale";
}

/** Why something in the trash may not be returned automatically. */
export function whyNotReturn(repo: Repo, rule: string, run: Run, truth: Truth): string | null {
  if (run.kind === "restore" || rule === "swapped") return null;
  const missed = rule === "orphan" || rule === "unreachable" || rule === "unidentified";
  if (!missed) return `what went as ${rule} waits`;
  const presence = truth.presence.get(repo.subject);
  // What a plan puts back is put back: that loses nothing, whatever has become of its workdir since.
  if (run.planned?.presence.get(repo.subject) === "present") return null;
  // An empty mount point that is itself the workdir looks as if it were there.
  return presence === "present" || (presence === "out-of-sight" && repo.subject.kind.home === "disk")
    ? null
    : `its workdir is ${presence}`;
}
