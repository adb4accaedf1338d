/** What the files of a session say of when it was used, wherever they lie now. */
import { isErrno } from "../../errors.ts";
import { toIoError } from "../../fs/read-small.ts";
import { bytePath, lstatOrNull, type Stat } from "../../fs/syscalls.ts";
import type { Entry, IoError, LastUse, Member } from "../../model/entry.ts";
import type { Inspection, LockFile } from "../../model/inspection.ts";
import { DAY } from "../../model/time.ts";
import { isPlainFile } from "../../stores/json-files/files.ts";
import { inspection } from "../../stores/json-files/inspect.ts";
import { because, type FileReason, unidentified } from "../../stores/json-files/reasons.ts";
import { newestUse } from "../../stores/json-files/times.ts";
import { idsOf, sessionFile } from "./files.ts";
import { readLines, readPointer } from "./transcript.ts";

/** `not`: why it counts for nothing, as an inspection. */
export type Found<T> = { readonly found: T } | { readonly not: Inspection };

/** Files that are there, and the newest of their times. */
export interface Files {
  readonly mtime: LastUse;
  readonly bytes: number;
}

export function filesOf(members: readonly Member[]): Found<Files> {
  const stats = members.map(statOf);
  const trouble = stats.find((stat) => "code" in stat);
  if (trouble !== undefined) return { not: unreadable(trouble) };
  const known = stats.filter((stat): stat is Stat => !("code" in stat));
  if (!known.every(isPlainFile)) return { not: cannotBeJudged("not-a-plain-file") };
  const mtime = { at: Math.max(...known.map((stat) => stat.mtime)), from: "mtime" };
  return { found: { mtime, bytes: known.reduce((sum, { size }) => sum + size, 0) } };
}

/** What a transcript and what belongs to it say. */
export interface Records {
  /** The newest record. */
  readonly use: LastUse;
  /** The last answer of the model; null: there is none in text. */
  readonly answer: string | null;
}

/** `session`: the id that the index says; null: it has none. */
export function recordsOf(members: readonly Member[], session: string | null, now: number): Found<Records> {
  let newest: number | null = null;
  let answer: string | null = null;
  let id = session;
  for (const { path, place } of members) {
    const file = sessionFile(place);
    const isPointer = file?.kind === "pointer";
    const read = isPointer ? readPointer(path) : readLines(path, now);
    if (read.kind === "unreadable") return { not: unreadable(read.trouble) };
    if (read.kind === "unusable") return { not: cannotBeJudged(read.reason) };
    if (read.isDoubtful) return { not: cannotBeJudged("no-usable-time") };
    if (file?.kind === "transcript") {
      id ??= read.id;
      ({ answer } = read);
      if (read.id === null || read.id !== id || !idsOf(file.stem).includes(id))
        return { not: cannotBeJudged("other-name") };
    }
    if (isPointer && read.id !== null && read.id !== id) return { not: cannotBeJudged("other-name") };
    if (read.newest !== null) newest = Math.max(newest ?? read.newest, read.newest);
  }
  if (newest === null) return { not: cannotBeJudged("no-usable-time") };
  return { found: { use: { at: newest, from: "timestamp" }, answer } };
}

/** It was used at the newest of these times. */
export function usedAt(touched: LastUse, ...uses: readonly LastUse[]): Inspection {
  return inspection({ reading: { kind: "not-applicable" }, touched, lastUse: newestUse(touched, ...uses) });
}

/** After this time no agent is writing it any more (ms). */
const ABANDONED_AFTER = DAY;

export function debris(reason: FileReason, mtime: LastUse): Inspection {
  return inspection({
    reading: { kind: "debris", ...because(reason), after: ABANDONED_AFTER, subject: null, evidence: {} },
    touched: mtime,
    lastUse: mtime,
  });
}

export function cannotBeJudged(reason: FileReason): Inspection {
  return inspection({ reading: unidentified(reason) });
}

export function unreadable(trouble: IoError): Inspection {
  return inspection({
    reading: { kind: "unidentified", reason: "unreadable", evidence: { [trouble.path]: trouble.code } },
    troubles: [trouble],
  });
}

/**
 * The inspection, with the lock of the transcript of this name. A run has it from its first message to its last, and one
 * that was killed leaves it for ever: at any age it holds.
 */
export function withLock(
  found: Inspection,
  { base }: Pick<Entry, "base">,
  transcript: string,
  now: number,
): Inspection {
  const locks = lockOf(`${base}/${transcript}.lock`, now);
  return "code" in locks ? unreadable(locks) : { ...found, locks };
}

function lockOf(path: string, now: number): readonly LockFile[] | IoError {
  try {
    return lstatOrNull(bytePath(path)) === null ? [] : [{ path, at: now }];
  } catch (error) {
    // No lock of such a name can be made.
    return isErrno(error, "ENAMETOOLONG") ? [] : toIoError(bytePath(path), error);
  }
}

function statOf({ path }: Member): Stat | IoError {
  try {
    return lstatOrNull(bytePath(path)) ?? { code: "ENOENT", message: `ENOENT: ${path} is gone`, path };
  } catch (error) {
    return toIoError(bytePath(path), error);
  }
}
