/** What can be asked of an open database. All answers are of one state of it, see read-database.ts. */
import type { CooperativeTask } from "../../model/steps.ts";
import { createKeyDigest } from "./key-digest.ts";
import type { Pages } from "./pages.ts";
import { compareFields, type Field, type Value } from "./record.ts";
import { corrupt, refuse } from "./refusal.ts";
import { columnValue, readFields } from "./row.ts";
import { columnNumber, columnOf, findIndex, findTable, readSchema, type Table } from "./schema.ts";
import { createSeek } from "./seek.ts";
import { walkIndex, walkTable } from "./walk.ts";

/** A row: the values of the columns that were asked for, in that order; undefined for one that the table does not have. */
export type Row = readonly (Value | undefined)[];

/** Finds the largest value of a key: in the order of SQLite, ignoring NULL; null where there is none. */
export type Largest = (key: string) => CooperativeTask<Value>;

/**
 * All of it refuses a table that does not exist, or is a view, virtual, WITHOUT ROWID, or has generated columns. Names
 * are compared regardless of the case of A to Z.
 */
export interface Database {
  /** The names of a table's columns. */
  readonly columns: (table: string) => readonly string[];
  /**
   * Calls `onRow` for each row, by rowid. Where the table has a primary key other than the rowid, the keys of the rows
   * are compared with its index, so that a row which was lost or altered is noticed.
   */
  readonly rows: (table: string, columns: readonly string[], onRow: (row: Row) => void) => CooperativeTask<void>;
  /**
   * Finds the largest value of the column `of` among the rows with a given text in the column `by`. An index that begins
   * with both columns is used where there is one, and a question then reads one page a level. Else the table is read
   * once, here, and one value for each text is kept. Refuses where a column does not exist, or `by` is not one of texts.
   */
  readonly largest: (table: string, columns: { readonly by: string; readonly of: string }) => CooperativeTask<Largest>;
}

/** Reads the schema. */
export function* openDatabase(pages: Pages): CooperativeTask<Database> {
  const schema = yield* readSchema(pages);
  return {
    columns: (table) => findTable(schema, table).columns.map(({ name }) => name),
    *rows(name, columns, onRow) {
      const table = findTable(schema, name);
      const numbers = columns.map((column) => columnNumber(table, column));
      const key = table.keyIndex?.columns ?? [];
      const keys = createKeyDigest();
      yield* scan(pages, table, [...numbers, ...key], (rowid, fields) => {
        if (key.length > 0) keys.add(rowid, fieldsAt(fields, key));
        onRow(numbers.map((number) => valueAt(table, fields, number)));
      });
      if (table.keyIndex !== null) yield* checkKeys(pages, table, table.keyIndex, keys.result());
    },
    *largest(name, { by, of }) {
      const table = findTable(schema, name);
      const [byColumn, ofColumn] = [columnOf(table, by), columnOf(table, of)];
      if (byColumn === undefined || ofColumn === undefined) {
        return refuse("schema", `the table ${name} does not have the columns ${by} and ${of}`);
      }
      const texts = byColumn.affinity === "text" || byColumn.affinity === "blob";
      if (!texts || !byColumn.binary || !ofColumn.binary) {
        return refuse("schema", `the columns ${by} and ${of} of the table ${name} are of another type than expected`);
      }
      const index = findIndex(schema, table, [by, of]);
      const seek = index === null ? null : createSeek(pages, index);
      const scanned = index === null ? yield* largestByScan(pages, table, by, of) : null;
      return function* (key) {
        const bytes = Buffer.from(key);
        const entry = seek === null ? null : yield* seek({ kind: "text", bytes });
        const field = entry?.[1] ?? scanned?.get(bytes.toString("latin1"));
        return field === undefined ? null : columnValue(field, ofColumn);
      };
    },
  };
}

/** Calls `visit` for each row with the fields of these columns; -1 stands for none. */
function* scan(
  pages: Pages,
  table: Table,
  columns: readonly number[],
  visit: (rowid: number | bigint, fields: ReadonlyMap<number, Field>) => void,
): CooperativeTask<void> {
  const wanted = [...new Set(columns)].filter((number) => number !== -1).toSorted((a, b) => a - b);
  yield* walkTable(pages, table.root, function* (rowid, payload) {
    visit(rowid, yield* readFields(table, wanted, rowid, payload));
  });
}

function valueAt(table: Table, fields: ReadonlyMap<number, Field>, number: number): Value | undefined {
  const field = fields.get(number);
  return field === undefined ? undefined : columnValue(field, table.columns[number]);
}

function fieldsAt(fields: ReadonlyMap<number, Field>, numbers: readonly number[]): Field[] {
  return numbers.flatMap((number) => fields.get(number) ?? []);
}

function* checkKeys(
  pages: Pages,
  table: Table,
  { root, columns }: NonNullable<Table["keyIndex"]>,
  expected: string,
): CooperativeTask<void> {
  const keys = createKeyDigest();
  const ordered = columns.every((number) => table.columns[number]?.binary === true);
  yield* walkIndex(pages, { root, columns: columns.length, ordered }, (entry) => {
    const rowid = entry.at(-1);
    if (rowid?.kind === "number") keys.add(rowid.number, entry.slice(0, -1));
  });
  if (keys.result() !== expected)
    corrupt(`the rows of the table ${table.name} and the index of its primary key differ`);
}

/** The answers that an index would give, by one pass over all rows: of each text, as bytes, the largest value. */
function* largestByScan(
  pages: Pages,
  table: Table,
  by: string,
  of: string,
): CooperativeTask<ReadonlyMap<string, Field>> {
  const numbers = [columnNumber(table, by), columnNumber(table, of)];
  const largest = new Map<string, Field>();
  yield* scan(pages, table, numbers, (_, fields) => {
    const [key, value] = fieldsAt(fields, numbers);
    if (key?.kind !== "text" || value === undefined) return;
    const text = key.bytes.toString("latin1");
    const before = largest.get(text);
    if (before === undefined || compareFields(value, before) > 0) largest.set(text, kept(value));
  });
  return largest;
}

/** The field in memory of its own. */
function kept(field: Field): Field {
  return field.kind === "text" || field.kind === "blob" ? { ...field, bytes: Buffer.from(field.bytes) } : field;
}
