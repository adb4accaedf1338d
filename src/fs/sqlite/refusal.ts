/**
 * How a database is refused: thrown inside this folder, a value outside of it (read-database.ts). As in
 * `createErrnoError` it is an ordinary error with a code, so there is no second error class.
 */

/** Why a database cannot be read, apart from the errno of a failed system call. Stable, for programs. */
export type RefusalCode =
  /** A directory, a symlink, a FIFO, ..., or a file with a second name. */
  | "not-a-file"
  /** No header of a database. */
  | "not-a-database"
  /** A legal database with something that is not supported here. */
  | "unsupported"
  /** A writer is at work or was killed: its journal lies beside the database. */
  | "hot-journal"
  /** The write-ahead log cannot be understood. */
  | "bad-wal"
  /** The pages contradict the format, or each other. */
  | "corrupt"
  /** A table or its definition is missing, or is not understood. */
  | "schema"
  /** It was written to during each attempt. */
  | "changing";

export interface Refusal {
  readonly code: RefusalCode;
  /** One sentence without a full stop, for a report. */
  readonly message: string;
}

const refusals = new WeakMap<Error, Refusal>();

/** Ends this attempt to read. `message`: one plain sentence without a full stop. */
export function refuse(code: RefusalCode, message: string): never {
  const error = new Error(message);
  refusals.set(error, { code, message });
  throw error;
}

/** `refuse`, for the most frequent code. */
export function corrupt(message: string): never {
  return refuse("corrupt", message);
}

/** The refusal that was thrown, or null where the value is another error. */
export function refusalOf(error: unknown): Refusal | null {
  return error instanceof Error ? (refusals.get(error) ?? null) : null;
}
