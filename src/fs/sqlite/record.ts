/** Numbers, records and the order of values: https://sqlite.org/fileformat2.html#record_format */
import { corrupt } from "./refusal.ts";

/** A value of a column. An integer is a number where that is exact, else a bigint. */
export type Value = null | number | bigint | string | Buffer;

/** A stored value. The bytes of a text are kept: they decide its order, and need not be UTF-8. */
export type Field =
  | { readonly kind: "null" }
  | { readonly kind: "number"; readonly number: number | bigint }
  | { readonly kind: "text" | "blob"; readonly bytes: Buffer };

/** A position in a buffer, moved by what reads there. */
export interface Cursor {
  at: number;
}

/** A variable-length integer of 1 to 9 bytes that must end before `end`; signed, as the format has them. */
export function varint(bytes: Buffer, cursor: Cursor, end: number): number | bigint {
  let value = 0;
  for (let count = 0; count < 7; count += 1) {
    const byte = byteAt(bytes, cursor, end);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return value;
  }
  let long = BigInt(value);
  const eighth = byteAt(bytes, cursor, end);
  long = (long << 7n) | BigInt(eighth & 0x7f);
  if (eighth >= 0x80) long = (long << 8n) | BigInt(byteAt(bytes, cursor, end));
  return exact(BigInt.asIntN(64, long));
}

function byteAt(bytes: Buffer, cursor: Cursor, end: number): number {
  const byte = cursor.at < end ? bytes[cursor.at] : undefined;
  if (byte === undefined) corrupt("a number runs over the end of its record");
  cursor.at += 1;
  return byte;
}

/** A varint that counts bytes or names a type: SQLite allows 2³¹ - 1 at most. */
export function lengthVarint(bytes: Buffer, cursor: Cursor, end: number): number {
  const value = varint(bytes, cursor, end);
  if (typeof value === "bigint" || value < 0 || value > 0x7fff_ffff) corrupt("a length is out of range");
  return value;
}

function exact(value: bigint): number | bigint {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

const FIXED_LENGTHS = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0] as const;

/** Bytes of a value of this serial type. */
export function lengthOf(type: number): number {
  if (type >= 12) return (type - (type % 2 === 0 ? 12 : 13)) / 2;
  return FIXED_LENGTHS[type] ?? corrupt(`a value has the type ${type}, which the format reserves`);
}

/** The value of a serial type in exactly as many bytes as it has. Text and blobs refer to the same memory. */
export function fieldOf(type: number, bytes: Buffer): Field {
  if (type >= 12) return { kind: type % 2 === 0 ? "blob" : "text", bytes };
  switch (type) {
    case 0:
      return NULL;
    case 7:
      return real(bytes.readDoubleBE(0));
    case 8:
    case 9:
      return { kind: "number", number: type - 8 };
    case 6:
      return { kind: "number", number: exact(bytes.readBigInt64BE(0)) };
    default:
      return { kind: "number", number: bytes.readIntBE(0, lengthOf(type)) };
  }
}

const NULL: Field = { kind: "null" };

/** SQLite reads a NaN as NULL. */
function real(number: number): Field {
  return Number.isNaN(number) ? NULL : { kind: "number", number };
}

/** The types in the header of a record, and where their values begin. `bytes`: at least the header. */
export function typesOf(bytes: Buffer, headerLength: number, from: number): number[] {
  const types: number[] = [];
  for (const cursor = { at: from }; cursor.at < headerLength;) types.push(lengthVarint(bytes, cursor, headerLength));
  return types;
}

/** All fields of a record that is there as a whole. */
export function fieldsOf(record: Buffer): Field[] {
  const cursor = { at: 0 };
  const headerLength = lengthVarint(record, cursor, record.length);
  if (headerLength > record.length || headerLength < cursor.at) corrupt("the header of a record is longer than it");
  let at = headerLength;
  const fields = typesOf(record, headerLength, cursor.at).map((type) => {
    const end = at + lengthOf(type);
    if (end > record.length) corrupt("a value runs over the end of its record");
    const field = fieldOf(type, record.subarray(at, end));
    at = end;
    return field;
  });
  if (at !== record.length) corrupt("a record is longer than its values");
  return fields;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The value of a field, in memory of its own. Refuses a text that is not UTF-8. */
export function valueOf(field: Field): Value {
  switch (field.kind) {
    case "null":
      return null;
    case "number":
      return field.number;
    case "blob":
      return Buffer.from(field.bytes);
    case "text":
      try {
        return UTF8.decode(field.bytes);
      } catch {
        // The decoder throws one thing only: a TypeError for bytes that are not UTF-8.
        return corrupt("a text is not UTF-8");
      }
  }
}

const RANKS = { null: 0, number: 1, text: 2, blob: 3 } as const;

/** The order of SQLite with the collation BINARY: NULL, numbers, text, blobs; negative where `a` comes first. */
export function compareFields(a: Field, b: Field): number {
  if (a.kind === "number" && b.kind === "number") return a.number < b.number ? -1 : Number(a.number > b.number);
  if ((a.kind === "text" && b.kind === "text") || (a.kind === "blob" && b.kind === "blob")) {
    return Buffer.compare(a.bytes, b.bytes);
  }
  return RANKS[a.kind] - RANKS[b.kind];
}

/** The order of records with equally many fields. */
export function compareRecords(a: readonly Field[], b: readonly Field[]): number {
  for (const [at, field] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    const order = compareFields(field, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
