/**
 * Text in columns of a terminal: wide characters count two, combining ones none (string-width knows). Own columns
 * and no table package: cli-table3 counts with an older string-width, which disagrees about emoji, and cuts at the end,
 * where a path says the most.
 */
import stringWidth from "string-width";
import { glyphsOf, type Look } from "./look.ts";
import { shortened, taken } from "./paths.ts";
import { atomsOf } from "./visible.ts";

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

/** A path that fits into so many columns. */
export function fitPath(path: string, width: number, look: Look): string {
  return shortened(path, width, look, columnsOf);
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
