/** When a session was last used: by its index, by its transcript, and by the times of its files. */
import { toIoError } from "../../../../fs/read-small.ts";
import { bytePath } from "../../../../fs/syscalls.ts";
import type { Entry, IoError, LastUse, Member, PathMember } from "../../../../model/entry.ts";
import type { Inspection } from "../../../../model/inspection.ts";
import { inspection } from "../../../../stores/json-files/inspect.ts";
import { newestUse, timeOfNumber } from "../../../../stores/json-files/times.ts";
import { recordValue } from "../../../../stores/json-records/records.ts";
import type { InspectOptions } from "../../../../stores/kind.ts";
import { cannotBeJudged, filesOf, recordsOf, unreadable, usedAt, withLock } from "../../reading.ts";
import { because } from "../../reasons.ts";
import { type Session, sessionOf } from "../../session.ts";

export function inspectSession(entry: Entry, look: InspectOptions): Inspection {
  const record = entry.members.find(({ as }) => as === "record");
  const value = record === undefined ? undefined : valueOf(record);
  if (value === undefined) return cannotBeJudged("wrong-fields");
  if ("trouble" in value) return unreadable(value.trouble);
  const session = sessionOf(value.value, entry.base);
  if (typeof session?.id !== "string") return cannotBeJudged("wrong-fields");
  if (session.stem === null)
    return inspection({ reading: { kind: "unidentified", ...because("session-elsewhere"), evidence: {} } });
  const { stem } = session;
  return withLock(used(entry, session, look), entry, `${stem}.jsonl`, look.now);
}

/** Undefined where it is not the record any more that it was. */
function valueOf(record: Member): { readonly value: unknown } | { readonly trouble: IoError } | undefined {
  try {
    const value = recordValue(record);
    return value === undefined ? undefined : { value };
  } catch (error) {
    return { trouble: toIoError(bytePath(record.path), error) };
  }
}

function used(entry: Entry, session: Session, { freshAfter, now }: InspectOptions): Inspection {
  const index = lastUseOf(session, now);
  if (index === null) return cannotBeJudged("no-usable-time");
  const members = entry.members.filter((member): member is PathMember => member.as === undefined);
  if (members.length === 0) return usedAt(index);
  const files = filesOf(members);
  if ("not" in files) return files.not;
  const newest = newestUse(index, files.found.mtime) ?? index;
  if (freshAfter !== null && newest.at >= freshAfter) return usedAt(newest);
  // A run that never wrote anything leaves an empty transcript, and the index says how old that is.
  if (files.found.bytes === 0) return usedAt(newest);
  const records = recordsOf(members, session.id, now);
  return "not" in records ? records.not : usedAt(newest, records.found);
}

/** Null where it is not known: one that is no time could be any. */
function lastUseOf({ updatedAt, lastInteractionAt }: Session, now: number): LastUse | null {
  const updated = timeOfNumber(updatedAt, now);
  const used = lastInteractionAt === undefined ? updated : timeOfNumber(lastInteractionAt, now);
  if (updated === null || used === null) return null;
  return used > updated ? { at: used, from: "lastInteractionAt" } : { at: updated, from: "updatedAt" };
}
