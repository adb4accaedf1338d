/**
 * What needs objects and is not a ref, reflog or HEAD, which git itself reads.
 *
 * - Pseudo refs (`ORIG_HEAD`, `MERGE_HEAD`, ...), those of linked worktrees with their own refs, and the commits that
 *   `shallow` and `info/grafts` name.
 * - Every index, in any version that git writes, those that its agent keeps elsewhere in it included: what is staged and
 *   not committed is nowhere else.
 */
import { basename } from "node:path";
import { createErrnoError } from "../../errors.ts";
import { runCooperatively } from "../../fs/cooperative.ts";
import { bytePath } from "../../fs/syscalls.ts";
import { childrenOrNone } from "../../fs/listing.ts";
import { readHead, readSmall } from "../../fs/read-small.ts";
import type { CooperativeTask } from "../../model/steps.ts";

const NAME = /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40})(?![0-9a-f])/g;

/** More than a `FETCH_HEAD` of a hundred thousand branches. */
const LIMIT = 16 * 1024 * 1024;

/** Objects that files of the repository name. Throws the errno of one that exists and cannot be read. */
export function namedIn(repository: string): readonly string[] {
  const worktrees = directoriesIn(`${repository}/worktrees`);
  const heads = [repository, ...worktrees].flatMap((directory) =>
    filesIn(directory).filter((path) => /\/[A-Z_]*HEAD$/.test(path)),
  );
  const own = worktrees.flatMap((directory) => filesBelow(`${directory}/refs`));
  const bounds = ["shallow", "info/grafts"].map((name) => `${repository}/${name}`);
  return [...heads, ...own, ...bounds].flatMap((path) => textOf(path).match(NAME) ?? []);
}

/**
 * Which of these objects some index names, of git's own and of these. Throws the errno of an index that cannot be read.
 */
export async function indexedOf(
  repository: string,
  candidates: ReadonlySet<string>,
  more: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  if (candidates.size === 0) return found;
  for (const path of indexesIn(repository, more)) {
    const file = readSmall(bytePath(path), INDEX_LIMIT);
    if (file.kind === "missing") continue;
    if (file.kind !== "bytes") throw unreadable(path, file);
    for (const name of await runCooperatively(namesIn(file.bytes, candidates))) found.add(name);
  }
  return found;
}

const INDEX_LIMIT = 1024 * 1024 * 1024;

/** How many bytes are searched between two checks of the clock. */
const PORTION = 1 << 14;

function indexesIn(repository: string, more: readonly string[]): readonly string[] {
  const own = [repository, ...directoriesIn(`${repository}/worktrees`)].flatMap(filesIn);
  return [...more.filter((path) => isIndex(path, true)), ...own.filter((path) => isIndex(path, isIndexName(path)))];
}

function isIndexName(path: string): boolean {
  return /^(?:shared)?index/.test(basename(path));
}

/** `byName`: git reads what is there, through a symlink as well. Throws the errno of a file that may be one. */
function isIndex(path: string, byName: boolean): boolean {
  const head = readHead(bytePath(path), 4);
  if (head !== null) return head.toString("latin1") === "DIRC";
  const file = readSmall(bytePath(path), 4);
  if (file.kind === "missing" || (file.kind === "not-a-file" && !byName)) return false;
  throw unreadable(path, file);
}

/**
 * The candidates whose bytes are anywhere in a file. An index has names as bytes, in entries and in its cached trees;
 * their offsets depend on its version, so every offset is tried: four bytes exclude nearly all.
 */
function* namesIn(bytes: Buffer, candidates: ReadonlySet<string>): CooperativeTask<string[]> {
  const length = ([...candidates][0]?.length ?? 40) / 2;
  const beginnings = new Set([...candidates].map((name) => Number.parseInt(name.slice(0, 8), 16)));
  const found: string[] = [];
  for (let at = 0; at + length <= bytes.length; at += 1) {
    if (at % PORTION === 0) yield;
    if (!beginnings.has(bytes.readUInt32BE(at))) continue;
    const name = bytes.toString("hex", at, at + length);
    if (candidates.has(name)) found.push(name);
  }
  return found;
}

function textOf(path: string): string {
  const file = readSmall(bytePath(path), LIMIT);
  if (file.kind === "missing") return "";
  if (file.kind !== "bytes") throw unreadable(path, file);
  return file.bytes.toString("latin1");
}

function unreadable(path: string, file: ReturnType<typeof readSmall>): Error {
  if (file.kind === "unreadable")
    return createErrnoError(file.trouble.code, `${file.trouble.message}: it may need objects`);
  return createErrnoError("EINVAL", `EINVAL: ${path} may need objects, and it cannot be read (${file.kind})`);
}

function filesIn(directory: string): string[] {
  return childrenOrNone(bytePath(directory)).flatMap(({ name, kind }) =>
    kind === "directory" ? [] : [`${directory}/${name}`],
  );
}

function directoriesIn(directory: string): string[] {
  return childrenOrNone(bytePath(directory)).flatMap(({ name, kind }) =>
    kind === "directory" ? [`${directory}/${name}`] : [],
  );
}

function filesBelow(directory: string): string[] {
  return [...filesIn(directory), ...directoriesIn(directory).flatMap(filesBelow)];
}
