/** A command line up to the cursor, split as a shell would split it, without running any of it. Pure. */

export interface Line {
  /** The words before the one with the cursor, without quotes. */
  readonly words: readonly string[];
  /** The word with the cursor, up to the cursor, without quotes. */
  readonly current: string;
  /** The same word as typed. */
  readonly raw: string;
  /** The quote that is open at the cursor, or "". */
  readonly open: string;
}

/** `line` begins with the command and ends at the cursor. `$` and backquotes stay unexpanded. */
export function lineOf(line: string): Line {
  const words: string[] = [];
  let current = "";
  let start: number | null = null;
  let open = "";
  for (let at = 0; at < line.length;) {
    const piece = pieceAt(line, at);
    if (piece === null) {
      if (start !== null) words.push(current);
      current = "";
      open = "";
      start = null;
      at += 1;
    } else {
      start ??= at;
      current += piece.text;
      open = piece.open;
      at += piece.length;
    }
  }
  return { words, current, raw: start === null ? "" : line.slice(start), open };
}

/** One word without its quotes; the last quote may still be open. */
export function unquoted(raw: string): string {
  let text = "";
  for (let at = 0; at < raw.length;) {
    const piece = pieceAt(raw, at);
    text += piece?.text ?? raw.charAt(at);
    at += piece?.length ?? 1;
  }
  return text;
}

interface WordPiece {
  readonly text: string;
  readonly length: number;
  /** The closing quote that is missing at its end, or "". */
  readonly open: string;
}

/** The next piece: a quoted part, an escaped character or a plain one; null for a blank between words. */
function pieceAt(line: string, at: number): WordPiece | null {
  const first = line.charAt(at);
  if (/\s/.test(first)) return null;
  if (first === "\\") return { text: line.charAt(at + 1), length: 2, open: "" };
  if (first !== "'" && first !== '"') return { text: first, length: 1, open: "" };
  const quoted = first === "'" ? /'([^']*)('|$)/y : /"((?:[^"\\]|\\[^]|\\$)*)("|$)/y;
  quoted.lastIndex = at;
  const [whole = first, inside = "", end = ""] = quoted.exec(line) ?? [];
  // Within double quotes a backslash escapes these four and nothing else (POSIX, "Double-Quotes").
  const text = first === "'" ? inside : inside.replace(/\\([$`"\\])/g, "$1");
  return { text, length: whole.length, open: end === "" ? first : "" };
}
