/**
 * Checkouts elsewhere that depend on a repo (`git worktree add`, gitrepository-layout(5)): `worktrees/<name>/gitdir`
 * has the path of the checkout's `.git`, relative to its own directory since git 2.48. `locked` beside it means that
 * the checkout is on a disk that is not always mounted, and that git itself never prunes it.
 *
 * The paths may lead anywhere, so here they are only read: scan/checkouts.ts checks whether they exist.
 */
import { bytePath, kindOrNull, lstatOrNull, rawPath, textOf } from "../../fs/syscalls.ts";
import { children } from "../../fs/listing.ts";
import { decodeUtf8, readSmall, toIoError } from "../../fs/read-small.ts";
import type { IoError } from "../../model/entry.ts";
import type { Checkout } from "../../model/inspection.ts";
import { absolute } from "../../git/alternates.ts";

/** A path, and possible trailing characters. */
const LIMIT = 64 * 1024;

export interface Checkouts {
  readonly checkouts: readonly Checkout[];
  readonly troubles: readonly IoError[];
}

const NONE: Checkouts = { checkouts: [], troubles: [] };

/** `home`: where the repo belongs, which relative paths refer to even while it lies in the trash. */
export function readCheckouts(gitDirectory: string, home: string): Checkouts {
  const directory = bytePath(`${gitDirectory}/worktrees`);
  try {
    // Nearly no repo has one.
    if (kindOrNull(directory) !== "directory") return NONE;
    const found = children(directory).map(({ name }) => readOne(gitDirectory, home, textOf(rawPath(name))));
    return {
      checkouts: found.flatMap(({ checkouts }) => checkouts),
      troubles: found.flatMap(({ troubles }) => troubles),
    };
  } catch (error) {
    return { checkouts: [], troubles: [toIoError(directory, error)] };
  }
}

function readOne(gitDirectory: string, home: string, name: string): Checkouts {
  const own = `${gitDirectory}/worktrees/${name}`;
  const path = `${own}/gitdir`;
  const file = readSmall(bytePath(path), LIMIT);
  const trouble = (code: string, message: string): Checkouts => ({
    checkouts: [],
    troubles: [{ code, message, path }],
  });
  switch (file.kind) {
    case "missing":
      // What git would prune at once.
      return NONE;
    case "unreadable":
      return file.trouble.code === "ENOTDIR" ? NONE : { checkouts: [], troubles: [file.trouble] };
    case "not-a-file":
      return trouble("ENOTSUP", "it is not a regular file");
    case "too-large":
      return trouble("EFBIG", `it has ${file.size} bytes`);
    case "bytes": {
      const text = decodeUtf8(file.bytes)?.replace(/[\r\n]+$/, "");
      if (text === undefined) return trouble("EILSEQ", "it is not UTF-8");
      if (text === "") return NONE;
      const at = absolute(`${home}/worktrees/${name}`, text);
      return { checkouts: [{ at, locked: lstatOrNull(bytePath(`${own}/locked`)) !== null }], troubles: [] };
    }
  }
}
