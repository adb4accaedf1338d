/**
 * The only error class of the project. It is thrown when a run cannot go on; a failure with one entry is a value in the
 * outcome instead (see model/result.ts).
 *
 * `code` is stable and for programs, `message` names the thing, the value and what was expected, `hint` suggests what
 * to do next. `exitCode` is the exit code of the command.
 */
export class GcError extends Error {
  override readonly name = "GcError";
  readonly code: ErrorCode;
  readonly hint: string | null;
  readonly exitCode: number;
  readonly #parts: readonly GcError[];

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; cause?: unknown; parts?: readonly GcError[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? null;
    this.exitCode = EXIT_CODES[code];
    this.#parts = options.parts ?? [];
  }

  /** The errors that it reports, where there are several; otherwise itself alone. */
  get parts(): readonly GcError[] {
    return this.#parts.length === 0 ? [this] : this.#parts;
  }
}

/** Every code that a run can fail with, and its exit code. */
export const EXIT_CODES = {
  "usage": 2,
  "settings-unreadable": 2,
  "settings-invalid": 2,
  "home-missing": 2,
  "base-missing": 2,
  "base-refused": 2,
  "base-unreadable": 2,
  "foreign-owner": 2,
  "state-newer": 2,
  "state-unusable": 2,
  "plan-invalid": 2,
  "plan-outdated": 2,
  "not-found": 2,
  "ambiguous": 2,
  "git-missing": 2,
  "no-terminal": 3,
  "declined": 3,
  "locked": 75,
  "interrupted": 130,
  "internal": 1,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

/** The errno name (`ENOENT`, `EACCES`, ...) of a failed system call, or null where the value is no such error. */
export function errnoOf(error: unknown): string | null {
  if (typeof error !== "object" || error === null || !("code" in error)) return null;
  return typeof error.code === "string" && /^E[A-Z0-9]+$/.test(error.code) ? error.code : null;
}

/**
 * Whether a system call failed with one of these. Every place that continues after a failed call names the errnos that
 * it expects: any other is rethrown, or reported by `systemCode`. Accepting any errno silently would turn an unwritable
 * record into a successful run.
 */
export function isErrno(error: unknown, ...codes: readonly `E${string}`[]): boolean {
  const code = errnoOf(error);
  return code !== null && codes.some((one) => one === code);
}

/** The errno of a failed system call, for a place that reports it. Any other error is a bug and rethrown. */
export function systemCode(error: unknown): string {
  const code = errnoOf(error);
  if (code === null) throw error;
  return code;
}

/** The message of a failed system call, for a place that reports it; otherwise the same. */
export function systemMessage(error: unknown): string {
  systemCode(error);
  return messageOf(error);
}

/**
 * For a place that continues: rethrows anything but the expected errnos. Any other error (EMFILE, ENOMEM, a bug) says
 * nothing about the path in question, and must not count as a result.
 */
export function expectErrno(error: unknown, ...codes: readonly `E${string}`[]): void {
  if (!isErrno(error, ...codes)) throw error;
}

/**
 * The codes that `createErrnoError` makes for errors that we detect ourselves: git refused, it changed meanwhile, a
 * copy differs.
 */
const FOUND: readonly `E${string}`[] = [
  "EGIT",
  "EFSCK",
  "ECHANGED",
  "EBADMSG",
  "ENODATA",
  "EINTR",
  "ENOLCK",
  "EBADF",
  "EFBIG",
  "EILSEQ",
];

/**
 * Errnos of a path that cannot be read: a place that continues after one of these treats it as unknown, which keeps,
 * and never as missing.
 */
export const UNREADABLE: readonly `E${string}`[] = [
  ...FOUND,
  "ENOENT",
  "ENOTDIR",
  "EACCES",
  "EPERM",
  "ELOOP",
  "ENAMETOOLONG",
  "EISDIR",
  "EINVAL",
  // The disk, the server, or its encryption key.
  "EIO",
  "ESTALE",
  "EBUSY",
  "ENXIO",
  "ENODEV",
  "ETIMEDOUT",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENOTCONN",
  "ENOKEY",
  "EOVERFLOW",
  "EUCLEAN",
  "EREMOTEIO",
  "ENOSPC",
];

/** What a look at a path gives, or null where it cannot be read: for a place that then leaves it alone. */
export function ifReadable<T>(look: () => T, ...also: readonly `E${string}`[]): T | null {
  try {
    return look();
  } catch (error) {
    expectErrno(error, ...UNREADABLE, ...also);
    return null;
  }
}

/** Errnos of an optional change: cleaning up after a failure, or what other processes left. */
export const UNWRITABLE: readonly `E${string}`[] = [
  ...FOUND,
  // The original failure is reported: a lack of descriptors while cleaning up must not replace it.
  "EMFILE",
  "ENFILE",
  "ENOMEM",
  "ENOENT",
  "ENOTDIR",
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOSPC",
  "EDQUOT",
  "EIO",
  "ESTALE",
  "EBUSY",

  "ENOTEMPTY",
  "EEXIST",
  "EISDIR",
  "ENAMETOOLONG",
  "EMLINK",
  "EXDEV",
  "ETXTBSY",
  "ENOTSUP",
  "EOPNOTSUPP",
  "EINVAL",
  "ENXIO",
  "ENODEV",
  "ETIMEDOUT",
  "ELOOP",
];

/** A full disk, or an exhausted quota: freeing it is the purpose, so it never ends a run. */
export function hasNoRoom(error: unknown): boolean {
  return isErrno(error, "ENOSPC", "EDQUOT");
}

/** A failure with one entry, thrown in the form of a system error, so that the same handlers catch it. */
export function createErrnoError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** The message of any thrown value, for display. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Node's message of a system error without the call and its path, for a sentence that names the path: `EACCES: permission denied`. */
export function withoutCall(message: string): string {
  return /^E[A-Z0-9]+: /.test(message) ? message.replace(/, [a-z]+(?: '[^]*')?$/, "") : message;
}
