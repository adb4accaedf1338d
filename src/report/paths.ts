/** Paths as people read them. What is measured in columns is in width.ts, which costs a start more than all of this. */
import { glyphsOf, type Look } from "./look.ts";
import { atomsOf, decoded } from "./visible.ts";

/** A path as a person writes it: `~` for the home directory, harmless characters. Nothing is cut. */
export function pathText(path: string, look: Look): string {
  return atomsOf(withTilde(decoded(path), look), look).join("");
}

/**
 * A path that fits, shortened in the middle: where it begins says whose it is, how it ends says what it is. The last
 * component stays whole where it can. `measure`: how much of `width` a grapheme, an escape or the ellipsis takes.
 */
export function shortened(path: string, width: number, look: Look, measure: (atom: string) => number): string {
  const atoms = atomsOf(withTilde(decoded(path), look), look);
  const widths = atoms.map(measure);
  const total = widths.reduce((sum, each) => sum + each, 0);
  if (total <= width) return atoms.join("");
  const { ellipsis } = glyphsOf(look);
  const room = width - measure(ellipsis);
  if (room < 2) return ellipsis.slice(0, Math.max(0, width));
  const last = atoms.length - 1 - Math.max(atoms.lastIndexOf("/"), atoms.lastIndexOf("\\"));
  const lastWidth = widths.slice(atoms.length - last - 1).reduce((sum, each) => sum + each, 0);
  const wanted = Math.max(Math.floor(room * 0.6), lastWidth);
  const tailRoom = Math.min(wanted, room - Math.min(4, Math.floor(room * 0.4)));
  const tail = taken(widths.toReversed(), tailRoom);
  const head = taken(widths, room - tail.width);
  return atoms.slice(0, head.count).join("") + ellipsis + atoms.slice(atoms.length - tail.count).join("");
}

/** How many of these fit. */
export function taken(widths: readonly number[], room: number): { readonly count: number; readonly width: number } {
  let count = 0;
  let width = 0;
  for (const each of widths) {
    if (width + each > room) break;
    width += each;
    count += 1;
  }
  return { count, width };
}

function withTilde(path: string, { home }: Look): string {
  if (home === null || home === "" || home === "/") return path;
  if (path === home) return "~";
  const next = path.charAt(home.length);
  return path.startsWith(home) && (next === "/" || next === "\\") ? `~${path.slice(home.length)}` : path;
}
