/**
 * Whether the format of a git directory is supported. Much is read from its files (refs, reflogs, indexes), and in an
 * unknown format these mean something else, or nothing: in a store with `extensions.refStorage = reftable` every
 * project looks as if it had no snapshot. So such a directory is judged by this alone: nothing inside it is removed,
 * counted, packed or measured by git, and the reason names what is not supported. Removing something as a whole, such
 * as a shadow repo, needs no git.
 *
 * Stricter than git (setup.c, check_repository_format): git 2.45 supports reftable, and the code that reads refs here
 * does not.
 */
import { errnoOf } from "../../errors.ts";
import type { Child } from "../../fs/listing.ts";
import { bytePath, kindOrNull } from "../../fs/syscalls.ts";
import { readSmall } from "../../fs/read-small.ts";
import { specialFileIn } from "../../git/special-files.ts";
import { CONFIG_LIMIT, configLines } from "./config.ts";

/** Extensions with the values that change nothing here (git-config(1)); null: any value. Others are not supported. */
const EXTENSIONS: Readonly<Record<string, RegExp | null>> = {
  "noop": null,
  "noop-v1": null,
  // `config.worktree` beside `config`: nothing in it is read here.
  "worktreeconfig": null,
  "objectformat": /^sha(?:1|256)$/i,
  "refstorage": /^files$/i,
  // Its owner declares that no object may be removed.
  "preciousobjects": /^(?:false|no|off|0|)$/i,
};

/** git refuses these where the version is 0. */
const SINCE_VERSION_1: ReadonlySet<string> = new Set(["noop-v1", "objectformat", "refstorage"]);

/**
 * What is not supported about a git directory, as in its `config` or its layout; null: nothing. `listed`: what is in it, where
 * that was just seen. Throws no errno.
 */
export function unsupportedIn(gitDirectory: string, listed?: readonly Child[]): string | null {
  const special = specialFileIn(gitDirectory, listed);
  if (special !== null) return `${special} is a FIFO or a device, which git would wait for`;
  return unsupportedLayout(gitDirectory, listed) ?? unsupportedConfig(gitDirectory);
}

function unsupportedConfig(gitDirectory: string): string | null {
  const file = readSmall(bytePath(`${gitDirectory}/config`), CONFIG_LIMIT);
  if (file.kind === "missing") return null;
  if (file.kind === "unreadable") return `config cannot be read (${file.trouble.code})`;
  if (file.kind !== "bytes") return `config is ${file.kind === "too-large" ? "too large" : "not a regular file"}`;
  // One character per byte: a path that is not UTF-8 in another setting must not prevent parsing these.
  const text = file.bytes.toString("latin1").replace(/^\u00ef\u00bb\u00bf/, "");
  const extensions = new Map<string, string | null>();
  let version = "0";
  for (const line of configLines(text)) {
    if (line.kind === "broken") return `config has a line that git refuses: ${line.line.slice(0, 80)}`;
    if (line.name === "core.repositoryformatversion") version = (line.value ?? "").trim();
    if (line.name.startsWith("extensions.")) extensions.set(line.name.slice("extensions.".length), line.value);
  }
  if (!/^0*[01]$/.test(version)) return `core.repositoryFormatVersion = ${version.slice(0, 80)}`;
  for (const [name, value] of extensions) {
    const expected = Object.hasOwn(EXTENSIONS, name) ? EXTENSIONS[name] : undefined;
    const known = expected === null || (expected !== undefined && value !== null && expected.test(value));
    const allowed = known && (version.endsWith("1") || !SINCE_VERSION_1.has(name));
    if (!allowed) return `extensions.${name}${value === null ? "" : ` = ${value.slice(0, 80)}`}`;
  }
  return null;
}

/** What identifies a git directory (setup.c, is_git_directory), and what says that its refs are elsewhere. */
function unsupportedLayout(gitDirectory: string, listed?: readonly Child[]): string | null {
  const kindOf = (name: string): string | null =>
    listed === undefined || name.includes("/")
      ? kindOrNull(bytePath(`${gitDirectory}/${name}`))
      : (listed.find((child) => child.name === name)?.kind ?? null);
  try {
    for (const name of ["objects", "refs"]) if (kindOf(name) !== "directory") return `no directory ${name}/`;
    if (kindOf("reftable") !== null) return "refs in reftable/";
    if (kindOf("refs/heads") === "file") return "no files below refs/: refs/heads is a file";
    if (kindOf("commondir") !== null) return "a commondir, which says that its files are elsewhere";
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    return `its files cannot be read (${code})`;
  }
  const head = readSmall(bytePath(`${gitDirectory}/HEAD`), 4096);
  if (head.kind === "missing") return "no HEAD";
  if (head.kind !== "bytes") return "HEAD is not a file that can be read";
  const text = head.bytes.toString("latin1");
  return /^(?:ref:\s*refs\/\S+|[0-9a-f]{40}|[0-9a-f]{64})\s*$/.test(text) ? null : "HEAD names no ref and no commit";
}
