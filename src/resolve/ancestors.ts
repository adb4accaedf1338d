/**
 * Checks the directories on the path to a workdir, each once per run. What is cached here is valid for one scan; the
 * check before a removal starts a new cache.
 */
import { errnoOf } from "../errors.ts";
import { below, type BytePath, bytePath, lstatOrNull, rawPath, textOf } from "../fs/syscalls.ts";
import { childStream } from "../fs/listing.ts";
import { mountOf } from "../fs/directory.ts";
import type { Identity } from "../model/entry.ts";
import { newTally, type Showing } from "./names.ts";
import { foldName } from "./places.ts";
import { whileUnchanged } from "./unchanged.ts";

export type PathState =
  | { readonly kind: "directory"; readonly identity: Identity }
  | { readonly kind: "other" }
  | { readonly kind: "symlink" }
  | { readonly kind: "missing" }
  | { readonly kind: "trouble"; readonly code: string };

/** The contents of a directory: folded names, what they show, and whether they are ciphertext (names.ts). */
export type Listing =
  | {
      readonly kind: "names";
      readonly folded: ReadonlySet<string>;
      readonly shows: Showing;
      readonly locked: boolean;
    }
  | { readonly kind: "trouble"; readonly code: string };

export interface NamedDirectory {
  readonly name: string;
  readonly birth: string;
}

/** The subdirectories of a directory, by identity. */
export interface Directories {
  readonly kind: "directories";
  readonly byInode: ReadonlyMap<string, NamedDirectory>;
  /** All of them have a birth time. */
  readonly births: boolean;
  /** There were no more than the limit. */
  readonly whole: boolean;
}

export type DirectoriesSeen = Directories | { readonly kind: "trouble"; readonly code: string };

export interface Ancestors {
  readonly look: (path: string) => PathState;
  /** The same for a workdir, uncached, since each is checked once: ten thousand of them need not be remembered. */
  readonly subject: (path: string) => PathState;
  readonly list: (path: string) => Listing;
  /** Stats each of them; null where they are on a mount that was not asked for them. */
  readonly directories: (path: string) => DirectoriesSeen | null;
  /** Device and mount id of a directory, or the errno. */
  readonly mount: (path: string) => MountSeen;
}

export type MountSeen = { readonly id: string } | { readonly code: string };

/** What a child process found out about paths on mounts that may not answer. */
export interface RemoteAnswers {
  readonly covers: (path: string) => boolean;
  readonly look: (path: string) => PathState;
  readonly list: (path: string) => Listing;
  readonly directories: (path: string) => DirectoriesSeen | null;
}

/** `remotes`: answers for paths that must not be asked about here; more may come until the path is looked at,
 * and the last that know its mount are those that were asked about it. */
export function newAncestors(remotes: readonly RemoteAnswers[] = []): Ancestors {
  const covered = (path: string): RemoteAnswers | null => remotes.findLast((remote) => remote.covers(path)) ?? null;
  const look = (path: string): PathState => covered(path)?.look(path) ?? lookAt(bytePath(path));
  return {
    look: remembered(look),
    subject: look,
    list: remembered((path) => covered(path)?.list(path) ?? listOf(bytePath(path))),
    directories: remembered((path) => {
      const remote = covered(path);
      return remote === null ? directoriesIn(bytePath(path)) : remote.directories(path);
    }),
    // A remote mount is never the base's own: the base's mount is not checked through a child.
    mount: remembered((path) => (covered(path) === null ? mountSeen(path) : { id: "remote" })),
  };
}

function mountSeen(path: string): MountSeen {
  return guarded<MountSeen>(
    () => ({ id: mountOf(bytePath(path)) }),
    (code) => ({ code }),
  );
}

function remembered<T>(look: (path: string) => T): (path: string) => T {
  const known = new Map<string, T>();
  return (path) => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const now = look(path);
    known.set(path, now);
    return now;
  };
}

/** An errno becomes a value; anything else is a bug and is thrown. */
function guarded<T>(look: () => T, failed: (code: string) => T): T {
  try {
    return look();
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    return failed(code);
  }
}

function lookAt(path: BytePath): PathState {
  return guarded<PathState>(
    () => {
      const stat = lstatOrNull(path);
      if (stat === null) return { kind: "missing" };
      if (stat.kind === "directory") return { kind: "directory", identity: stat.identity };
      return { kind: stat.kind === "symlink" ? "symlink" : "other" };
    },
    (code) => ({ kind: "trouble", code }),
  );
}

const listingOf = whileUnchanged(64, readListing);
const directoriesOf = whileUnchanged(8, readDirectories);

function listOf(path: BytePath): Listing {
  return guarded<Listing>(
    () => listingOf(path),
    (code) => ({ kind: "trouble", code }),
  );
}

function directoriesIn(path: BytePath): DirectoriesSeen {
  return guarded<DirectoriesSeen>(
    () => directoriesOf(path),
    (code) => ({ kind: "trouble", code }),
  );
}

/** A quarter of a second of stats. Beyond the limit a renamed directory might be missed, so nothing is proved. */
const MAX_DIRECTORIES = 50_000;

function readDirectories(path: BytePath): Directories {
  const byInode = new Map<string, NamedDirectory>();
  let births = true;
  for (const { name, kind } of childStream(path)) {
    if (kind !== "directory") continue;
    if (byInode.size >= MAX_DIRECTORIES) return { kind: "directories", byInode, births, whole: false };
    const stat = lstatOrNull(below(path, name));
    if (stat?.kind !== "directory") continue;
    const { ino, birth } = stat.identity;
    if (birth === "0") births = false;
    byInode.set(ino, { name: textOf(rawPath(name)), birth });
  }
  return { kind: "directories", byInode, births, whole: true };
}

function readListing(path: BytePath): Listing {
  const folded = new Set<string>();
  const tally = newTally();
  for (const { name, kind } of childStream(path)) {
    const text = textOf(rawPath(name));
    folded.add(foldName(text));
    tally.add(text, kind);
  }
  return { kind: "names", folded, shows: tally.shows(), locked: tally.locked() };
}
