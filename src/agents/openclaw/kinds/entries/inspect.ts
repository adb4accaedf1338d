/** When a session was last used: by its index, by its transcript, and by the times of its files. */
import { toIoError } from "../../../../fs/read-small.ts";
import { bytePath } from "../../../../fs/syscalls.ts";
import type { Entry, IoError, LastUse, Member, PathMember } from "../../../../model/entry.ts";
import type { Expiry, Heartbeat, Inspection } from "../../../../model/inspection.ts";
import { DAY } from "../../../../model/time.ts";
import { cannotBeJudged, type Files, filesOf, inspection, unreadable } from "../../../../stores/json-files/inspect.ts";
import { newestUse, timeOfNumber } from "../../../../stores/json-files/times.ts";
import { recordValue } from "../../../../stores/json-records/records.ts";
import type { InspectOptions } from "../../../../stores/kind.ts";
import { recordsOf, usedAt, withLock } from "../../reading.ts";
import { because } from "../../reasons.ts";
import { isHeartbeat, type Session, sessionOf } from "../../session.ts";

/** What the index says of a session, and the size of its text there. */
interface ListedSession {
  readonly value: unknown;
  readonly bytes: number;
}

/** By the record itself, until it is looked at: the index was read right before. */
const listed = new WeakMap<Member, ListedSession>();

/** The record, with what the index says of it. */
export function withListedSession<M extends Member>(record: M, session: ListedSession): M {
  listed.set(record, session);
  return record;
}

export function inspectSession(entry: Entry, look: InspectOptions): Inspection {
  const record = entry.members.find(({ as }) => as === "record");
  const known = record === undefined || look.justListed !== true ? undefined : listed.get(record);
  if (record !== undefined) listed.delete(record);
  const { bytes, ...found } = inspectRecord(entry, known ?? (record === undefined ? undefined : valueOf(record)), look);
  return known === undefined || bytes === undefined ? found : { ...found, bytes: bytes + known.bytes };
}

type RecordRead = { readonly value: unknown } | { readonly trouble: IoError } | undefined;

/** With the allocated bytes of its files alone. */
function inspectRecord(entry: Entry, value: RecordRead, look: InspectOptions): Inspection {
  if (value === undefined) return cannotBeJudged("wrong-fields");
  if ("trouble" in value) return unreadable(value.trouble);
  const session = sessionOf(value.value, entry.base);
  if (typeof session?.id !== "string") return cannotBeJudged("wrong-fields");
  if (session.stem === null)
    return inspection({ reading: { kind: "unidentified", ...because("session-elsewhere"), evidence: {} } });
  const { stem } = session;
  const found = used(entry, session, look);
  const told = isHeartbeat(entry.id) ? { heartbeat: NOT_READ, ...found } : found;
  return withLock(told, entry, `${stem}.jsonl`, look);
}

const NOT_READ: Heartbeat = { result: null, line: null };

/** Undefined where it is not the record any more that it was. */
function valueOf(record: Member): RecordRead {
  try {
    const value = recordValue(record);
    return value === undefined ? undefined : { value };
  } catch (error) {
    return { trouble: toIoError(bytePath(record.path), error) };
  }
}

function used(entry: Entry, session: Session, look: InspectOptions): Inspection {
  const index = lastUseOf(session, look.now);
  if (index === null) return cannotBeJudged("no-usable-time");
  const members = entry.members.filter((member): member is PathMember => member.as === undefined);
  if (members.length === 0) return { ...usedAt(index), bytes: 0 };
  const files = filesOf(members, look);
  if ("not" in files) return files.not;
  return { ...usedBy(entry, session, index, members, files.found, look), bytes: files.found.bytes };
}

function usedBy(
  entry: Entry,
  session: Session,
  index: LastUse,
  members: readonly PathMember[],
  { mtime, size }: Files,
  { freshAfter, now }: InspectOptions,
): Inspection {
  const newest = newestUse(index, mtime) ?? index;
  const beat = beatAt(entry.id, newest.at, now);
  if (beat === "recent") return { ...usedAt(newest), expiry: SUPERSEDED };
  if (freshAfter !== null && newest.at >= freshAfter && beat !== "older") return usedAt(newest);
  // A run that never wrote anything leaves an empty transcript, and the index says how old that is.
  if (size === 0) return usedAt(newest);
  const records = recordsOf(members, session.id, now);
  if ("not" in records) return records.not;
  const { use, answer } = records.found;
  if (!isHeartbeat(entry.id)) return usedAt(newest, use);
  const heartbeat = heartbeatOf(answer);
  const isWorthless = beat === "older" && heartbeat.result === "idle";
  return { ...usedAt(newest, use), heartbeat, ...(isWorthless ? { expiry: SUPERSEDED } : {}) };
}

/** What a heartbeat answers that found nothing to do. */
const NOTHING_TO_DO = "HEARTBEAT_OK";

/** What is left of one that is removed (state/heartbeats.ts): no more than is needed to see that it ran. */
const MOST_OF_A_LINE = 200;

function heartbeatOf(answer: string | null): Heartbeat {
  const text = answer?.trim() ?? "";
  if (text === "") return NOT_READ;
  const [line = ""] = text.split(/[\r\n\u2028\u2029]/);
  return {
    result: text === NOTHING_TO_DO ? "idle" : "answered",
    line: line.slice(0, MOST_OF_A_LINE),
  };
}

/** Such a one is worth nothing after a week, where some are newer. One with another answer stays as long as any session. */
const SUPERSEDED: Expiry = { rule: "superseded", group: "heartbeat", latest: 3, after: 7 * DAY };

/** Older ones go by the retention of all sessions, whatever they answered, and however few there are. */
const LONGEST = 30 * DAY;

/** Null: not a heartbeat, or so old that it is as any session. */
function beatAt(key: string, at: number, now: number): "recent" | "older" | null {
  if (!isHeartbeat(key) || at < now - LONGEST) return null;
  return at >= now - (SUPERSEDED.after ?? 0) ? "recent" : "older";
}

/** Null where it is not known: one that is no time could be any. */
function lastUseOf({ updatedAt, lastInteractionAt }: Session, now: number): LastUse | null {
  const updated = timeOfNumber(updatedAt, now);
  const used = lastInteractionAt === undefined ? updated : timeOfNumber(lastInteractionAt, now);
  if (updated === null || used === null) return null;
  return used > updated ? { at: used, from: "lastInteractionAt" } : { at: updated, from: "updatedAt" };
}
