/**
 * Where our own state of a base is: beside it (`~/.agent/.checkpoints.gc/`), because an agent
 * moves or deletes unknown contents of the base. Inside it only where the parent is another mount (the trash must be a
 * rename away) or cannot be written. The one beside outlives the base, and is enough to list, restore and destroy what
 * was removed from it.
 */
import { dirname } from "node:path";
import { errnoOf, GcError, isErrno, messageOf, withoutCall } from "../errors.ts";
import { mountOf } from "../fs/directory.ts";
import { bytePath, lstatOrNull, mkdir, writable } from "../fs/syscalls.ts";
import { writeAtomic } from "../fs/write-atomic.ts";
import { statePaths } from "../locations/state.ts";

/** The existing state directory, or null. Throws `state-unusable` for one that is not ours. */
export function findState(base: string): string | null {
  const { beside, inside } = statePaths(base);
  // An old one inside counts only where there is none beside: two would be two locks.
  return [beside, inside].find((place) => isPrivateDirectory(place, ownerBesideRoot(base))) ?? null;
}

/**
 * The state directory, created where there is none. `inProject`: it lies in a project of the user, and is hidden from git.
 * Throws `state-unusable`, or the errno of a full or read-only disk.
 */
export function makeState(base: string, { inProject = false }: { readonly inProject?: boolean } = {}): string {
  const state = findState(base) ?? newState(base);
  if (inProject) hideFromGit(state);
  return state;
}

function newState(base: string): string {
  const { beside, inside } = statePaths(base);
  const place = canLiveBeside(base) ? beside : inside;
  makePrivate(place);
  return place;
}

/** What was removed would otherwise be offered for the next commit. */
function hideFromGit(state: string): void {
  const path = bytePath(`${state}/.gitignore`);
  if (lstatOrNull(path) === null) writeAtomic(path, "*\n", bytePath(state));
}

/** A directory of ours below the state, 0700. */
export function makePrivate(path: string): void {
  try {
    mkdir(bytePath(path), 0o700);
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    if (!isPrivateDirectory(path, null)) throw error;
  }
}

/** Throws the errno: one failed check must not put the state where the next run does not look for it. */
function canLiveBeside(base: string): boolean {
  const parent = dirname(base);
  return mountOf(bytePath(parent)) === mountOf(bytePath(base)) && writable(bytePath(parent));
}

/**
 * Whether our directory exists. A symlink, or a directory that belongs to another user or that others may write to, is
 * refused: what is put there could be redirected.
 */
export function isPrivateDirectory(path: string, owner: number | null): boolean {
  const stat = look(path);
  if (stat === null) return false;
  if (stat.kind !== "directory") throw unusable(path, `it is a ${stat.kind}`);
  const uid = process.geteuid?.() ?? stat.uid;
  if (stat.uid !== uid && stat.uid !== owner) throw unusable(path, `it belongs to user ${stat.uid}, not to ${uid}`);
  if ((stat.mode & 0o022) !== 0) throw unusable(path, `others may write into it (mode ${stat.mode.toString(8)})`);
  return true;
}

/** Root may read another user's home, state included; writing there is refused elsewhere, with the right advice. */
function ownerBesideRoot(base: string): number | null {
  return process.geteuid?.() === 0 ? ((look(base) ?? look(dirname(base)))?.uid ?? null) : null;
}

function look(path: string): ReturnType<typeof lstatOrNull> {
  try {
    return lstatOrNull(bytePath(path));
  } catch (error) {
    // What cannot be looked at is in a directory that may not be entered.
    const [what, where] = isErrno(error, "EACCES") ? ["into", dirname(path)] : ["at the state directory", path];
    throw new GcError("state-unusable", `cannot look ${what} ${where}: ${withoutCall(messageOf(error))}`, {
      cause: error,
    });
  }
}

function unusable(path: string, what: string): GcError {
  return new GcError(
    "state-unusable",
    `the state directory ${path} cannot be used: ${what}; expected a directory of this user`,
    {
      hint: `Move ${path} away, then run this again.`,
    },
  );
}
