/**
 * Follows symlinks one by one, as the kernel does (path_resolution(7)), and records the path after each. realpath(3)
 * returns only the end, and nothing where the last part does not exist: when the disk that a link leads to is
 * unplugged, paths recorded below it must still be recognised.
 *
 * The walk only yields the paths to be checked. Which process checks them (this one, or a child where a mount may not
 * answer) is decided by foreign.ts for each component: a link on a local disk may lead onto a dead mount.
 */
import { posix } from "node:path";
import { errnoOf, messageOf } from "../errors.ts";
import { bytePath, lstatOrNull, readLink } from "../fs/syscalls.ts";

/** What is at a path whose directory contains no symlink. */
export type Link =
  | { readonly kind: "directory" }
  | { readonly kind: "other" }
  | { readonly kind: "symlink"; readonly to: string }
  | { readonly kind: "missing" }
  /** `below`: everything at or below this path does not answer either. */
  | { readonly kind: "trouble"; readonly code: string; readonly message: string; readonly below: string };

export interface Resolution {
  /** The path as given, then after each symlink was followed: the last one contains none, as far as is known. */
  readonly forms: readonly string[];
  readonly end: Exclude<Link, { readonly kind: "symlink" }>;
  /** Where on the path the end was reached: the path itself where all of it exists. */
  readonly at: string;
}

/** `whole`: the path as it reads now, of which `at` is a part; it is asked for where a child has to look. */
export interface PathQuery {
  readonly at: string;
  readonly whole: () => string;
}

/** The kernel reports a loop after this many links (MAXSYMLINKS of Linux; macOS stops at 32). */
const MAX_LINKS = 40;

/** `path`: absolute. */
export function* followLinks(path: string): Generator<PathQuery, Resolution, Link> {
  const whole = posix.normalize(path).replace(/(.)\/$/, "$1");
  const forms = [whole];
  let at = "/";
  let rest = partsOf(whole);
  let links = 0;
  for (;;) {
    const [part, ...later] = rest;
    if (part === undefined) return { forms, end: { kind: "directory" }, at };
    const next = part === ".." ? posix.dirname(at) : `${at === "/" ? "" : at}/${part}`;
    const [above, below] = [at, rest];
    const found = part === ".." ? DIRECTORY : yield { at: next, whole: () => posix.join(above, ...below) };
    if (found.kind === "symlink") {
      links += 1;
      if (links > MAX_LINKS) return { forms, end: trouble("ELOOP", "too many symlinks in a row", next), at: next };
      rest = [...partsOf(found.to), ...later];
      if (found.to.startsWith("/")) at = "/";
      const form = posix.join(at, ...rest);
      if (!forms.includes(form)) forms.push(form);
    } else if (found.kind === "directory") {
      at = next;
      rest = later;
    } else {
      // A file ends the path as well, and is the target where no component follows.
      const isInTheWay = found.kind === "other" && later.length > 0;
      const end = isInTheWay ? trouble("ENOTDIR", `${next} is not a directory`, next) : found;
      return { forms, end, at: next };
    }
  }
}

const DIRECTORY: Link = { kind: "directory" };

function trouble(code: string, message: string, below: string): Exclude<Link, { readonly kind: "symlink" }> {
  return { kind: "trouble", code, message: `${code}: ${message}`, below };
}

/** `.` and empty parts are skipped. */
function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/** Checks paths in this process. */
export function lookAtLink(path: string): Link {
  try {
    const stat = lstatOrNull(bytePath(path));
    if (stat === null) return { kind: "missing" };
    if (stat.kind === "symlink") return { kind: "symlink", to: readLink(bytePath(path)) };
    return { kind: stat.kind === "directory" ? "directory" : "other" };
  } catch (error) {
    const code = errnoOf(error);
    if (code === null) throw error;
    return code === "ENOENT" ? { kind: "missing" } : { kind: "trouble", code, message: messageOf(error), below: path };
  }
}
