/**
 * Text in columns of a terminal: wide characters count two, combining ones none (string-width knows). Own columns
 * and no table package: cli-table3 counts with an older string-width, which disagrees about emoji, and cuts at the end,
 * where a path says the most.
 */
import stringWidth from "string-width";
import { glyphsOf, type Look } from "./look.ts";
import { atomsOf, decoded } from "./visible.ts";

/** Between two words, but not between a number and its unit or its month. */
const BREAK = / (?!(?:[kMGTPE]?B|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b)/;
const ASCII = /^[\x20-\x7e]*$/;

export function columnsOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text);
}

export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columnsOf(text)));
}

export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - columnsOf(text))) + text;
}

/** A path as a person writes it: `~` for the home directory, harmless characters. Nothing is cut. */
export function pathText(path: string, look: Look): string {
  return atomsOf(withTilde(decoded(path), look), look).join("");
}

/**
 * A path that fits, shortened in the middle: where it begins says whose it is, how it ends says what it is. The last
 * component stays whole where it can.
 */
export function fitPath(path: string, width: number, look: Look): string {
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

function withTilde(path: string, { home }: Look): string {
  if (home === null || home === "" || home === "/") return path;
  if (path === home) return "~";
  const next = path.charAt(home.length);
  return path.startsWith(home) && (next === "/" || next === "\\") ? `~${path.slice(home.length)}` : path;
}

/** Harmless text that fits, cut at its end: for sentences, which begin with what matters. */
export function cutEnd(text: string, width: number, look: Look): string {
  if (columnsOf(text) <= width) return text;
  const { ellipsis } = glyphsOf(look);
  const atoms = atomsOf(text, look);
  const { count } = taken(atoms.map(columnsOf), Math.max(0, width - columnsOf(ellipsis)));
  return `${atoms.slice(0, count).join("").trimEnd()}${ellipsis}`;
}

/** Harmless text in lines that fit, broken between words; later lines are indented. A longer word is broken hard. */
export function wrap(text: string, width: number, look: Look, indent = ""): readonly string[] {
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

function broken(word: string, width: number, look: Look): readonly string[] {
  const pieces: string[] = [];
  let atoms = atomsOf(word, look);
  while (atoms.length > 0) {
    const most = Math.max(1, taken(atoms.map(columnsOf), width).count);
    // A path reads better broken behind a slash, unless that leaves half of the line empty.
    const slash = most < atoms.length ? atoms.lastIndexOf("/", most - 1) + 1 : 0;
    const count = slash > most / 2 ? slash : most;
    pieces.push(atoms.slice(0, count).join(""));
    atoms = atoms.slice(count);
  }
  return pieces;
}
