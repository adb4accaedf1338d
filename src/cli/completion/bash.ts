/**
 * Candidates for bash, quoted here: its own way (`compopt -o filenames`) leaves some `$` alone in names of directories
 * that no longer exist, and takes a tilde for part of a name where it quotes anything. Pure.
 *
 * bash inserts the common prefix of all candidates, so they are quoted in a form that may be cut anywhere: whole words
 * in single quotes, never single characters with a backslash.
 */
import { shellQuoted } from "../../report/paths.ts";
import type { Completion } from "./offer.ts";
import { type Line, unquoted } from "./line.ts";
import { lines } from "./render.ts";

/** Letters and digits of any language, and signs that mean nothing to a shell. */
const PLAIN = /^[\p{L}\p{N}_./~=-]*$/u;

/** `replaced`: how much of the line's end bash will replace, without an open quote. */
export function forBash(offer: Completion, { raw, open, current }: Line, replaced: string, userHome: string): string {
  // bash splits words at `=` and `:` too, and inserts a candidate behind those.
  const kept = raw.endsWith(replaced) ? unquoted(raw.slice(0, raw.length - replaced.length)) : "";
  const candidates = offer.kind === "candidates" ? offer.candidates : [];
  const values = candidates.flatMap(({ value }) => (value.startsWith(kept) ? [value.slice(kept.length)] : []));
  const odd = values.some((value) => !PLAIN.test(value));
  // Quote all or none, so that the common prefix stays one; before anything is typed there is no prefix to keep.
  const all = odd && current !== kept;
  return lines(
    offer,
    values.flatMap((value) => {
      if (open !== "") return fitsInside(value, open) ? [value] : [];
      return [all || !PLAIN.test(value) ? shellQuoted(withoutTilde(value, userHome)) : value];
    }),
  );
}

/** Whether it is literal inside an open quote; `!` is history expansion in double quotes. */
function fitsInside(value: string, open: string): boolean {
  return open === "'" ? !value.includes("'") : !/[\\"$`!]/.test(value);
}

/** Inside quotes it would name a directory `~`. */
function withoutTilde(value: string, userHome: string): string {
  return value.replace(/^~(?=\/)/, () => userHome);
}
