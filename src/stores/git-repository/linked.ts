/**
 * What a repository uses of others without alternates: a symlink in place of its objects, of some of them or of its refs (as
 * git-new-workdir makes them), and the `commondir` of a linked worktree (gitrepository-layout(5)). Single loose objects are
 * not looked at: that would be a walk of every repository.
 */
import { errnoOf, ifReadable } from "../../errors.ts";
import { type Child, children, symlinksIn } from "../../fs/listing.ts";
import { decodeUtf8, readSmall, type SmallFile, toIoError } from "../../fs/read-small.ts";
import { below, bytePath, type BytePath, readLinkBytes, textOf } from "../../fs/syscalls.ts";
import { absolute } from "../../git/alternates.ts";
import type { IoError } from "../../model/entry.ts";
import type { Borrowed } from "./files.ts";

export const NONE: Borrowed = { borrows: [], trouble: null };

/** It is one path. */
const COMMONDIR_LIMIT = 64 * 1024;

/**
 * Absolute paths that it leads to, whatever is there: scan/borrowed.ts follows them. `home`: where the repository belongs, which
 * relative ones refer to even while it lies in the trash. Throws no errno.
 */
export function linkedPlaces(gitDirectory: string, home: string): Borrowed {
  const borrows: string[] = [];
  try {
    for (const found of placesIn(gitDirectory, home)) {
      if (typeof found !== "string") return { borrows, trouble: found };
      borrows.push(found);
    }
    return { borrows, trouble: null };
  } catch (error) {
    const code = errnoOf(error);
    const isMissing = code === "ENOENT" || code === "ENOTDIR";
    return { borrows, trouble: isMissing ? null : toIoError(bytePath(gitDirectory), error) };
  }
}

/** What git reads of a git directory, or finds objects by. Links of other names are of no use to it. */
const TOP = /^(?:HEAD|commondir|config|logs|objects|packed-refs|refs|shallow)$/;
export const OBJECT_PART: RegExp = /^(?:[0-9a-f]{2}|info|pack|pack-.*|multi-pack-index.*)$/;
const ANY = /(?:)/;

/** Nothing is listed behind a link: its mount may not answer. */
function placesIn(gitDirectory: string, home: string): (string | IoError)[] {
  const top = bytePath(gitDirectory);
  const listed = children(top);
  const kindOf = (name: string): Child["kind"] | undefined => listed.find((child) => child.name === name)?.kind;
  // Any directory may have links to repositories in it.
  if (kindOf("HEAD") === undefined) return [];
  const links = listed.flatMap(({ name, kind }) => (kind === "symlink" ? name : []));
  const found = linksIn(top, home, links, TOP);
  const common = kindOf("commondir");
  // Git waits for what is neither a file nor a link to one: nothing is used by that.
  if (common === "file" || common === "symlink") found.push(...objectsOfCommon(below(top, "commondir"), home));
  const within = (part: string, names: RegExp): readonly string[] => {
    const directory = bytePath(`${gitDirectory}/${part}`);
    const all = symlinksIn(directory);
    found.push(...linksIn(directory, `${home}/${part}`, all, names));
    return all;
  };
  // Refs have no objects: where they cannot be read, nothing else has to stay.
  if (kindOf("refs") === "directory") ifReadable(() => within("refs", ANY));
  if (kindOf("objects") === "directory" && !within("objects", OBJECT_PART).includes("pack"))
    within("objects/pack", OBJECT_PART);
  return found;
}

function linksIn(directory: BytePath, home: string, links: readonly string[], names: RegExp): (string | IoError)[] {
  return links
    .filter((name) => names.test(name))
    .map((name) => {
      const path = below(directory, name);
      return placeOf(readLinkBytes(path), home, path);
    });
}

/** `commondir`: the git directory that has its objects and refs, relative to its own. */
function objectsOfCommon(path: BytePath, from: string): readonly (string | IoError)[] {
  const file: SmallFile = readSmall(path, COMMONDIR_LIMIT);
  if (file.kind === "unreadable") return [file.trouble];
  // Where a link leads to may be on a mount that does not answer.
  if (file.kind === "not-a-file") return [{ code: "ENOTSUP", message: "it is not a regular file", path: textOf(path) }];
  if (file.kind !== "bytes") return [];
  const place = placeOf(file.bytes, from, path);
  return [typeof place === "string" ? `${place.replace(/[\r\n]+$/, "")}/objects` : place];
}

function placeOf(bytes: Buffer, from: string, path: BytePath): string | IoError {
  const text = decodeUtf8(bytes);
  return text === null
    ? { code: "EILSEQ", message: "the path in it is not UTF-8", path: textOf(path) }
    : absolute(from, text);
}
