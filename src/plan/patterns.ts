/** Matches workdirs against what people write: ids, plain paths, globs, `~`. Pure. */
import picomatch from "picomatch";
import type { Selectable } from "./request.ts";

const MAGIC = /[*?[\]{}()!+@]/;

/** `~` and `~/...` in front stand for the person's home, which is `/` in many a container. */
export function expandHome(pattern: string, userHome: string): string {
  if (pattern !== "~" && !pattern.startsWith("~/")) return pattern;
  const expanded = userHome.replace(/\/+$/, "") + pattern.slice(1);
  return expanded === "" ? "/" : expanded;
}

/**
 * Whether a path is named by a pattern. A plain path names itself and all below it; a glob names what it matches, dot
 * files included, and all below that.
 */
export function pathMatcher(pattern: string, userHome: string): (path: string) => boolean {
  if (pattern !== "~" && !pattern.startsWith("~/")) return matcher(pattern);
  // The home is no pattern, whatever characters are in its name: what follows `~` is held against what follows the home.
  const home = userHome.replace(/\/+$/, "");
  const rest = matcher(pattern === "~" ? "/" : pattern.slice(1));
  return (path) =>
    (path === home || path.startsWith(`${home}/`)) && rest(path === home ? "/" : path.slice(home.length));
}

function matcher(pattern: string): (path: string) => boolean {
  // Nothing names nothing: an empty word must not become everything.
  if (pattern === "") return () => false;
  const whole = /^\/+$/.test(pattern) ? "/" : pattern.replace(/\/+$/, "");
  // A directory may really be called `a[b]`: the text itself always names itself.
  const plain = (path: string): boolean => path === whole || path.startsWith(whole === "/" ? "/" : `${whole}/`);
  if (!MAGIC.test(whole)) return plain;
  const globs = [whole, `${whole}/**`].map((glob) => picomatch(glob, { dot: true, nonegate: true }));
  return (path) => plain(path) || globs.some((matches) => matches(path));
}

/** The first `keep` pattern that a workdir matches, or null. */
export function keepMatcher(patterns: readonly string[], userHome: string): (path: string) => string | null {
  const matchers = patterns.map((pattern) => ({ pattern, matches: pathMatcher(pattern, userHome) }));
  return (path) => matchers.find(({ matches }) => matches(path))?.pattern ?? null;
}

/** Whether a row is named by one of the words of a person: an id, the path of the entry, or its workdir or a glob. */
export function selectionOf(words: readonly string[], userHome: string): (row: Selectable) => boolean {
  const matchers = words.map((word) => wordMatcher(word, userHome));
  return (row) => matchers.some((matches) => matches(row));
}

export function wordMatcher(word: string, userHome: string): (row: Selectable) => boolean {
  const byPath = pathMatcher(word, userHome);
  return (row) => row.id === word || row.path === word || (row.subject !== null && byPath(row.subject));
}
