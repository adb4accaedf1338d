/** Matches workdirs against patterns: ids, plain paths, globs, `~`. Pure. */
import picomatch from "picomatch";
import type { NamedPlace, NamedPattern } from "../model/patterns.ts";
import type { Selectable } from "./request.ts";

const MAGIC = /[*?[\]{}()!+@]/;

/** Whether a pattern may be more than a name. */
export function hasMagic(pattern: string): boolean {
  return MAGIC.test(pattern);
}

/** A leading `~` or `~/` is replaced by the home, which is `/` in many containers. */
export function expandHome(pattern: string, userHome: string): string {
  if (pattern !== "~" && !pattern.startsWith("~/")) return pattern;
  const expanded = userHome.replace(/\/+$/, "") + pattern.slice(1);
  return expanded === "" ? "/" : expanded;
}

/**
 * Whether a path matches a pattern. A plain path matches itself and all below it; a glob what it matches, dot files
 * included, and all below that.
 */
export function pathMatcher(pattern: string, userHome: string): (path: string) => boolean {
  if (pattern !== "~" && !pattern.startsWith("~/")) return matcher(pattern);
  // The home is literal, whatever characters its name contains.
  return placeMatcher({ at: userHome, glob: pattern === "~" ? "/" : pattern.slice(1) });
}

/** Below a directory with a literal name: the rest is matched against the glob. */
function placeMatcher({ at, glob }: NamedPlace): (path: string) => boolean {
  const above = at.replace(/\/+$/, "");
  const rest = matcher(glob ?? "/");
  return (path) =>
    (path === above || path.startsWith(`${above}/`)) && rest(path === above ? "/" : path.slice(above.length));
}

function matcher(pattern: string): (path: string) => boolean {
  // An empty pattern matches nothing: an empty argument must not select everything.
  if (pattern === "") return () => false;
  const whole = /^\/+$/.test(pattern) ? "/" : pattern.replace(/\/+$/, "");
  // A directory may really be called `a[b]`, so the literal text always matches itself.
  const plain = (path: string): boolean => path === whole || path.startsWith(whole === "/" ? "/" : `${whole}/`);
  if (!MAGIC.test(whole)) return plain;
  const globs = [whole, `${whole}/**`].map((glob) => picomatch(glob, { dot: true, nonegate: true }));
  return (path) => plain(path) || globs.some((matches) => matches(path));
}

/**
 * The first `keep` pattern that a workdir matches, or null. `named`: what the patterns match on the disk, beyond their
 * text (resolve/patterns.ts).
 */
export function keepMatcher(
  patterns: readonly string[],
  userHome: string,
  named: readonly NamedPattern[] = [],
): (path: string) => string | null {
  const typed = patterns.map((pattern) => ({ pattern, matches: pathMatcher(pattern, userHome) }));
  const found = named.flatMap(({ pattern, places }) =>
    places.map((place) => ({ pattern, matches: placeMatcher(place) })),
  );
  const matchers = [...typed, ...found];
  return (path) => matchers.find(({ matches }) => matches(path))?.pattern ?? null;
}

/** Whether an argument selects a row: an id, the path of the entry, or its workdir or a glob. */
export function wordMatcher({ pattern, places }: WordNamed, userHome: string): (row: Selectable) => boolean {
  const byPath = [pathMatcher(pattern, userHome), ...places.map(placeMatcher)];
  const paths = pathsNamed({ pattern, places }, userHome);
  return (row) => {
    const { subject } = row;
    return (
      row.id === pattern || paths.includes(row.path) || (subject !== null && byPath.some((names) => names(subject)))
    );
  };
}

type WordNamed = Pick<NamedPattern, "pattern" | "places">;

/** The paths that an argument matches exactly. */
export function pathsNamed({ pattern, places }: WordNamed, userHome: string): readonly string[] {
  const typed = [pattern, expandHome(pattern, userHome)].map((path) => path.replace(/(?<=.)\/+$/, ""));
  return [pattern, ...typed, ...places.flatMap(({ at, glob }) => (glob === null ? [at] : []))];
}

/** Whether a single name matches a component of a glob. */
export function nameMatcher(glob: string): (name: string) => boolean {
  const matches = picomatch(glob, { dot: true, nonegate: true });
  // Wrapped, because picomatch's function takes more arguments and returns something else then.
  return (name) => matches(name);
}
