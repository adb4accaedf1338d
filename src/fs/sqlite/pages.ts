/** The pages of one consistent state: from the log where it has them, else from the database. */
import type { CooperativeTask } from "../../model/steps.ts";
import { readAt } from "../syscalls.ts";
import type { DatabaseFiles } from "./files.ts";
import { parseHeader } from "./header.ts";
import { corrupt, refuse } from "./refusal.ts";
import { readWal, type Wal } from "./wal.ts";

/** SQLite locks bytes at this offset, so the page there is never used. */
const LOCK_BYTE = 0x4000_0000;

export interface Pages {
  /** Bytes of a page, and those of them that may hold content. */
  readonly size: number;
  readonly usable: number;
  /** Pages are numbered from 1. */
  readonly count: number;
  /** Reads a page into a buffer of `size` bytes. Refuses a number out of range. Throws the errno. */
  readonly read: (page: number, into: Buffer) => void;
  /** How many reads there were. */
  readonly reads: () => number;
  /** Whether the log moved on, see `Wal`. */
  readonly moved: () => CooperativeTask<boolean>;
}

/** Reads header and log. Refuses what is not understood. */
export function* openPages({ database, wal: log }: DatabaseFiles): CooperativeTask<Pages> {
  const onDisk = parseHeader(database.head);
  if (log !== null && !onDisk.wal)
    refuse("bad-wal", "there is a write-ahead log, and the header says that there is none");
  const wal = log === null ? null : yield* readWal(log.fd, log.head, log.stat.size);
  if (wal !== null && wal.pageSize !== onDisk.pageSize) {
    refuse("bad-wal", "the database and its write-ahead log have different page sizes");
  }
  const { pageSize: size, usable } = onDisk;
  const inFile = Math.floor(database.stat.size / size);
  let reads = 0;
  const readRaw = (page: number, into: Buffer): void => {
    reads += 1;
    const logged = wal?.pages.get(page);
    const fd = logged === undefined || log === null ? database.fd : log.fd;
    const length = readAt(fd, into, logged ?? (page - 1) * size);
    if (length < into.length) corrupt(`the file ends before page ${page}`);
  };
  const count = countOf(size, inFile, wal, readRaw, usable);
  return {
    size,
    usable,
    count,
    read(page, into) {
      if (page < 1 || page > count) corrupt(`a page number is out of range: ${page} of ${count}`);
      if (page === LOCK_BYTE / size + 1) corrupt(`page ${page} is reserved for locks, and something refers to it`);
      readRaw(page, into);
    },
    reads: () => reads,
    *moved() {
      return wal !== null && (yield* wal.moved());
    },
  };
}

/** The size of the database in pages, as its first page says it, which may be in the log. */
function countOf(
  size: number,
  inFile: number,
  wal: Wal | null,
  readRaw: (page: number, into: Buffer) => void,
  usable: number,
): number {
  const committed = wal?.pageCount ?? inFile;
  const first = Buffer.allocUnsafe(size);
  readRaw(1, first);
  const header = parseHeader(first);
  if (header.pageSize !== size || header.usable !== usable) corrupt("the log changes the page size of the database");
  if (wal !== null && !header.wal) refuse("bad-wal", "the log says that the database has no log");
  const count = header.pageCount ?? committed;
  if (count > committed) corrupt(`the database has ${committed} pages, and its header says ${count}`);
  return count;
}
