/**
 * The one error class of the project. It is thrown when a run cannot go on; trouble with one entry is a value in the
 * outcome instead (see model/result.ts).
 *
 * `code` is stable and for machines, `message` names the thing, the value and what was expected, `hint` says what a
 * person can do next. `exitCode` is what the command ends with.
 */
export class GcError extends Error {
  override readonly name = "GcError";
  readonly code: ErrorCode;
  readonly hint: string | null;
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? null;
    this.exitCode = EXIT_CODES[code];
  }
}

/** Every code that a run can fail with, and what the command ends with for it. */
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

/** Trouble with one entry, thrown as the system throws its own, so that whoever catches those catches this as well. */
export function troubled(code: `E${string}`, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** What any thrown value says, for a place that shows it to a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
