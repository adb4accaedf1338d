/** The stack of directories while a tree is destroyed: how one is entered, and left again. */
import { dirname } from "node:path";
import { errnoOf, expectErrno, createErrnoError, UNWRITABLE } from "../errors.ts";
import type { Identity } from "../model/entry.ts";
import { sameIdentity } from "../model/entry.ts";
import { type BytePath, bytePath, lstat, rawPath } from "./syscalls.ts";
import { mountOf, pin, type PinnedDirectory, unlock } from "./directory.ts";

/** A directory whose own size is above this is emptied in batches. */
const LARGE_DIRECTORY_BYTES = 1 << 20;

export interface Level {
  /** The name in its parent; the root's is its path. */
  readonly name: string;
  readonly identity: Identity;
  /** Null while too many are open. */
  directory: PinnedDirectory | null;
  /** Its subdirectories that are still to be entered. */
  readonly children: string[];
  /** Names that could not be removed: they are skipped when it is listed again. */
  readonly stuck: Set<string>;
  readonly large: boolean;
  /** It could not be listed, so it may not be empty. */
  unlisted: boolean;
}

/**
 * The mount that a tree lies on: that of its parent, since it was moved there by a rename. Another file system may have
 * been mounted over the tree itself since.
 */
export function mountAbove(root: BytePath): string {
  const above = pin(rawPath(dirname(root)));
  above.close();
  return above.mount;
}

/** `mount`: the one that the tree is on. Throws EXDEV for a directory on another, before anything in it is touched. */
export function openLevel(path: BytePath, name: string, mount: string): Level {
  const directory = pinOrUnlock(path, mount);
  if (directory.mount !== mount) {
    directory.close();
    throw createErrnoError("EXDEV", "EXDEV: a mount begins here, it is not entered");
  }
  const { identity, size } = directory;
  const large = size > LARGE_DIRECTORY_BYTES;
  return { name, identity, directory, children: [], stuck: new Set(), large, unlisted: false };
}

/**
 * Listing and unlinking need all three permissions of the owner. Where they cannot be granted, the following calls
 * fail.
 */
function pinOrUnlock(path: BytePath, mount: string): PinnedDirectory {
  const directory = pinOrNull(path);
  if (directory !== null && (directory.mode & 0o700) === 0o700) return directory;
  directory?.close();
  const before = lstat(path);
  // Permissions are changed on what is to be destroyed, never on what was mounted there.
  if (mountOf(path) !== mount) throw createErrnoError("EXDEV", "EXDEV: a mount begins here, it is not entered");
  tryUnlock(path, before.identity);
  const unlocked = pin(path);
  if (sameIdentity(unlocked.identity, before.identity)) return unlocked;
  unlocked.close();
  throw createErrnoError("ESTALE", "ESTALE: replaced in mid-walk");
}

/** Null for a directory that its owner may not open: the permission may be granted. */
function pinOrNull(path: BytePath): PinnedDirectory | null {
  try {
    return pin(path);
  } catch (error) {
    if (errnoOf(error) === "EACCES") return null;
    throw error;
  }
}

function tryUnlock(path: BytePath, identity: Identity): void {
  try {
    unlock(path, identity);
  } catch (error) {
    expectErrno(error, ...UNWRITABLE);
  }
}

/** Returns from a directory to its parent, which must be the one that was left. */
export function reopenParent(from: PinnedDirectory, expected: Identity): PinnedDirectory {
  const directory = pin(bytePath(`${from.self}/..`));
  if (sameIdentity(directory.identity, expected)) return directory;
  directory.close();
  throw createErrnoError("ESTALE", "ESTALE: moved in mid-walk");
}
