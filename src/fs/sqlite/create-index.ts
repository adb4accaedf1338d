/** Parses CREATE INDEX, as far as an index is a list of plain columns. */
import { foldName, readTokens, tokensOf } from "./tokens.ts";

export interface IndexDefinition {
  readonly table: string;
  readonly columns: readonly string[];
}

/** Null where the index is partial, over expressions, descending, or has a collation other than BINARY. */
export function parseCreateIndex(sql: string): IndexDefinition | null {
  const tokens = readTokens(tokensOf(sql), "an index");
  tokens.expect("CREATE");
  tokens.accept("UNIQUE");
  tokens.expect("INDEX");
  tokens.name();
  tokens.expect("ON");
  const table = tokens.name();
  tokens.expect("(");
  const columns: string[] = [];
  do {
    columns.push(tokens.name());
    if (tokens.accept("COLLATE") && foldName(tokens.name()) !== "binary") return null;
    tokens.accept("ASC");
  } while (tokens.accept(","));
  // DESC, or the rest of an expression.
  if (!tokens.accept(")")) return null;
  // WHERE.
  return tokens.done() ? { table, columns } : null;
}
