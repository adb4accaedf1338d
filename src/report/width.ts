/**
 * Text in columns of a terminal: wide characters count two, combining ones none (string-width). No table package is
 * used: cli-table3 has an older string-width, which disagrees about emoji, and cuts at the end, where a path is most
 * specific.
 */
import stringWidth from "string-width";
import { glyphsOf, type RenderContext } from "./render-context.ts";
import { withTilde } from "./paths.ts";
import { atomsOf, decoded } from "./sanitize.ts";

/** A break between two words, but not between a number and its unit or its month. */
const BREAK = / (?!(?:[kMGTPE]?B|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b)/;

/** Text whose characters take one column each: ASCII, Latin letters, and the symbols used in sentences. */
export const PLAIN: RegExp = /^[\x20-\x7e\u00c0-\u024f\u2013\u2014\u2026\u2192\u2265]*$/;

export function columnsOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columnsOf(text)));
}

export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - columnsOf(text))) + text;
}

/**
 * A path that fits, shortened in the middle: its beginning and its end identify it best. The last component stays whole
 * where possible.
 */
export function fitPath(path: string, width: number, look: RenderContext): string {
  const atoms = atomsOf(withTilde(decoded(path), look), look);
  const widths = atoms.map(columnsOf);
  const total = widths.reduce((sum, each) => sum + each, 0);
  if (total <= width) return atoms.join("");
  const { ellipsis } = glyphsOf(look);
  const room = width - columnsOf(ellipsis);
  if (room < 2) return ellipsis.slice(0, Math.max(0, width));
  const last = atoms.length - 1 - Math.max(atoms.lastIndexOf("/"), atoms.lastIndexOf("\\"));
  const lastWidth = widths.slice(atoms.length - last - 1).reduce((sum, each) => sum + each, 0);
  const wanted = Math.max(Math.floor(room * 0.6), lastWidth);
  const tailRoom = Math.min(wanted, room - Math.min(4, Math.floor(room * 0.4)));
  const tail = taken(widths.toReversed(), tailRoom);
  const head = taken(widths, room - tail.width);
  return atoms.slice(0, head.count).join("") + ellipsis + atoms.slice(atoms.length - tail.count).join("");
}

/** Escaped text in lines that fit, broken between words; later lines are indented. A longer word is broken hard. */
export function wrap(text: string, width: number, look: RenderContext, indent = ""): readonly string[] {
  if (columnsOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(BREAK)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (columnsOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line.trim() !== "") lines.push(line);
    const pieces = broken(word, width - indent.length, look);
    lines.push(...pieces.slice(0, -1).map((piece) => indent + piece));
    line = indent + (pieces.at(-1) ?? "");
  }
  return line.trim() === "" ? lines : [...lines, line];
}

function broken(word: string, width: number, look: RenderContext): readonly string[] {
  const pieces: string[] = [];
  let atoms = atomsOf(word, look);
  while (atoms.length > 0) {
    const most = Math.max(1, taken(atoms.map(columnsOf), width).count);
    // A path is best broken behind a slash, unless that leaves half of the line empty.
    const slash = most < atoms.length ? atoms.lastIndexOf("/", most - 1) + 1 : 0;
    const count = slash > most / 2 ? slash : most;
    pieces.push(atoms.slice(0, count).join(""));
    atoms = atoms.slice(count);
  }
  return pieces;
}

/** How many of these fit. */
function taken(widths: readonly number[], room: number): { readonly count: number; readonly width: number } {
  let count = 0;
  let width = 0;
  for (const each of widths) {
    if (width + each > room) break;
    width += each;
    count += 1;
  }
  return { count, width };
}
