/**
 * FIFOs and devices where git reads a file. Git opens what it finds: a FIFO that is never written blocks it until its
 * deadline, and `/dev/zero` is read until memory is exhausted. A valid repository has none, so one that does is refused
 * before git runs, with the name of the file; a deadline alone would cost minutes for each project of a store.
 *
 * Sockets are none of these: opening one fails at once, and git's own fsmonitor has one there.
 */
import { isErrno } from "../errors.ts";
import type { Child } from "../fs/listing.ts";
import { bytePath, kindOrNull, lstatOrNull } from "../fs/syscalls.ts";
import { runCommand } from "../process/run-command.ts";
import { environment } from "./environment.ts";

/** What git opens in every command (gitrepository-layout(5)). */
export const ALWAYS_READ: readonly string[] = [
  "HEAD",
  "config",
  "config.worktree",
  "commondir",
  "packed-refs",
  "shallow",
  "info/grafts",
  "objects/info/alternates",
  "objects/info/commit-graph",
  "objects/info/commit-graphs/commit-graph-chain",
  "objects/pack/multi-pack-index",
];

/**
 * The first of the files that git always opens which is a FIFO or a device; null: none is. `listed`: what is in the
 * directory, where that is known. Throws no errno.
 */
export function specialFileIn(gitDirectory: string, listed?: readonly Child[]): string | null {
  const isOne = (name: string): boolean =>
    listed === undefined || name.includes("/")
      ? isSpecial(`${gitDirectory}/${name}`)
      : listed.some((child) => child.name === name && child.kind === "other");
  return ALWAYS_READ.find(isOne) ?? null;
}

export function isSpecial(path: string): boolean {
  try {
    return kindOrNull(bytePath(path)) === "other";
  } catch (error) {
    // What cannot be read is reported by the code that reads it.
    if (isErrno(error, "EACCES", "EPERM", "ENAMETOOLONG", "ELOOP", "EIO", "ESTALE")) return false;
    throw error;
  }
}

/** `silent`: no answer in time; `missing`: the program that would look is not there. */
export type Unlisted = "silent" | "missing";

/** FIFOs and devices below directories, also those that a symlink leads to. By find(1), whose walk a host does not feel. */
export async function specialFilesBelow(directories: readonly string[], limit: number): Promise<string[] | Unlisted> {
  const kinds = ["-type", "p", "-o", "-type", "b", "-o", "-type", "c", "-o", "-type", "l"];
  const listed = await linesOf("find", [...directories, "(", ...kinds, ")", "-print"], limit);
  if (typeof listed === "string") return listed;
  const links = listed.filter((path) => lstatOrNull(bytePath(path))?.kind === "symlink").slice(0, MAX_LINKS);
  const bad = links.length === 0 ? [] : await notFiles(links, limit);
  // The target of a link that was not checked is unknown.
  return listed.filter((path) => !links.includes(path) || typeof bad === "string" || bad.includes(path));
}

/** A repository whose files are links has a handful. */
const MAX_LINKS = 1000;

/** By a process of its own: a link may lead onto a mount that does not answer. */
const LEADS_TO_NONE = `for path; do
  test ! -e "$path" || test -f "$path" || test -d "$path" || printf '%s\\n' "$path"
done`;

/** Which of these paths are there, and neither file nor directory. */
export async function notFiles(paths: readonly string[], limit: number): Promise<readonly string[] | Unlisted> {
  return linesOf("/bin/sh", ["-c", LEADS_TO_NONE, "sh", ...paths], limit);
}

/** What a program prints that has `limit` (ms), whatever it ends with. */
export async function linesOf(
  program: string,
  args: readonly string[],
  limit: number,
  separator = "\n",
): Promise<readonly string[] | Unlisted> {
  // Where this asks git about a file, no repository is meant.
  const env = environment("/dev/null");
  const { end, stdout } = await runCommand({ program, args, env }, { deadline: limit, grace: 0 });
  if (end.kind === "not-started") return "missing";
  if (end.kind !== "exited") return "silent";
  const printed = stdout.toString("utf8").split(separator);
  return printed.filter((line) => line !== "");
}
