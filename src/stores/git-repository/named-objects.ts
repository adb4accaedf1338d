/**
 * The objects that a repository names, from its files (gitrepository-layout(5)): by refs, HEAD and the like, and reflogs.
 * What they reach is its history; what nothing names, git would delete.
 */
import { ifReadable } from "../../errors.ts";
import { type Child, children } from "../../fs/listing.ts";
import { bytePath, rawPath, textOf } from "../../fs/syscalls.ts";
import { readSmall } from "../../fs/read-small.ts";

/** 170 bytes a line of a reflog: a hundred thousand of them. */
const FILE_LIMIT = 16 * 1024 * 1024;

/** A branch may have slashes in its name, but hardly this many. */
const MAX_DEPTH = 16;

/** `HEAD`, `ORIG_HEAD`, `FETCH_HEAD` and whatever comes next. */
const HEADS = /^(?:[A-Z]+_)*HEAD$/;

const ID = "(?:[0-9a-f]{64}|[0-9a-f]{40})";
/** `<old> <new> <committer>\t<message>`. */
const LOG_LINE = new RegExp(`^(${ID}) (${ID}) .`);
/** A ref, or a line of `FETCH_HEAD`. */
const VALUE = new RegExp(`^(${ID})(?:\\s.*)?$`);
const PACKED_LINE = new RegExp(`^(?:(${ID}) refs/.|\\^(${ID})$)`);
const SYMBOLIC = /^ref:\s*\S+\s*$/;

/** Null where it is not known: a file that cannot be read, or in which a line is none of git's. Throws no errno. */
export function namedObjects(gitDirectory: string): ReadonlySet<string> | null {
  const listed = listedIn(gitDirectory);
  // Each of its worktrees has a HEAD and a reflog of its own.
  if (listed === null || listed.some(({ name }) => name === "worktrees" || name === "modules")) return null;
  const heads = listed.filter(({ name }) => HEADS.test(name)).map(({ name }) => `${gitDirectory}/${name}`);
  const refs = filesBelow(`${gitDirectory}/refs`, 0);
  const hasLogs = listed.some(({ name }) => name === "logs");
  const logs = hasLogs ? filesBelow(`${gitDirectory}/logs`, 0) : [];
  if (refs === null || logs === null) return null;
  const packed = listed.some(({ name }) => name === "packed-refs") ? [`${gitDirectory}/packed-refs`] : [];
  const all = [
    ...[...heads, ...refs].map((path) => idsIn(path, valueIn)),
    ...packed.map((path) => idsIn(path, packedIn)),
    ...logs.map((path) => idsIn(path, loggedIn)),
  ];
  const found = new Set<string>();
  for (const ids of all) {
    if (ids === null) return null;
    for (const id of ids) if (!/^0+$/.test(id)) found.add(id);
  }
  return found;
}

function listedIn(directory: string): readonly Child[] | null {
  return ifReadable(() => children(bytePath(directory)));
}

function filesBelow(directory: string, depth: number): readonly string[] | null {
  const listed = depth > MAX_DEPTH ? null : listedIn(directory);
  if (listed === null) return null;
  const found: string[] = [];
  for (const { name, kind } of listed) {
    const path = `${directory}/${textOf(rawPath(name))}`;
    const below = kind === "directory" ? filesBelow(path, depth + 1) : kind === "file" ? [path] : null;
    if (below === null) return null;
    found.push(...below);
  }
  return found;
}

type LineReader = (line: string) => readonly string[] | null;

function idsIn(path: string, read: LineReader): readonly string[] | null {
  const file = readSmall(bytePath(path), FILE_LIMIT);
  if (file.kind !== "bytes") return null;
  const found: string[] = [];
  for (const line of file.bytes.toString("latin1").split("\n")) {
    const ids = line === "" ? [] : read(line);
    if (ids === null) return null;
    found.push(...ids);
  }
  return found;
}

function valueIn(line: string): readonly string[] | null {
  if (SYMBOLIC.test(line)) return [];
  const id = VALUE.exec(line)?.[1];
  return id === undefined ? null : [id];
}

function packedIn(line: string): readonly string[] | null {
  if (line.startsWith("#")) return [];
  const match = PACKED_LINE.exec(line);
  return match === null ? null : [match[1] ?? match[2] ?? ""];
}

function loggedIn(line: string): readonly string[] | null {
  const match = LOG_LINE.exec(line);
  return match === null ? null : [match[1] ?? "", match[2] ?? ""];
}
