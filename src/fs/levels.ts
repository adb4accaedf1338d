/** Directories on the way down into a tree that is destroyed: how one is entered, and left again upwards. */
import { dirname } from "node:path";
import { errnoOf, troubled } from "../errors.ts";
import type { Identity } from "../model/entry.ts";
import { sameIdentity } from "../model/entry.ts";
import { type BytePath, bytePath, lstat, rawPath } from "./door.ts";
import { mountOf, pin, type PinnedDirectory, unlock } from "./directory.ts";

/** A directory whose own size is above this is emptied in portions. */
const LARGE_DIRECTORY_BYTES = 1 << 20;

export interface Level {
  /** Name below the level above; the root's is its path. */
  readonly name: string;
  readonly identity: Identity;
  /** Null while too many are open. */
  directory: PinnedDirectory | null;
  /** Directories in it that are still to be entered. */
  readonly children: string[];
  /** Names it could not get rid of: they are passed over when it is listed again. */
  readonly stuck: Set<string>;
  readonly large: boolean;
  /** It could not be listed, so it is not empty as far as anybody knows. */
  unlisted: boolean;
}

/**
 * The mount that a tree lies on: that of the directory above it, since it was moved there by a rename. One that was
 * mounted over the tree itself since is another.
 */
export function mountAbove(root: BytePath): string {
  const above = pin(rawPath(dirname(root)));
  above.close();
  return above.mount;
}

/** `mount`: the one that the tree is on. Throws EXDEV for a directory on another, before anything in it is touched. */
export function enter(path: BytePath, name: string, mount: string): Level {
  const directory = pinOrUnlock(path, mount);
  if (directory.mount !== mount) {
    directory.close();
    throw troubled("EXDEV", "EXDEV: a mount begins here, it is not entered");
  }
  const { identity, size } = directory;
  const large = size > LARGE_DIRECTORY_BYTES;
  return { name, identity, directory, children: [], stuck: new Set(), large, unlisted: false };
}

/** Listing and unlinking need all three of the owner's rights. Where they cannot be had, the calls after this say so. */
function pinOrUnlock(path: BytePath, mount: string): PinnedDirectory {
  const directory = pinOrNull(path);
  if (directory !== null && (directory.mode & 0o700) === 0o700) return directory;
  directory?.close();
  const before = lstat(path);
  // Rights are given to what is to be destroyed, never to what somebody mounted there.
  if (mountOf(path) !== mount) throw troubled("EXDEV", "EXDEV: a mount begins here, it is not entered");
  tryUnlock(path, before.identity);
  const unlocked = pin(path);
  if (sameIdentity(unlocked.identity, before.identity)) return unlocked;
  unlocked.close();
  throw troubled("ESTALE", "ESTALE: replaced in mid-walk");
}

/** Null for a directory that its owner may not open: it may be given the right. */
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
    if (errnoOf(error) === null) throw error;
  }
}

/** Back up from a directory to the one above it, which must be the one that was left. */
export function climb(from: PinnedDirectory, expected: Identity): PinnedDirectory {
  const directory = pin(bytePath(`${from.self}/..`));
  if (sameIdentity(directory.identity, expected)) return directory;
  directory.close();
  throw troubled("ESTALE", "ESTALE: moved in mid-walk");
}
