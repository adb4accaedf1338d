/** Which directories are git directories, by what is in them. */
import { ifReadable } from "../../errors.ts";
import type { Child } from "../../fs/listing.ts";
import { below, bytePath, kindOrNull } from "../../fs/syscalls.ts";

/** What git needs to take a directory for a repository, and `config`, which it does not need. */
const PARTS = [
  ["HEAD", "file"],
  ["config", "file"],
  ["objects", "directory"],
  ["refs", "directory"],
] as const;

/** Whether a path is a git directory itself, and no link to one. Throws no errno. */
export function isGitDirectory(path: string): boolean {
  const root = bytePath(path);
  return [["", "directory"] as const, ...PARTS].every(([name, kind]) => kindOf(root, name) === kind);
}

/** The same by what is listed in it. */
export function hasParts(within: readonly Child[]): boolean {
  return PARTS.every(([part, kind]) => within.some((child) => child.name === part && child.kind === kind));
}

function kindOf(root: ReturnType<typeof bytePath>, name: string): string | null {
  return ifReadable(() => kindOrNull(name === "" ? root : below(root, name)));
}
