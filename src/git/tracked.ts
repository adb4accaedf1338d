/** Whether a repository around a directory tracks files below it. */
import { dirname } from "node:path";
import { createErrnoError, expectErrno } from "../errors.ts";
import { decodeUtf8, readSmall } from "../fs/read-small.ts";
import { bytePath, lstatOrNull } from "../fs/syscalls.ts";
import { absolute } from "./alternates.ts";
import { runGit } from "./run.ts";

export interface IndexLook {
  /** The directory with the `.git`. */
  readonly repository: string;
  readonly tracks: boolean;
  /** Whether its index is the same as then. */
  readonly isCurrent: () => boolean;
}

/** An index of a million files is listed in a second. */
const LIST_MS = 20_000;

/** Null where no directory above has a repository. Rejects with an errno where git cannot tell. */
export async function lookAtIndex(directory: string): Promise<IndexLook | null> {
  const found = repositoryAround(directory);
  if (found === null) return null;
  const { repository, gitDirectory } = found;
  const before = stampOf(`${gitDirectory}/index`);
  const below = directory === repository ? "" : directory.slice(repository.length + 1);
  // Names of the index itself: neither the work tree nor a file of patterns is looked at.
  const args = ["ls-files", "--cached", "-z", "--", `:(top,literal)${below}`];
  const listed = await runGit(gitDirectory, args, { limit: LIST_MS, refs: [] });
  return { repository, tracks: listed !== "", isCurrent: () => stampOf(`${gitDirectory}/index`) === before };
}

interface Around {
  readonly repository: string;
  readonly gitDirectory: string;
}

/** The innermost one: of a repository inside another that one knows nothing. */
function repositoryAround(directory: string): Around | null {
  for (let at = directory; ; at = dirname(at)) {
    const path = at === "/" ? "/.git" : `${at}/.git`;
    const kind = kindOf(path);
    if (kind === "directory") return { repository: at, gitDirectory: path };
    if (kind === "file") return { repository: at, gitDirectory: linkedBy(path, at) };
    if (at === dirname(at)) return null;
  }
}

/** A worktree and a submodule have a file that names the directory (gitrepository-layout(5)). */
function linkedBy(path: string, from: string): string {
  const file = readSmall(bytePath(path), 16 * 1024);
  const text = file.kind === "bytes" ? decodeUtf8(file.bytes) : null;
  const named = /^gitdir: (.+?)\n*$/s.exec(text ?? "")?.[1];
  if (named === undefined) throw createErrnoError("EINVAL", `${path} names no git directory`);
  return absolute(from, named);
}

function kindOf(path: string): string | null {
  try {
    return lstatOrNull(bytePath(path))?.kind ?? null;
  } catch (error) {
    expectErrno(error, "ENOTDIR");
    return null;
  }
}

function stampOf(path: string): string {
  const stat = lstatOrNull(bytePath(path));
  return stat === null ? "" : JSON.stringify([stat.identity, stat.mtime, stat.ctime, stat.size]);
}
