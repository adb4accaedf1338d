/**
 * HTML by template literals: what is put into one is text, and escaped, unless it was made by this function itself. So
 * a name can be nothing but text, wherever it comes from.
 */
export interface Markup {
  readonly markup: string;
}

export type Piece = string | number | Markup | readonly Markup[];

/** Attribute values have to be in double quotes. Lines that are indented in the source begin at the margin. */
export function html(source: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  const literal = withoutIndents(source);
  let markup = literal[0] ?? "";
  for (const [at, piece] of pieces.entries()) markup += markupOf(piece) + (literal[at + 1] ?? "");
  return { markup };
}

const known = new WeakMap<TemplateStringsArray, readonly string[]>();

/** Once for each template, and not for each row that is made by it. */
function withoutIndents(source: TemplateStringsArray): readonly string[] {
  const before = known.get(source);
  if (before !== undefined) return before;
  const literal = source.map((part) => part.replaceAll(/\s*\n\s*/g, "\n"));
  known.set(source, literal);
  return literal;
}

/**
 * The same without the closing tags of rows and cells, which may be left out in HTML: ten thousand rows have sixty thousand.
 * In texts there are none, since they are escaped.
 */
export function withoutClosingTags(rows: readonly Markup[]): Markup {
  return { markup: rows.map(({ markup }) => markup.replaceAll(/\n?<\/(?:t[dhr])>\n?\s*/g, "")).join("\n") };
}

function markupOf(piece: Piece): string {
  if (typeof piece === "string") return escaped(piece);
  if (typeof piece === "number") return String(piece);
  return "markup" in piece ? piece.markup : piece.map(({ markup }) => markup).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Most texts have none of these, and there are ten thousand rows. */
function escaped(text: string): string {
  return /[&<>"']/.test(text) ? text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "") : text;
}
