/** What the files of a session say of when it was used, wherever they lie now. */
import { isErrno } from "../../errors.ts";
import { toIoError } from "../../fs/read-small.ts";
import type { Child } from "../../fs/listing.ts";
import { bytePath, lstatOrNull } from "../../fs/syscalls.ts";
import type { Entry, IoError, LastUse, Member } from "../../model/entry.ts";
import type { Inspection, LockFile } from "../../model/inspection.ts";
import { cannotBeJudged, type Found, inspection, unreadable } from "../../stores/json-files/inspect.ts";
import { newestUse } from "../../stores/json-files/times.ts";
import type { InspectOptions } from "../../stores/kind.ts";
import { idsOf, sessionFile } from "./files.ts";
import { readLines, readPointer } from "./transcript.ts";

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

/**
 * The inspection, with the lock of the transcript of this name. A run has it from its first message to its last, and one
 * that was killed leaves it for ever: at any age it holds.
 */
export function withLock(
  found: Inspection,
  entry: Entry,
  transcript: string,
  { now, justListed = false }: InspectOptions,
): Inspection {
  if (justListed && unlocked.delete(entry)) return found;
  const locks = lockOf(`${entry.base}/${transcript}.lock`, now);
  return "code" in locks ? unreadable(locks) : { ...found, locks };
}

/** Entries without a lock in the listing of their base, until they are looked at. */
const unlocked = new WeakSet<Entry>();

/** Gives entries back, and remembers of which transcripts these children of their base have no lock. */
export function lockListing(children: readonly Child[]): (entry: Entry, transcript: string) => Entry {
  const names = new Set(children.map(({ name }) => name));
  return (entry, transcript) => {
    if (!names.has(bytePath(`${transcript}.lock`))) unlocked.add(entry);
    return entry;
  };
}

function lockOf(path: string, now: number): readonly LockFile[] | IoError {
  try {
    return lstatOrNull(bytePath(path)) === null ? [] : [{ path, at: now }];
  } catch (error) {
    // No lock of such a name can be made.
    return isErrno(error, "ENAMETOOLONG") ? [] : toIoError(bytePath(path), error);
  }
}
