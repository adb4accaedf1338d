/**
 * The tokens of an SQL statement as SQLite keeps it in its schema. SQLite has parsed it before it was stored, so the task
 * is to cut it at the same places, and to refuse what is not understood.
 */
import { refuse } from "./refusal.ts";

export type Token =
  /** A keyword or a name without quotes. */
  | { readonly kind: "word"; readonly text: string }
  /** A name in double quotes, backquotes or brackets. */
  | { readonly kind: "quoted"; readonly text: string }
  /** In single quotes. */
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "blob"; readonly text: string }
  /** One other character. */
  | { readonly kind: "sign"; readonly text: string };

/** Spaces and comments. A comment in the old form that does not end goes up to the end of the text. */
const NOTHING = /(?:[ \t\n\f\r]+|--[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$))+/y;
const BLOB = /[xX]'((?:[0-9a-fA-F]{2})*)'/y;
const WORD = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y;
const NUMBER =
  /(?:0[xX][0-9a-fA-F]+|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)(?![A-Za-z0-9_$\u0080-\uffff])/y;
const STRING = /'((?:[^']|'')*)'/y;
const DOUBLE_QUOTED = /"((?:[^"]|"")*)"/y;
const BACK_QUOTED = /`((?:[^`]|``)*)`/y;
const BRACKETED = /\[([^\]]*)\]/y;
const SIGN = /[(),.;+\-*/%<>=!|&~]/y;

/** Keywords that are no name unless they are quoted; SQLite accepts all others as names. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "ADD ALL ALTER AND AS AUTOINCREMENT BETWEEN CASE CHECK COLLATE COMMIT CONSTRAINT CREATE DEFAULT DEFERRABLE DELETE " +
    "DISTINCT DROP ELSE ESCAPE EXISTS FOREIGN FROM GROUP HAVING IN INDEX INSERT INTO IS ISNULL JOIN LIMIT NOT NOTNULL " +
    "NULL ON OR ORDER PRIMARY REFERENCES SELECT SET TABLE THEN TO TRANSACTION UNION UNIQUE UPDATE USING VALUES WHEN WHERE"
  ).split(" "),
);

/** Cuts a statement into tokens. Refuses a character that none begins with, and a quote that does not end. */
export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(sql);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  const next = (): Token => {
    const blob = match(BLOB);
    if (blob !== null) return { kind: "blob", text: blob[1] ?? "" };
    const word = match(WORD);
    if (word !== null) return { kind: "word", text: word[0] };
    const number = match(NUMBER);
    if (number !== null) return { kind: "number", text: number[0] };
    const string = match(STRING);
    if (string !== null) return { kind: "string", text: (string[1] ?? "").replaceAll("''", "'") };
    const double = match(DOUBLE_QUOTED);
    if (double !== null) return { kind: "quoted", text: (double[1] ?? "").replaceAll('""', '"') };
    const back = match(BACK_QUOTED);
    if (back !== null) return { kind: "quoted", text: (back[1] ?? "").replaceAll("``", "`") };
    const bracketed = match(BRACKETED);
    if (bracketed !== null) return { kind: "quoted", text: bracketed[1] ?? "" };
    const sign = match(SIGN);
    if (sign !== null) return { kind: "sign", text: sign[0] };
    return refuse("schema", "a definition in the schema is not understood");
  };
  for (match(NOTHING); at < sql.length; match(NOTHING)) tokens.push(next());
  return tokens;
}

/** What reads tokens from front to back. */
export interface TokenReader {
  /** Whether all were read. */
  readonly done: () => boolean;
  /** Whether the next token is this keyword or sign; it is read only then. */
  readonly accept: (...texts: readonly string[]) => boolean;
  /** The same without reading it. */
  readonly sees: (...texts: readonly string[]) => boolean;
  /** Reads the sequence. Refuses another one. */
  readonly expect: (...texts: readonly string[]) => void;
  /** Reads a name, quoted or not. */
  readonly name: () => string;
  /** Reads any token. */
  readonly next: () => Token;
  /** Reads what is in parentheses, with the parentheses; the next token has to open them. */
  readonly skipParentheses: () => void;
  /** Refuses the definition. */
  readonly unknown: () => never;
}

export function readTokens(tokens: readonly Token[], what: string): TokenReader {
  let at = 0;
  const unknown = (): never => refuse("schema", `the definition of ${what} is not understood`);
  const sees = (...texts: readonly string[]): boolean => {
    const token = tokens[at];
    if (token === undefined || (token.kind !== "word" && token.kind !== "sign")) return false;
    return texts.includes(token.text.toUpperCase());
  };
  const accept = (...texts: readonly string[]): boolean => {
    const seen = sees(...texts);
    if (seen) at += 1;
    return seen;
  };
  const next = (): Token => {
    const token = tokens[at] ?? unknown();
    at += 1;
    return token;
  };
  const expect = (...texts: readonly string[]): void => {
    for (const text of texts) if (!accept(text)) unknown();
  };
  return {
    done: () => at === tokens.length,
    accept,
    sees,
    expect,
    next,
    unknown,
    name() {
      const { kind, text } = next();
      if (kind === "word") return RESERVED.has(text.toUpperCase()) ? unknown() : text;
      return kind === "quoted" || kind === "string" ? text : unknown();
    },
    skipParentheses() {
      expect("(");
      for (let depth = 1; depth > 0;) {
        if (accept("(")) depth += 1;
        else if (accept(")")) depth -= 1;
        else next();
      }
    },
  };
}

/** Names are compared as SQLite does: the letters A to Z regardless of case. */
export function foldName(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
