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

/** A path as a word of a shell: with `~` where that is read as the home, which it is not in quotes. */
export function shellPath(path: string, look: RenderContext): string {
  const short = withTilde(path, look);
  return shellWord(short) === short ? short : shellWord(path);
}

/** Always quoted. */
export function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
