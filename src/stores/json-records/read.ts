/** Reads a document with records, and remembers the last ones: each of a thousand records is looked at several times. */
import type { OutcomeError } from "../../model/result.ts";
import { runSync } from "../../fs/cooperative.ts";
import { readSmallInSteps } from "../../fs/read-small.ts";
import { type BytePath, bytePath, lstatOrNull, type Stat } from "../../fs/syscalls.ts";
import type { CooperativeTask } from "../../model/steps.ts";
import { type JsonDocument, parseInSteps, type RecordList } from "./document.ts";

export type DocumentReading =
  | { readonly kind: "document"; readonly document: JsonDocument; readonly stat: Stat }
  | { readonly kind: "missing" }
  /** Its records are unknown, so all of them stay. */
  | { readonly kind: "unusable"; readonly error: OutcomeError };

/** Ten times what people have reported. */
export const DOCUMENT_LIMIT: number = 128 << 20;

/** Reads it now. Throws no errno. */
export function readDocument(path: string, list: RecordList): DocumentReading {
  return runSync(readInSteps(path, list));
}

function* readInSteps(path: string, list: RecordList): CooperativeTask<DocumentReading> {
  const file = yield* readSmallInSteps(bytePath(path), DOCUMENT_LIMIT);
  switch (file.kind) {
    case "missing":
      return { kind: "missing" };
    case "not-a-file":
      return unusable("ELOOP", `${path} is a symlink or another thing than a file`);
    case "too-large":
      return unusable("EFBIG", `${path} has ${file.size} bytes`);
    case "unreadable":
      return { kind: "unusable", error: { code: file.trouble.code, message: file.trouble.message } };
    case "bytes":
      return yield* parsed(path, file.bytes, file.stat, list);
  }
}

function* parsed(path: string, bytes: Buffer, stat: Stat, list: RecordList): CooperativeTask<DocumentReading> {
  try {
    return { kind: "document", document: yield* parseInSteps(bytes, list), stat };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return unusable("EINVAL", `${path} cannot be read as JSON (${error.message}), so all of its records stay`);
  }
}

function unusable(code: string, message: string): DocumentReading {
  return { kind: "unusable", error: { code, message: `${code}: ${message}` } };
}

interface Known {
  readonly path: string;
  readonly as: string;
  readonly reading: DocumentReading;
}

/** Two, since a kind may have two documents; they may have megabytes. */
const MOST = 2;
let known: readonly Known[] = [];

/**
 * Two changes within a tick of the clock give one time (git calls that racy): a hundredth of a second, or two whole ones, as
 * on FAT. What is taken under a lock is read again in any case.
 */
const [TICK_MS, LONG_TICK_MS] = [100, 2000] as const;

/** The same while the file is unchanged. Throws the errno where that cannot be known. */
export function knownDocument(path: string, list: RecordList): DocumentReading {
  return runSync(knownInSteps(path, list));
}

/** The same in steps, for a host whose thread this is. */
export function* knownInSteps(path: string, list: RecordList): CooperativeTask<DocumentReading> {
  const before = stamp(bytePath(path), list);
  const found = before === null ? undefined : known.find((one) => one.path === path && one.as === before.as);
  if (found !== undefined) return found.reading;
  const reading = yield* readInSteps(path, list);
  const rest = known.filter((one) => one.path !== path || one.as === before?.as).slice(-(MOST - 1));
  const isSettled =
    before !== null && before.newest < Date.now() - (Number.isInteger(before.newest / 1000) ? LONG_TICK_MS : TICK_MS);
  known = isSettled ? [...rest, { path, as: before.as, reading }] : rest;
  return reading;
}

function stamp(path: BytePath, list: RecordList): { readonly as: string; readonly newest: number } | null {
  const stat = lstatOrNull(path);
  if (stat === null) return null;
  const { identity, mtime, ctime, size } = stat;
  return { as: JSON.stringify([identity, mtime, ctime, size, list]), newest: Math.max(mtime, ctime) };
}
