/** What a person called a repo, as the library compares it with recorded workdirs, which are absolute. Pure. */
import { resolve } from "node:path";

/** `.`, `..` and whatever has a separator is a path; `~` and a glob that begins with `**` stand for themselves. */
export function absoluteWord(word: string, cwd: string): string {
  const isPath = word === "." || word === ".." || word.includes("/");
  return !isPath || /^(?:~(?:\/|$)|\*\*)/.test(word) ? word : resolve(cwd, word);
}
