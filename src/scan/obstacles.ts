/**
 * Entries that this user cannot move, found out before the plan is shown.
 *
 * rename(2) needs write permission on both directories; in a directory with the sticky bit the entry or the directory
 * must be one's own; and a directory that changes its parent must be writable itself (because of `..`), which its owner
 * can change. A ref is deleted by git, which locks its file and `packed-refs`, each beside it. All of it is checked with
 * access(2), which knows groups, ACLs, capabilities and read-only mounts. Directories are checked once per base, entries
 * only where a rule may select them, and files only where they are mounts or another user's may stand beside them: thousands
 * of them in a folder are as movable as that is. A directory of another user deep in an entry, as after an agent that ran as root
 * once, is found by the walk that measures it. What an overlay mount does not move is known in part (overlay.ts). An
 * immutable file is not detected: that is reported when it has failed.
 */
import { dirname } from "node:path";
import { createYielder } from "../fs/cooperative.ts";
import { bytePath, type Stat, whyNotWritable } from "../fs/syscalls.ts";
import { readSmall } from "../fs/read-small.ts";
import { refAt } from "../git/refs.ts";
import { recordAt } from "../stores/json-records/place.ts";
import type { Entry, Member } from "../model/entry.ts";
import type { Judged } from "../model/judgement.ts";
import { OLD_TRASH_NAME, TRASH_NAME } from "../model/names.ts";
import type { Obstacle } from "../model/obstacle.ts";
import type { Mount } from "../model/surroundings.ts";
import { lowerLayerOf, statAt } from "./overlay.ts";
import type { Kind } from "../stores/kind.ts";

/** `/etc/passwd` of a large installation; more users than this are served by the network, and not in the file. */
const PASSWD_LIMIT = 4 * 1024 * 1024;

export interface ObstacleContext {
  readonly base: string;
  /** The state directory, or null where there is none yet. */
  readonly state: string | null;
  /** Null: this system has no users, and nothing is checked. */
  readonly uid: number | null;
  readonly mounts: readonly Mount[] | null;
  readonly stores: readonly Pick<Kind, "kind" | "files">[];
  readonly signal: AbortSignal | undefined;
}

/** `foreign`: a directory in it from which this user cannot remove anything, as its walk found it. */
export type Candidate = Pick<Judged, "entry" | "foreign">;

/** By the path of the entry; those that can be moved and destroyed are not in it. */
export async function obstaclesOf(
  candidates: readonly Candidate[],
  run: ObstacleContext,
): Promise<ReadonlyMap<string, Obstacle>> {
  const found = new Map<string, Obstacle>();
  const { uid } = run;
  if (uid === null || candidates.length === 0) return found;
  const yieldIfDue = createYielder(run.signal);
  const directories = new Map<string, Directory>();
  const isLower = lowerLayerOf(run.base, run.mounts);
  const trash = baseObstacle(run, uid);
  const isFile = fileMembers(run);
  for (const { entry, foreign } of candidates) {
    const obstacle =
      trash ??
      firstOf(entry.members, (member) =>
        memberObstacle(member, directories, { base: run.base, uid, isFile: isFile(entry, member) }),
      ) ??
      (typeof foreign === "string" ? foreignWithin(foreign, uid) : null) ??
      firstOf(entry.members, ({ path, as }) =>
        as === undefined && isLower?.(path) === true ? { code: "lower-layer", path, owner: null, isEntry: true } : null,
      );
    if (obstacle !== null) found.set(entry.members[0].path, obstacle);
    await yieldIfDue();
  }
  return found;
}

/** What keeps everything in a base from being moved; null: nothing is known to. */
export function baseObstacle(base: Pick<ObstacleContext, "base" | "state">, uid: number): Obstacle | null {
  return foreignBase(base.base, uid) ?? trashObstacle(base, uid);
}

/** Root could, and does not: the files that it creates would lock that user out of the home (runs/context.ts). */
function foreignBase(base: string, uid: number): Obstacle | null {
  const owner = uid === 0 ? (lookAt(base)?.uid ?? 0) : 0;
  return owner === 0 ? null : { code: "no-permission", path: base, owner: nameOf(owner), isEntry: false };
}

/**
 * No trash can be created, so nothing can be moved. Where there is no state yet, it is created beside the base or in
 * it.
 */
function trashObstacle({ base, state }: Pick<ObstacleContext, "base" | "state">, uid: number): Obstacle | null {
  if (state === null) {
    const beside = directoryObstacle(dirname(base), uid);
    return beside === null ? null : directoryObstacle(base, uid);
  }
  return firstOf([state, `${state}/${TRASH_NAME}`, `${state}/${OLD_TRASH_NAME}`], (path) =>
    directoryObstacle(path, uid),
  );
}

/** It could be moved to the trash, which this user could not empty any more. */
function foreignWithin(path: string, uid: number): Obstacle {
  return { code: "no-permission", path, owner: nameOf(lookAt(path)?.uid ?? uid), isEntry: true };
}

interface Directory {
  readonly obstacle: Obstacle | null;
  /** Only what is one's own may be moved out of it. */
  readonly sticky: boolean;
}

interface Whose {
  readonly base: string;
  readonly uid: number;
}

/** Which members are known to be files that nothing is mounted on. */
function fileMembers({ stores, mounts }: ObstacleContext): (entry: Entry, member: Member) => boolean {
  if (mounts === null) return () => false;
  const kinds = new Set(stores.flatMap(({ kind, files }) => (files === true ? [kind] : [])));
  const points = new Set(mounts.map(({ point }) => point));
  return ({ store }, { path, as }) => as === undefined && kinds.has(store) && !points.has(path);
}

function memberObstacle(
  member: Member,
  directories: Map<string, Directory>,
  whose: Whose & { readonly isFile: boolean },
): Obstacle | null {
  const at = (key: string, look: () => Directory): Directory => {
    const directory = directories.get(key) ?? look();
    directories.set(key, directory);
    return directory;
  };
  // What is renamed for a record is its document, which is the same for all of them.
  const path = (member.as === "record" ? recordAt(member.path)?.document : undefined) ?? member.path;
  const parent = dirname(path);
  if (member.as !== "ref") {
    const directory = at(parent, () => directoryAt(parent, whose));
    // Renaming a file asks nothing of the file itself, where the directory is not sticky.
    if (whose.isFile && !directory.sticky) return directory.obstacle;
    const own = (): Directory => ({ obstacle: pathObstacle(path, directory, whose.uid), sticky: directory.sticky });
    return member.as === "record" ? at(path, own).obstacle : own().obstacle;
  }
  const { repository } = refAt(path);
  const packed = at(repository, () => packedRefsAt(repository, whose));
  if (packed.obstacle !== null) return packed.obstacle;
  // Git makes the directories that are missing, as they are where all refs are packed.
  return pathObstacle(
    path,
    at(parent, () => directoryAt(nearest(parent), whose)),
    whose.uid,
  );
}

function packedRefsAt(repository: string, whose: Whose): Directory {
  const obstacle = pathObstacle(`${repository}/packed-refs`, directoryAt(repository, whose), whose.uid);
  return { obstacle, sticky: false };
}

/** The path, or the first directory above it that exists. */
function nearest(path: string): string {
  return lookAt(path) !== null || dirname(path) === path ? path : nearest(dirname(path));
}

function pathObstacle(path: string, directory: Directory, uid: number): Obstacle | null {
  if (directory.obstacle !== null) return directory.obstacle;
  const refused = whyNotWritable(bytePath(path));
  if (refused === "EROFS") return { code: "read-only", path, owner: null, isEntry: true };
  // EACCES of a file does not matter: it is not written to. Any other errno is reported when the move fails.
  if (refused !== "EACCES" && !directory.sticky) return null;
  const stat = lookAt(path);
  // Its owner may grant the permission, and the move does that.
  if (stat === null || stat.uid === uid || uid === 0) return null;
  if (!directory.sticky && stat.kind !== "directory") return null;
  return { code: "no-permission", path, owner: nameOf(stat.uid), isEntry: true };
}

function directoryAt(path: string, { base, uid }: Whose): Directory {
  const found = directoryObstacle(path, uid);
  // Run as its owner, it would be refused all the same: the base is another user's then.
  const isInside = found !== null && found.owner !== null && path !== base && lookAt(base)?.uid === uid;
  const obstacle = isInside ? { ...found, isEntry: true } : found;
  if (obstacle !== null || uid === 0) return { obstacle, sticky: false };
  const stat = lookAt(path);
  return { obstacle, sticky: stat !== null && (stat.mode & 0o1000) !== 0 && stat.uid !== uid };
}

/** Null also where it does not exist: it can be created, or a later check reports it. */
function directoryObstacle(path: string, uid: number): Obstacle | null {
  const refused = whyNotWritable(bytePath(path));
  if (refused === "EROFS") return { code: "read-only", path, owner: null, isEntry: false };
  if (refused !== "EACCES" && refused !== "EPERM") return null;
  const owner = lookAt(path)?.uid ?? uid;
  return { code: "no-permission", path, owner: owner === uid ? null : nameOf(owner), isEntry: false };
}

/** Null also where it cannot be read: then no obstacle is known, and the move reports one if there is. */
function lookAt(path: string): Stat | null {
  const seen = statAt(path);
  return seen === "missing" ? null : seen;
}

function firstOf<T>(all: readonly T[], ask: (one: T) => Obstacle | null): Obstacle | null {
  for (const one of all) {
    const obstacle = ask(one);
    if (obstacle !== null) return obstacle;
  }
  return null;
}

/** As `sudo -u` takes it: a user of the network, or of a container, has only a number here. */
export function nameOf(uid: number): string {
  const file = readSmall(bytePath("/etc/passwd"), PASSWD_LIMIT);
  const lines = file.kind === "bytes" ? file.bytes.toString("utf8").split("\n") : [];
  const name = lines.find((line) => line.split(":")[2] === String(uid))?.split(":")[0] ?? "";
  return /^[A-Za-z_][\w.-]*\$?$/.test(name) ? name : `#${uid}`;
}
