/**
 * Looks at directories on the way to a workdir, each once a run. What is cached here is good for one scan; a check
 * before a removal looks again with a new one.
 */
import { errnoOf } from "../errors.ts";
import { type BytePath, bytePath, lstatOrNull, rawPath, textOf } from "../fs/door.ts";
import { stream } from "../fs/listing.ts";
import { mountOf } from "../fs/directory.ts";
import type { Identity } from "../model/entry.ts";
import { foldName } from "./places.ts";

export type Seen =
  | { readonly kind: "directory"; readonly identity: Identity }
  | { readonly kind: "other" }
  | { readonly kind: "symlink" }
  | { readonly kind: "missing" }
  | { readonly kind: "trouble"; readonly code: string };

/** What a directory lists: folded names, and whether any does not begin with a dot. */
export type Listing =
  | { readonly kind: "names"; readonly folded: ReadonlySet<string>; readonly visible: boolean }
  | { readonly kind: "trouble"; readonly code: string };

export interface Ancestors {
  readonly look: (path: string) => Seen;
  /** The same for a workdir, which is asked about once: ten thousand of them are not remembered. */
  readonly subject: (path: string) => Seen;
  readonly list: (path: string) => Listing;
  /** Device and mount id of a directory, or the errno. */
  readonly mount: (path: string) => MountSeen;
}

export type MountSeen = { readonly id: string } | { readonly code: string };

/** What a child process found out about paths on mounts that may not answer. */
export interface RemoteAnswers {
  readonly covers: (path: string) => boolean;
  readonly look: (path: string) => Seen;
  readonly list: (path: string) => Listing;
}

/** `remotes`: answers for paths that must not be asked about here; more may come until the path is looked at,
 * and the last that know its mount are those that were asked about it. */
export function newAncestors(remotes: readonly RemoteAnswers[] = []): Ancestors {
  const covered = (path: string): RemoteAnswers | null => remotes.findLast((remote) => remote.covers(path)) ?? null;
  const look = (path: string): Seen => covered(path)?.look(path) ?? lookAt(bytePath(path));
  return {
    look: remembered(look),
    subject: look,
    list: remembered((path) => covered(path)?.list(path) ?? listOf(bytePath(path))),
    // A remote mount is never the base's own: those are not asked about through a child.
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

/** An errno becomes a value; anything else is a fault of ours and stays one. */
function guarded<T>(look: () => T, failed: (code: string) => T): T {
  try {
    return look();
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    return failed(code);
  }
}

function lookAt(path: BytePath): Seen {
  return guarded<Seen>(
    () => {
      const stat = lstatOrNull(path);
      if (stat === null) return { kind: "missing" };
      if (stat.kind === "directory") return { kind: "directory", identity: stat.identity };
      return { kind: stat.kind === "symlink" ? "symlink" : "other" };
    },
    (code) => ({ kind: "trouble", code }),
  );
}

/** Listings of directories that many workdirs are missing from: each removal asks twice, and there may be a thousand. */
const listings = new Map<string, { readonly listing: Listing; readonly as: string }>();
const MOST_LISTINGS = 64;

/** A change within the same tick of the clock leaves the time of a directory as it was (git calls that racy). */
const SETTLED_MS = 2000;

/** What a directory lists; a listing is used again only while the directory is the same and unchanged. */
function listOf(path: BytePath): Listing {
  return guarded<Listing>(
    () => {
      const before = lstatOrNull(path);
      const as = before === null ? null : JSON.stringify([before.identity, before.mtime, before.ctime, before.size]);
      const known = listings.get(path);
      if (as !== null && known?.as === as) return known.listing;
      const listing = readListing(path);
      listings.delete(path);
      const newest = before === null ? Infinity : Math.max(before.mtime, before.ctime);
      if (as !== null && newest < Date.now() - SETTLED_MS) listings.set(path, { listing, as });
      const oldest = listings.keys().next().value;
      if (listings.size > MOST_LISTINGS && oldest !== undefined) listings.delete(oldest);
      return listing;
    },
    (code) => ({ kind: "trouble", code }),
  );
}

function readListing(path: BytePath): Listing {
  const folded = new Set<string>();
  let visible = false;
  for (const name of stream(path)) {
    folded.add(foldName(textOf(rawPath(name))));
    if (!name.startsWith(".")) visible = true;
  }
  return { kind: "names", folded, visible };
}
