/**
 * Names of the files of a session. An id is never looked for by a pattern: `janitor` and `janitor_2026` are two sessions.
 * The names that an id may have are computed, and a file belongs to an id if its name is one of them.
 */
import { createHash } from "node:crypto";

export type SessionFileKind = "snapshot" | "dump" | "transcript";

export interface SessionFileName {
  readonly kind: SessionFileKind;
  /** What the name has of the id: the id itself, or one of `stemsOf` it. */
  readonly stem: string;
  /** Of a dump: when it was written, without a zone, as `YYYY-MM-DDTHH:MM:SS`. */
  readonly at?: string;
}

/** The time at the end has a fixed length, so that no id can be taken for a longer one. */
const DUMP = /^request_dump_(.+)_(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)_\d{6}\.json$/su;
const SNAPSHOT = /^session_(.+)\.json$/su;
const TRANSCRIPT = /^(.+)\.jsonl?$/su;

/** The routing of a gateway, which belongs to no session. */
export const ROUTING = "sessions.json";

/** What it is written to first. */
const TEMPORARY = /^\.sessions_[\w-]+\.tmp$/;

/** An id as the agent makes it itself; others come from jobs and from clients of its server. */
const OWN_ID = /^\d{8}_\d{6}_(?:[0-9a-f]{6}|[0-9a-f]{8})$/;

export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name);
}

/** Null where it is not that of a file of a session, whatever the session is called. */
export function sessionFileName(name: string): SessionFileName | null {
  if (name === ROUTING || name.startsWith(".")) return null;
  const [, dumped, year, month, day, hour, minute, second] = DUMP.exec(name) ?? [];
  if (dumped !== undefined) {
    return { kind: "dump", stem: dumped, at: `${year}-${month}-${day}T${hour}:${minute}:${second}` };
  }
  if (name.startsWith("request_dump_")) return null;
  const snapshot = SNAPSHOT.exec(name)?.[1];
  if (snapshot !== undefined) return { kind: "snapshot", stem: snapshot };
  const stem = TRANSCRIPT.exec(name)?.[1];
  return stem === undefined ? null : { kind: "transcript", stem };
}

/** Whether a file of this name is a session's without a row that says so: any file may be called `notes.json`. */
export function isSessionForSure({ kind, stem }: SessionFileName): boolean {
  return kind !== "transcript" || OWN_ID.test(stem);
}

/**
 * Every stem that the files of an id may have: the id as it is, as old versions wrote it, and the one that newer versions
 * make of it. Letters outside of ASCII are replaced or kept, as `\w` means one or the other.
 */
export function stemsOf(id: string): readonly string[] {
  // Most ids are of this form, and a digest for each of twenty thousand takes time.
  if (PLAIN_ID.test(id)) return [id];
  const digest = createHash("sha256").update(id, "utf8").digest("hex").slice(0, 12);
  const safe = [/[^\w-]/g, /[^\p{L}\p{N}_-]/gu].map((unsafe) => {
    const replaced = id.replace(unsafe, "_").slice(0, MAX_STEM);
    return replaced === id ? id : `${replaced}_${digest}`;
  });
  const isName = id !== "" && !/[/\0]/.test(id);
  return [...new Set([...(isName ? [id] : []), ...safe])];
}

const MAX_STEM = 96;

/** What is written as it is. */
const PLAIN_ID = /^[\w-]{1,96}$/;
