/** Parses CREATE TABLE strictly: https://sqlite.org/lang_createtable.html */
import { type Affinity, affinityOf, type Default, defaultOf, NO_DEFAULT } from "./defaults.ts";
import { refuse } from "./refusal.ts";
import { foldName, readTokens, type TokenReader, tokensOf } from "./tokens.ts";

export interface Column {
  readonly name: string;
  readonly affinity: Affinity;
  /** Whether texts are ordered by their bytes. */
  readonly binary: boolean;
  readonly default: Default;
}

export interface TableDefinition {
  readonly name: string;
  /** In the order of the values in a record. */
  readonly columns: readonly Column[];
  /** The column that is the rowid, by number; null where none is. */
  readonly rowid: number | null;
  /** The columns of each automatic index, by number, in the order in which SQLite numbers these indexes. */
  readonly uniques: readonly (readonly number[])[];
  /** Which of these is the primary key; null where there is none, or it is the rowid. */
  readonly primary: number | null;
}

/** A PRIMARY KEY or UNIQUE constraint, by the names of its columns. */
interface Key {
  readonly primary: boolean;
  readonly columns: readonly string[];
}

interface Parsed extends Column {
  readonly type: string;
}

/** The words that end the type of a column, because a constraint begins with them. */
const CONSTRAINTS = ["CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES"];
/** The value of a generated column may not be stored at all. */
const GENERATED = ["GENERATED", "AS"];
const TABLE_CONSTRAINTS = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];

/** `sql`: as the schema has it. Refuses WITHOUT ROWID, virtual tables, generated columns and all that is not understood. */
export function parseCreateTable(sql: string, what: string): TableDefinition {
  const tokens = readTokens(tokensOf(sql), what);
  tokens.expect("CREATE");
  if (tokens.accept("VIRTUAL")) refuse("unsupported", `${what} is a virtual table`);
  tokens.expect("TABLE");
  const name = tokens.name();
  tokens.expect("(");
  const columns: Parsed[] = [];
  const keys: Key[] = [];
  do {
    if (tokens.sees(...TABLE_CONSTRAINTS)) break;
    columns.push(parseColumn(tokens, keys, what));
  } while (tokens.accept(","));
  while (!tokens.accept(")")) {
    parseTableConstraint(tokens, keys);
    tokens.accept(",");
  }
  if (tokens.accept("WITHOUT")) refuse("unsupported", `${what} is a WITHOUT ROWID table`);
  if (!tokens.done() || columns.length === 0) tokens.unknown();
  return { name, columns, ...resolveKeys(columns, keys, tokens) };
}

function parseColumn(tokens: TokenReader, keys: Key[], what: string): Parsed {
  const name = tokens.name();
  const type = parseType(tokens);
  const affinity = affinityOf(type);
  let [binary, value] = [true, NO_DEFAULT];
  while (!tokens.sees(",", ")")) {
    if (tokens.sees(...GENERATED)) refuse("unsupported", `${what} has a generated column`);
    if (tokens.accept("CONSTRAINT")) tokens.name();
    else if (tokens.accept("PRIMARY")) {
      tokens.expect("KEY");
      tokens.accept("ASC");
      skipConflict(tokens);
      tokens.accept("AUTOINCREMENT");
      keys.push({ primary: true, columns: [name] });
    } else if (tokens.accept("UNIQUE")) {
      skipConflict(tokens);
      keys.push({ primary: false, columns: [name] });
    } else if (tokens.sees("NOT", "NULL")) {
      tokens.accept("NOT");
      tokens.expect("NULL");
      skipConflict(tokens);
    } else if (tokens.accept("CHECK")) tokens.skipParentheses();
    else if (tokens.accept("DEFAULT")) value = parseDefault(tokens, affinity);
    else if (tokens.accept("COLLATE")) binary = foldName(tokens.name()) === "binary";
    else if (tokens.sees("REFERENCES")) skipReference(tokens);
    else tokens.unknown();
  }
  return { name, type, affinity, binary, default: value };
}

/** Any number of words, and one or two numbers in parentheses; often nothing at all. */
function parseType(tokens: TokenReader): string {
  const words: string[] = [];
  while (!tokens.sees(",", ")", "(", ...CONSTRAINTS, ...GENERATED)) words.push(tokens.name());
  if (words.length > 0 && tokens.sees("(")) tokens.skipParentheses();
  return words.join(" ");
}

function parseDefault(tokens: TokenReader, affinity: Affinity): Default {
  if (tokens.sees("(")) {
    tokens.skipParentheses();
    return { kind: "unknown" };
  }
  const sign = tokens.accept("-") ? "-" : tokens.accept("+") ? "+" : "";
  const token = tokens.next();
  return token.kind === "sign" ? tokens.unknown() : defaultOf(sign, token, affinity);
}

function skipConflict(tokens: TokenReader): void {
  if (!tokens.accept("ON")) return;
  tokens.expect("CONFLICT");
  if (!tokens.accept("ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE")) tokens.unknown();
}

/** REFERENCES with its actions. NOT may as well begin the next constraint of the column, which then is NOT NULL. */
function skipReference(tokens: TokenReader): void {
  tokens.expect("REFERENCES");
  tokens.name();
  if (tokens.sees("(")) tokens.skipParentheses();
  for (;;) {
    if (tokens.accept("ON")) {
      if (!tokens.accept("DELETE", "UPDATE")) tokens.unknown();
      if (tokens.accept("SET")) {
        if (!tokens.accept("NULL", "DEFAULT")) tokens.unknown();
      } else if (tokens.accept("NO")) tokens.expect("ACTION");
      else if (!tokens.accept("CASCADE", "RESTRICT")) tokens.unknown();
    } else if (tokens.accept("MATCH")) tokens.name();
    else if (tokens.accept("NOT")) {
      if (tokens.accept("NULL")) return skipConflict(tokens);
      tokens.expect("DEFERRABLE");
      skipInitially(tokens);
    } else if (tokens.accept("DEFERRABLE")) skipInitially(tokens);
    else return undefined;
  }
}

function skipInitially(tokens: TokenReader): void {
  if (tokens.accept("INITIALLY") && !tokens.accept("DEFERRED", "IMMEDIATE")) tokens.unknown();
}

function parseTableConstraint(tokens: TokenReader, keys: Key[]): void {
  if (tokens.accept("CONSTRAINT")) tokens.name();
  else if (tokens.sees("PRIMARY", "UNIQUE")) {
    const primary = tokens.accept("PRIMARY");
    tokens.expect(primary ? "KEY" : "UNIQUE");
    keys.push({ primary, columns: parseColumnNames(tokens) });
    skipConflict(tokens);
  } else if (tokens.accept("CHECK")) {
    tokens.skipParentheses();
    skipConflict(tokens);
  } else {
    tokens.expect("FOREIGN", "KEY");
    tokens.skipParentheses();
    skipReference(tokens);
  }
}

/** Plain names: an order or a collation of its own would make another index than the check of the keys expects. */
function parseColumnNames(tokens: TokenReader): string[] {
  const names: string[] = [];
  tokens.expect("(");
  do names.push(tokens.name());
  while (tokens.accept(","));
  tokens.expect(")");
  return names;
}

function resolveKeys(
  columns: readonly Parsed[],
  keys: readonly Key[],
  tokens: TokenReader,
): Pick<TableDefinition, "rowid" | "uniques" | "primary"> {
  const folded = columns.map(({ name }) => foldName(name));
  if (new Set(folded).size !== folded.length || keys.filter(({ primary }) => primary).length > 1) tokens.unknown();
  const uniques: (readonly number[])[] = [];
  let [rowid, primary]: [number | null, number | null] = [null, null];
  for (const key of keys) {
    const numbers = key.columns.map((name) => folded.indexOf(foldName(name)));
    const [first] = numbers;
    if (first === undefined || numbers.includes(-1)) return tokens.unknown();
    // This type alone, in so many letters, makes the rowid of it; INT does not.
    if (key.primary && numbers.length === 1 && columns[first]?.type.toUpperCase() === "INTEGER") {
      rowid = first;
      continue;
    }
    // A second constraint on the same columns makes no second index.
    const known = uniques.findIndex((each) => each.join() === numbers.join());
    if (known === -1) uniques.push(numbers);
    if (key.primary) primary = known === -1 ? uniques.length - 1 : known;
  }
  return { rowid, uniques, primary };
}
