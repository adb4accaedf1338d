/** Paths as text. Measuring columns is in width.ts, which is slower to load than all of this. */
import type { RenderContext } from "./render-context.ts";
import { atomsOf, decoded } from "./sanitize.ts";

/** A path for display: `~` for the home directory, control characters escaped. Nothing is cut. */
export function pathText(path: string, look: RenderContext): string {
  return atomsOf(withTilde(decoded(path), look), look).join("");
}

/** `~` for the home directory. */
export function withTilde(path: string, { home }: Pick<RenderContext, "home">): string {
  if (home === null || home === "" || home === "/") return path;
  if (path === home) return "~";
  const next = path.charAt(home.length);
  return path.startsWith(home) && (next === "/" || next === "\\") ? `~${path.slice(home.length)}` : path;
}

/** One shell word. Quoted only where needed, so that a plain path stays readable. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) && !/^~[^/]/.test(word) ? word : shellQuoted(word);
}

/**
 * Arguments of a command, in words of a shell: those that come before its options, and those that have to come after all of
 * them, since one begins with a dash and would be taken for an option.
 */
export function operands(words: readonly string[]): {
  readonly first: readonly string[];
  readonly last: readonly string[];
} {
  const isRead = words.some((word) => /^'?-/.test(word));
  return isRead ? { first: [], last: ["--", ...words] } : { first: words, last: [] };
}

/** A path as a word of a shell: with `~` where that is read as the home, which it is not in quotes. */
export function shellPath(path: string, look: RenderContext): string {
  const short = withTilde(path, look);
  return shellWord(short) === short ? short : shellWord(path);
}

/** Always quoted. */
export function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
