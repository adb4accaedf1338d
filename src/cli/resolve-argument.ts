/**
 * An argument that names a repo, in the form that the library compares with recorded workdirs, which are absolute.
 * Pure.
 */
import { resolve } from "node:path";

/** `.`, `..` and anything with a separator is a path; `~` and a glob that begins with `**` stay as they are. */
export function resolveArgument(word: string, cwd: string): string {
  const isPath = word === "." || word === ".." || word.includes("/");
  return !isPath || /^(?:~(?:\/|$)|\*\*)/.test(word) ? word : resolve(cwd, word);
}
