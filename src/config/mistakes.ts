/** What is wrong in files of settings: all of it is told at once, so that a file is corrected once. */
import { GcError } from "../errors.ts";

export interface Mistakes {
  /** `line`: where it is, from 1; null: not known. */
  readonly add: (error: GcError, line: number | null) => void;
}

/**
 * Reads a file, and throws its mistakes as one error, in the order of the file. What `read` gives beside a mistake must
 * not be used: a layer without its `keep` protects nothing.
 */
export function orMistakes<T>(read: (mistakes: Mistakes) => T): T {
  const found: { readonly error: GcError; readonly line: number }[] = [];
  const result = read({ add: (error, line) => void found.push({ error, line: line ?? 0 }) });
  if (found.length === 0) return result;
  throw oneErrorOf(found.toSorted((a, b) => a.line - b.line).map(({ error }) => error));
}

/** Both results, or one error with the mistakes of both. */
export function bothSettled<A, B>(first: () => A, second: () => B): readonly [A, B] {
  const [a, b] = [settled(first), settled(second)];
  if (a.error === null && b.error === null) return [a.result, b.result];
  throw oneErrorOf([a, b].flatMap(({ error }) => error ?? []));
}

type Settled<T> = { readonly result: T; readonly error: null } | { readonly error: GcError };

function settled<T>(read: () => T): Settled<T> {
  try {
    return { result: read(), error: null };
  } catch (error) {
    if (!isSettingsError(error)) throw error;
    return { error };
  }
}

/** The results of all, or one error with the mistakes of all: those in a file that several read once. */
export async function allSettled<T, R>(all: readonly T[], read: (one: T) => R | Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const errors: GcError[] = [];
  for (const one of all) {
    try {
      results.push(await read(one));
    } catch (error) {
      if (!isSettingsError(error)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw oneErrorOf(errors);
  return results;
}

/** Whether it is about files of settings alone, and not about the base that they are for. */
export function isSettingsError(error: unknown): error is GcError {
  return error instanceof GcError && (error.code === "settings-invalid" || error.code === "settings-unreadable");
}

/** A single one is told as it is. */
function oneErrorOf(errors: readonly GcError[]): GcError {
  const parts = [...new Map(errors.flatMap((error) => error.parts).map((part) => [part.message, part])).values()];
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const lines = parts.map(({ message, hint }) => (hint === null ? `- ${message}` : `- ${message}. ${hint}`));
  const code = parts.find((part) => part.code === "settings-unreadable")?.code ?? "settings-invalid";
  return new GcError(code, [`${parts.length} mistakes in the settings:`, ...lines].join("\n"), { parts });
}
