/**
 * Candidates for bash, quoted by us: its own way (`compopt -o filenames`) leaves some `$` alone in names of directories
 * that are gone, and takes a tilde for part of a name where it quotes anything. Pure.
 *
 * bash inserts what all candidates have in common. So they are quoted in ways that may be cut anywhere: whole words in
 * single quotes, never single characters with a backslash.
 */
import type { Offer } from "./offer.ts";
import { type Line, unquoted } from "./line.ts";
import { lines } from "./render.ts";

/** Letters and digits of any language, and what no shell has a use of its own for. */
const PLAIN = /^[\p{L}\p{N}_./~=-]*$/u;

/** `replaced`: how much of the line's end bash will replace, without an open quote. */
export function forBash(offer: Offer, { raw, open, current }: Line, replaced: string, userHome: string): string {
  // bash takes words apart at `=` and `:` too, and puts what it is given behind those.
  const kept = raw.endsWith(replaced) ? unquoted(raw.slice(0, raw.length - replaced.length)) : "";
  const candidates = offer.kind === "candidates" ? offer.candidates : [];
  const values = candidates.flatMap(({ value }) => (value.startsWith(kept) ? [value.slice(kept.length)] : []));
  const odd = values.some((value) => !PLAIN.test(value));
  // All or none, for the sake of what they have in common; before anything is typed that is nothing anyway.
  const all = odd && current !== kept;
  return lines(
    offer,
    values.flatMap((value) => {
      if (open !== "") return fitsInside(value, open) ? [value] : [];
      return [all || !PLAIN.test(value) ? `'${withoutTilde(value, userHome).replaceAll("'", `'\\''`)}'` : value];
    }),
  );
}

/** Whether it needs nothing more where a quote is open; `!` is the shell's history in double ones. */
function fitsInside(value: string, open: string): boolean {
  return open === "'" ? !value.includes("'") : !/[\\"$`!]/.test(value);
}

/** In quotes it would mean a directory of that name. */
function withoutTilde(value: string, userHome: string): string {
  return value.replace(/^~(?=\/)/, () => userHome);
}
