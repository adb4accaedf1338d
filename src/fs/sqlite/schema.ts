/** What the database says of its tables and indexes, in the table sqlite_schema, whose root is page 1. */
import type { CooperativeTask } from "../../model/steps.ts";
import { parseCreateIndex } from "./create-index.ts";
import { parseCreateTable, type TableDefinition } from "./create-table.ts";
import { NO_DEFAULT } from "./defaults.ts";
import type { Pages } from "./pages.ts";
import { refuse, refusalOf } from "./refusal.ts";
import { valueOf } from "./record.ts";
import { readFields } from "./row.ts";
import { foldName } from "./tokens.ts";
import { type IndexShape, walkTable } from "./walk.ts";

const SCHEMA = {
  rowid: null,
  columns: ["type", "name", "tbl_name", "rootpage", "sql"].map((name) => ({
    name,
    affinity: "text" as const,
    binary: true,
    default: NO_DEFAULT,
  })),
};

interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly root: number;
  /** Null for an automatic index. */
  readonly sql: string | null;
}

export type Schema = readonly SchemaRow[];

export interface Table extends TableDefinition {
  readonly root: number;
  /** The automatic index of the primary key, and the columns that it is over; null where the key is the rowid, or none. */
  readonly keyIndex: { readonly root: number; readonly columns: readonly number[] } | null;
}

export function* readSchema(pages: Pages): CooperativeTask<Schema> {
  const rows: SchemaRow[] = [];
  yield* walkTable(pages, 1, function* (rowid, payload) {
    const fields = yield* readFields(SCHEMA, [0, 1, 2, 3, 4], rowid, payload);
    const [type, name, table, root, sql] = [...fields.values()].map(valueOf);
    const known = typeof type === "string" && typeof name === "string" && typeof table === "string";
    if (!known || (typeof root !== "number" && root !== null) || (typeof sql !== "string" && sql !== null)) {
      return refuse("schema", "the schema has a row of an unknown shape");
    }
    // Triggers are long, and say nothing of how rows are stored.
    if (type !== "trigger") rows.push({ type, name, table, root: root ?? 0, sql: sql ?? null });
  });
  return rows;
}

/** A table by its name. Refuses where there is none, and what is not an ordinary table. */
export function findTable(schema: Schema, name: string): Table {
  const what = `the table ${name}`;
  const [row, ...others] = schema.filter((each) => each.type !== "index" && foldName(each.name) === foldName(name));
  if (row === undefined || others.length > 0) refuse("schema", `the database does not have ${what}`);
  if (row.type !== "table" || row.sql === null) refuse("unsupported", `${name} is not a table`);
  const definition = parseCreateTable(row.sql, what);
  if (definition.name !== row.name || foldName(row.table) !== foldName(name)) {
    refuse("schema", `the definition of ${what} has another name`);
  }
  const automatic = schema.filter((each) => isOf(each, name) && each.sql === null);
  if (automatic.length !== definition.uniques.length)
    refuse("schema", `the indexes of ${what} do not fit its definition`);
  if (definition.primary === null) return { ...definition, root: row.root, keyIndex: null };
  const wanted = foldName(`sqlite_autoindex_${name}_${definition.primary + 1}`);
  const index = automatic.find((each) => foldName(each.name) === wanted);
  const columns = definition.uniques[definition.primary];
  if (index === undefined || columns === undefined) refuse("schema", `${what} has no index of its primary key`);
  return { ...definition, root: row.root, keyIndex: { root: index.root, columns } };
}

/**
 * An index of a table that begins with these columns, in ascending order, over all rows, with the collation BINARY; null
 * where there is none.
 */
export function findIndex(schema: Schema, table: Table, columns: readonly string[]): IndexShape | null {
  for (const { sql, root } of schema.filter((each) => isOf(each, table.name))) {
    const definition = sql === null ? null : understood(sql);
    if (definition === null || foldName(definition.table) !== foldName(table.name)) continue;
    const fits = columns.every((name, at) => foldName(definition.columns[at] ?? "") === foldName(name));
    // Its order is checked over all columns, and a column brings its own collation.
    const plain = definition.columns.every((name) => columnOf(table, name)?.binary === true);
    if (fits && plain) return { root, columns: definition.columns.length };
  }
  return null;
}

/** An index that is not understood is as good as none. */
function understood(sql: string): ReturnType<typeof parseCreateIndex> {
  try {
    return parseCreateIndex(sql);
  } catch (error) {
    if (refusalOf(error)?.code === "schema") return null;
    throw error;
  }
}

function isOf({ type, table }: SchemaRow, name: string): boolean {
  return type === "index" && foldName(table) === foldName(name);
}

export function columnNumber(table: TableDefinition, name: string): number {
  return table.columns.findIndex((column) => foldName(column.name) === foldName(name));
}

export function columnOf(table: TableDefinition, name: string): TableDefinition["columns"][number] | undefined {
  return table.columns[columnNumber(table, name)];
}
