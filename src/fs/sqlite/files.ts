/**
 * The files of a database: opened without following a symlink, without blocking on a FIFO, and only to read.
 *
 * A reader that takes no lock has to find out by itself that no writer interfered. `look` records what a writer cannot
 * leave unchanged, and `sameFiles` compares it at the end. The order within them matters:
 *  - At first the header is read and then the absence of a journal: a transaction that began before is over, and one
 *    that begins later changes the header's counter.
 *  - At the end the absence of a journal comes first: then no transaction is halfway, and one that is over has changed
 *    the counter.
 * Without a log there are two changes that neither shows: a log may be created, copied into the database and removed
 * during the reading, and with `locking_mode=EXCLUSIVE` only the first transaction changes the counter. For those the
 * mtime decides, see `settle`.
 */
import { isErrno } from "../../errors.ts";
import type { CooperativeTask } from "../../model/steps.ts";
import { type BytePath, close, fstat, lstatOrNull, open, OPEN, rawPath, readAt, type Stat } from "../syscalls.ts";
import { HEADER_LENGTH } from "./header.ts";
import { refuse } from "./refusal.ts";
import { WAL_HEADER_LENGTH } from "./wal.ts";

/** Stamps of files come from a clock with ticks of at most 10 ms. */
const TICK_MS = 20;
/** Where stamps are whole seconds: FAT has even ones only. */
const COARSE_TICK_MS = 2000;
/** The part of a journal that a transaction which is over leaves zeroed (journal_mode=PERSIST). */
const JOURNAL_HEADER_LENGTH = 28;

export interface OpenFile {
  readonly path: BytePath;
  readonly fd: number;
  readonly stat: Stat;
  /** The first bytes: fewer where the file is shorter. */
  readonly head: Buffer;
}

export interface DatabaseFiles {
  readonly database: OpenFile;
  /** Null where there is none, or an empty one. */
  readonly wal: OpenFile | null;
}

/** Opens a regular file; null where there is none. Refuses everything else. Throws the errno. */
function openFile(path: BytePath, what: string, headLength: number): OpenFile | null {
  let fd: number;
  try {
    fd = open(path, OPEN.readNoFollow);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    // A symlink under O_NOFOLLOW is ELOOP (EMLINK on FreeBSD); a socket is ENXIO.
    if (isErrno(error, "ELOOP", "EMLINK", "ENXIO", "EISDIR")) refuse("not-a-file", `${what} is not a regular file`);
    throw error;
  }
  try {
    const stat = fstat(fd);
    if (stat.kind !== "file") refuse("not-a-file", `${what} is not a regular file`);
    // It was removed between both calls.
    if (stat.links === 0) refuse("changing", `${what} is being replaced`);
    // The log of a database is named after the name under which a program opened it.
    if (stat.links > 1) refuse("not-a-file", `${what} has several names (hard links)`);
    return { path, fd, stat, head: headOf(fd, headLength) };
  } catch (error) {
    close(fd);
    throw error;
  }
}

function headOf(fd: number, length: number): Buffer {
  const head = Buffer.alloc(length);
  return head.subarray(0, readAt(fd, head, 0));
}

/** Opens the database and its log; null where there is no database. The files are to be closed. */
export function openFiles(path: BytePath): DatabaseFiles | null {
  const database = openFile(path, "the database", HEADER_LENGTH);
  if (database === null) return null;
  let wal: OpenFile | null = null;
  try {
    wal = openFile(rawPath(`${path}-wal`), "the write-ahead log", WAL_HEADER_LENGTH);
    checkJournal(path);
    if (wal?.stat.size !== 0) return { database, wal };
    close(wal.fd);
    return { database, wal: null };
  } catch (error) {
    close(database.fd);
    if (wal !== null) close(wal.fd);
    throw error;
  }
}

export function closeFiles({ database, wal }: DatabaseFiles): void {
  try {
    close(database.fd);
  } finally {
    if (wal !== null) close(wal.fd);
  }
}

/**
 * Refuses where a journal says that a transaction is halfway. SQLite takes one that begins with a zero for over; here all
 * of its header has to be zero, as the end of a transaction leaves it.
 */
function checkJournal(path: BytePath): void {
  const journal = openFile(rawPath(`${path}-journal`), "the journal", JOURNAL_HEADER_LENGTH);
  if (journal === null) return;
  close(journal.fd);
  const { head } = journal;
  if (head.length === 0 || (head.length === JOURNAL_HEADER_LENGTH && head.every((byte) => byte === 0))) return;
  refuse("hot-journal", "a transaction is halfway, or was interrupted: there is a journal beside the database");
}

/**
 * Waits, where no log says what was committed, until a later write would give the database another mtime. Refuses where
 * stamps are so coarse that this takes seconds, and where the database is written to during the wait.
 */
export function* settle({ database, wal }: DatabaseFiles): CooperativeTask<void> {
  if (wal !== null) return;
  const { mtime } = database.stat;
  const tick = mtime % 1000 === 0 ? COARSE_TICK_MS : TICK_MS;
  const age = Math.abs(Date.now() - mtime);
  if (age >= tick) return;
  if (tick === COARSE_TICK_MS) refuse("changing", "the database was written to within the last two seconds");
  const end = performance.now() + tick;
  while (performance.now() < end) yield;
  if (!same(database.stat, fstat(database.fd))) refuse("changing", "the database is being written to");
}

/** Whether the files are still what they were. Refuses a journal. */
export function sameFiles({ database, wal }: DatabaseFiles): boolean {
  checkJournal(database.path);
  if (!sameFile(database)) return false;
  if (wal !== null) return sameFile(wal);
  const now = lstatOrNull(rawPath(`${database.path}-wal`));
  return now === null || (now.kind === "file" && now.size === 0);
}

/** By its name, which another file may have taken, and by its first bytes. */
function sameFile({ path, fd, stat, head }: OpenFile): boolean {
  const now = lstatOrNull(path);
  return now !== null && same(stat, now) && same(stat, fstat(fd)) && head.equals(headOf(fd, head.length));
}

function same(a: Stat, b: Stat): boolean {
  return (
    a.identity.dev === b.identity.dev &&
    a.identity.ino === b.identity.ino &&
    a.size === b.size &&
    a.mtime === b.mtime &&
    a.ctime === b.ctime
  );
}
