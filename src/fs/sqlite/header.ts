/** The first 100 bytes of a database: https://sqlite.org/fileformat2.html#the_database_header */
import { refuse } from "./refusal.ts";

export const HEADER_LENGTH = 100;

const MAGIC = "SQLite format 3\0";
const UTF8 = 1;
const MAX_SCHEMA_FORMAT = 4;
/** The format demands that a page keeps this much for content. */
const MIN_USABLE = 480;

export interface Header {
  /** Bytes of a page: a power of two, 512 to 65536. */
  readonly pageSize: number;
  /** The same without what is reserved at the end of each page. */
  readonly usable: number;
  /** Whether the file may have a write-ahead log. */
  readonly wal: boolean;
  /** The size in pages as the header says it; null where another program has written since (then the file's size counts). */
  readonly pageCount: number | null;
}

/** Refuses what is not a database, or has a format that is not supported. */
export function parseHeader(bytes: Buffer): Header {
  if (bytes.length < HEADER_LENGTH || bytes.toString("latin1", 0, 16) !== MAGIC) {
    refuse("not-a-database", "the file does not begin as an SQLite database does");
  }
  const pageSize = pageSizeOf(bytes.readUInt16BE(16));
  const usable = pageSize - bytes.readUInt8(20);
  if (usable < MIN_USABLE) refuse("not-a-database", "the header reserves more of each page than the format allows");
  const [writeVersion, readVersion] = [bytes.readUInt8(18), bytes.readUInt8(19)];
  if (writeVersion !== readVersion || (readVersion !== 1 && readVersion !== 2)) {
    refuse("unsupported", `the header asks for file format ${readVersion}, and 1 and 2 are supported`);
  }
  if (bytes.readUInt8(21) !== 64 || bytes.readUInt8(22) !== 32 || bytes.readUInt8(23) !== 32) {
    refuse("not-a-database", "the header has payload fractions that the format does not allow");
  }
  const schemaFormat = bytes.readUInt32BE(44);
  if (schemaFormat < 1 || schemaFormat > MAX_SCHEMA_FORMAT) {
    refuse("unsupported", `the header asks for schema format ${schemaFormat}, and 1 to 4 are supported`);
  }
  if (bytes.readUInt32BE(56) !== UTF8) refuse("unsupported", "the text of the database is not UTF-8");
  const count = bytes.readUInt32BE(28);
  const counted = count !== 0 && bytes.readUInt32BE(24) === bytes.readUInt32BE(92);
  return { pageSize, usable, wal: readVersion === 2, pageCount: counted ? count : null };
}

/** 1 stands for 65536, which two bytes cannot hold. */
function pageSizeOf(stored: number): number {
  const size = stored === 1 ? 65_536 : stored;
  if (!isPageSize(size))
    refuse("not-a-database", `the header names a page size of ${size} bytes, which is not allowed`);
  return size;
}

export function isPageSize(size: number): boolean {
  return size >= 512 && size <= 65_536 && (size & (size - 1)) === 0;
}
