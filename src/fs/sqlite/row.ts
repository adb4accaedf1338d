/** Rows of a table: the values of some columns, without reading what lies behind them. */
import type { CooperativeTask } from "../../model/steps.ts";
import type { TableDefinition } from "./create-table.ts";
import { fieldOfDefault } from "./defaults.ts";
import type { Payload } from "./payload.ts";
import { type Field, fieldOf, lengthOf, lengthVarint, typesOf, type Value, valueOf } from "./record.ts";
import { corrupt } from "./refusal.ts";

/** The longest varint. */
const MAX_VARINT = 9;

/**
 * The fields of some columns, by the number of the column. `wanted`: their numbers, ascending. The memory is that of the
 * page, so they are to be used before the next row is read.
 */
export function* readFields(
  { columns, rowid: rowidColumn }: Pick<TableDefinition, "columns" | "rowid">,
  wanted: readonly number[],
  rowid: number | bigint,
  payload: Payload,
): CooperativeTask<ReadonlyMap<number, Field>> {
  const cursor = { at: 0 };
  const beginning = yield* payload.take(0, Math.min(MAX_VARINT, payload.length));
  const headerLength = lengthVarint(beginning, cursor, beginning.length);
  if (headerLength < cursor.at) corrupt("the header of a record is shorter than its own length");
  const types = typesOf(yield* payload.take(0, headerLength), headerLength, cursor.at);
  if (types.length > columns.length) corrupt("a row has more values than its table has columns");
  const ends: number[] = [];
  let end = headerLength;
  for (const type of types) ends.push((end += lengthOf(type)));
  if (end !== payload.length) corrupt("a row is not as long as its values");

  const fields = new Map<number, Field>();
  for (const number of wanted) {
    const type = types[number];
    if (number === rowidColumn) {
      // The rowid is the key of the row, and the record has NULL in its place.
      if (type !== undefined && type !== 0) corrupt("a row has a value in the place of its rowid");
      fields.set(number, { kind: "number", number: rowid });
    } else if (type === undefined) {
      const column = columns[number];
      if (column !== undefined) fields.set(number, fieldOfDefault(column.name, column.default));
    } else {
      const bytes = yield* payload.take(ends[number - 1] ?? headerLength, ends[number] ?? headerLength);
      fields.set(number, fieldOf(type, bytes));
    }
  }
  return fields;
}

/** The value of a field. A column of type REAL has integers as floating-point numbers. */
export function columnValue(field: Field, column: TableDefinition["columns"][number] | undefined): Value {
  const value = valueOf(field);
  return typeof value === "bigint" && column?.affinity === "real" ? Number(value) : value;
}
