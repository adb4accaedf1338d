/**
 * Reads JSON5 (spec.json5.org), in which its settings are written: JSON with comments, trailing commas, names and strings as in
 * JavaScript. What this does not know is refused, and then what the settings say is unknown.
 */

/** Deeper than any settings file is. */
const MOST_NESTED = 100;

/** An object becomes a Map, so that no key means anything. Throws a SyntaxError. */
export function parseJson5(text: string): unknown {
  const reader: Reader = { text, at: 0 };
  const value = valueAt(reader, 0);
  skip(reader);
  if (reader.at !== text.length) throw unexpected(reader);
  return value;
}

interface Reader {
  readonly text: string;
  at: number;
}

function unexpected({ text, at }: Reader): SyntaxError {
  const lines = text.slice(0, at).split("\n");
  return new SyntaxError(`unexpected text at line ${lines.length}`);
}

/** The text that a pattern matches here; null: it does not. */
function match(reader: Reader, pattern: RegExp): string | null {
  const sticky = new RegExp(pattern.source, "suy");
  sticky.lastIndex = reader.at;
  const found = sticky.exec(reader.text)?.[0] ?? null;
  if (found !== null) reader.at += found.length;
  return found;
}

function skip(reader: Reader): void {
  match(reader, /(?:[\s\uFEFF]|\/\/[^\n\r\u2028\u2029]*|\/\*.*?\*\/)*/);
}

/** Whether this character is next; then it is passed. */
function takes(reader: Reader, character: string): boolean {
  skip(reader);
  if (reader.text[reader.at] !== character) return false;
  reader.at += 1;
  return true;
}

function valueAt(reader: Reader, depth: number): unknown {
  if (depth > MOST_NESTED) throw unexpected(reader);
  if (takes(reader, "{")) return objectAt(reader, depth);
  if (takes(reader, "[")) return arrayAt(reader, depth);
  const string = stringAt(reader);
  if (string !== null) return string;
  const word = match(reader, /[\w$+.-]+/);
  if (word === null) throw unexpected(reader);
  return wordValue(word, reader);
}

const NUMBER = /^[+-]?(?:0[xX][\da-fA-F]+|(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|Infinity|NaN)$/;

function wordValue(word: string, reader: Reader): unknown {
  if (word === "null") return null;
  if (word === "true" || word === "false") return word === "true";
  if (!NUMBER.test(word)) throw unexpected(reader);
  // Number takes no sign before hexadecimal digits.
  return word.startsWith("-") ? -Number(word.slice(1)) : Number(word.replace(/^\+/, ""));
}

function objectAt(reader: Reader, depth: number): ReadonlyMap<string, unknown> {
  const object = new Map<string, unknown>();
  while (!takes(reader, "}")) {
    const key = stringAt(reader) ?? match(reader, /[\p{L}$_][\p{L}\p{N}$_]*/u);
    if (key === null || !takes(reader, ":")) throw unexpected(reader);
    // Which of two counts is not for us to say.
    if (object.has(key)) throw unexpected(reader);
    object.set(key, valueAt(reader, depth + 1));
    if (takes(reader, ",")) continue;
    if (!takes(reader, "}")) throw unexpected(reader);
    break;
  }
  return object;
}

function arrayAt(reader: Reader, depth: number): readonly unknown[] {
  const array: unknown[] = [];
  while (!takes(reader, "]")) {
    array.push(valueAt(reader, depth + 1));
    if (takes(reader, ",")) continue;
    if (!takes(reader, "]")) throw unexpected(reader);
    break;
  }
  return array;
}

/** Null where no string begins here. */
function stringAt(reader: Reader): string | null {
  skip(reader);
  const quoted = match(reader, /"(?:[^"\\\n\r]|\\(?:\r\n|.))*"|'(?:[^'\\\n\r]|\\(?:\r\n|.))*'/);
  return quoted === null ? null : quoted.slice(1, -1).replaceAll(ESCAPE, (_, escape: string) => unescaped(escape));
}

const ESCAPE = /\\(u[\da-fA-F]{4}|x[\da-fA-F]{2}|\r\n|.)/gsu;

const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", 0: "\0" };

function unescaped(escape: string): string {
  if (/^[ux].+/s.test(escape)) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  // A line that goes on in the next one.
  if (/^[\r\n\u2028\u2029]/.test(escape)) return "";
  return ESCAPES[escape] ?? escape;
}
