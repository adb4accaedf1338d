/**
 * What a repository uses of others without alternates: a symlink in place of its objects, of some of them or of its refs (as
 * git-new-workdir makes them), and the `commondir` of a linked worktree (gitrepository-layout(5)). Single loose objects are
 * not looked at: that would be a walk of every repository.
 */
import { errnoOf } from "../../errors.ts";
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

/** Nothing is listed behind a link: its mount may not answer. */
function placesIn(gitDirectory: string, home: string): (string | IoError)[] {
  const top = bytePath(gitDirectory);
  const listed = children(top);
  const has = (name: string, kind: Child["kind"]): boolean =>
    listed.some((child) => child.name === name && child.kind === kind);
  // Any directory may have links to repositories in it.
  if (!listed.some(({ name }) => name === "HEAD")) return [];
  const found = linksIn(
    top,
    home,
    listed.flatMap(({ name, kind }) => (kind === "symlink" ? name : [])),
  );
  if (has("commondir", "file")) found.push(...objectsOfCommon(below(top, "commondir"), home));
  if (!has("objects", "directory")) return found;
  const objects = below(top, "objects");
  const inObjects = symlinksIn(objects);
  found.push(...linksIn(objects, `${home}/objects`, inObjects));
  if (inObjects.includes("pack")) return found;
  const packs = below(objects, "pack");
  return [...found, ...linksIn(packs, `${home}/objects/pack`, symlinksIn(packs))];
}

function linksIn(directory: BytePath, home: string, names: readonly string[]): (string | IoError)[] {
  return names.map((name) => {
    const path = below(directory, name);
    return placeOf(readLinkBytes(path), home, path);
  });
}

/** `commondir`: the git directory that has its objects and refs, relative to its own. */
function objectsOfCommon(path: BytePath, from: string): readonly (string | IoError)[] {
  const file: SmallFile = readSmall(path, COMMONDIR_LIMIT);
  if (file.kind === "unreadable") return [file.trouble];
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
