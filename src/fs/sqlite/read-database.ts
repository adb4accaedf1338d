/**
 * Reads an SQLite database of another program without the SQLite library: with what its write-ahead log has committed,
 * without taking or breaking a lock, and without leaving a file behind. SQLite itself makes a `-shm` file even to read.
 *
 * Nothing prevents a writer from writing meanwhile. What one does is noticed at the end (files.ts, wal.ts), and everything
 * is read once more. What is not understood, contradicts itself or changes each time is refused: an answer comes from one
 * committed state, or there is none.
 *
 * It is a task that yields after each page (fs/cooperative.ts): `runSync` runs it at once, `runCooperatively` lets the
 * event loop of a host run in between.
 *
 * Never call it in a process that has the same database open through SQLite. Closing any descriptor of a file drops all
 * POSIX locks that the process has on it, and the next writer would destroy what this process is writing.
 *
 * Not noticed is a writer without a journal (journal_mode=OFF or MEMORY), before it is done: SQLite's readers would
 * wait for its lock, which is not asked for here.
 */
import { messageOf, systemCode } from "../../errors.ts";
import type { CooperativeTask } from "../../model/steps.ts";
import type { BytePath } from "../syscalls.ts";
import { type Database, openDatabase } from "./database.ts";
import { closeFiles, type DatabaseFiles, openFiles, sameFiles, settle } from "./files.ts";
import { openPages, type Pages } from "./pages.ts";
import { refusalOf, type RefusalCode } from "./refusal.ts";

export type DatabaseReading<T> =
  /** `pages`: how many were read. */
  | { readonly kind: "read"; readonly value: T; readonly pages: number }
  /** There is no such file. */
  | { readonly kind: "missing" }
  | Unreadable;

/** `code`: an errno where a system call failed. `message`: one sentence without a full stop. */
export interface Unreadable {
  readonly kind: "unreadable";
  readonly code: RefusalCode | `E${string}`;
  readonly message: string;
}

/** Once, and three times more where it was written to meanwhile. */
const ATTEMPTS = 4;

/**
 * Runs `read` on the database, and again where a writer interfered: it must collect its results anew each time, and not
 * throw at what it finds, since that may be half written. Throws no errno: one that `read` throws counts as one of the
 * database.
 */
export function* readDatabase<T>(
  path: BytePath,
  read: (database: Database) => CooperativeTask<T>,
): CooperativeTask<DatabaseReading<T>> {
  let last: Unreadable = CHANGED;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const result = yield* attemptOnce(path, read);
    if (result.kind !== "unreadable" || !AGAIN.has(result.code)) return result;
    last = result;
  }
  return last;
}

const CHANGED: Unreadable = {
  kind: "unreadable",
  code: "changing",
  message: "the database was written to each time it was read",
};

/** What may be over a moment later. */
const AGAIN: ReadonlySet<string> = new Set(["changing", "hot-journal"]);

function* attemptOnce<T>(
  path: BytePath,
  read: (database: Database) => CooperativeTask<T>,
): CooperativeTask<DatabaseReading<T>> {
  try {
    const files = openFiles(path);
    if (files === null) return { kind: "missing" };
    try {
      yield* settle(files);
      return yield* readOnce(files, read);
    } finally {
      closeFiles(files);
    }
  } catch (error) {
    return unreadable(error);
  }
}

function* readOnce<T>(
  files: DatabaseFiles,
  read: (database: Database) => CooperativeTask<T>,
): CooperativeTask<DatabaseReading<T>> {
  let pages: Pages | null = null;
  let result: DatabaseReading<T>;
  try {
    pages = yield* openPages(files);
    const value = yield* read(yield* openDatabase(pages));
    result = { kind: "read", value, pages: pages.reads() };
  } catch (error) {
    // What was half written while it was read need not be damaged, so this is not the last word either.
    result = unreadable(error);
  }
  if (!sameFiles(files) || (pages !== null && (yield* pages.moved()))) return CHANGED;
  return result;
}

/** A refusal or an errno as a value. Any other error is a bug and rethrown. */
function unreadable(error: unknown): Unreadable {
  const refusal = refusalOf(error);
  if (refusal !== null) return { kind: "unreadable", ...refusal };
  return { kind: "unreadable", code: errnoCode(error), message: messageOf(error) };
}

function errnoCode(error: unknown): `E${string}` {
  return `E${systemCode(error).slice(1)}`;
}
