/** What the files of an entry say, wherever they lie now. */
import { isErrno } from "../../../../errors.ts";
import { toIoError } from "../../../../fs/read-small.ts";
import { bytePath, lstatOrNull, type Stat } from "../../../../fs/syscalls.ts";
import type { Entry, IoError, LastUse, Member } from "../../../../model/entry.ts";
import type { Inspection, LockFile } from "../../../../model/inspection.ts";
import { DAY } from "../../../../model/time.ts";
import { isPlainFile } from "../../../../stores/json-files/files.ts";
import { inspection } from "../../../../stores/json-files/inspect.ts";
import { because, type FileReason, unidentified } from "../../../../stores/json-files/reasons.ts";
import { newestUse, timeWithZone } from "../../../../stores/json-files/times.ts";
import type { InspectOptions } from "../../../../stores/kind.ts";
import { idsOf, sessionFile } from "../../files.ts";
import { readLines, readPointer } from "../../transcript.ts";

export function inspectUnit(entry: Entry, look: InspectOptions): Inspection {
  const [first] = entry.members;
  const file = sessionFile(first.place);
  const stats = entry.members.map(statOf);
  const trouble = stats.find((stat) => "code" in stat);
  if (trouble !== undefined) return unreadable(trouble);
  const known = stats.filter((stat): stat is Stat => !("code" in stat));
  if (!known.every(isPlainFile)) return cannotBeJudged("not-a-plain-file");
  const mtime = { at: Math.max(...known.map((stat) => stat.mtime)), from: "mtime" };
  switch (file?.kind) {
    case "temporary":
      return debris("left-while-writing", mtime);
    case "archive":
      return archived(timeWithZone(file.at, look.now), mtime);
    case "transcript":
      break;
    default:
      return cannotBeJudged("wrong-fields");
  }
  const locks = lockOf(entry, look.now);
  if ("code" in locks) return unreadable(locks);
  const found = transcript(entry, file.stem, known, mtime, look);
  return { ...found, locks };
}

function transcript(
  entry: Entry,
  stem: string,
  stats: readonly Stat[],
  mtime: LastUse,
  { freshAfter, now }: InspectOptions,
): Inspection {
  if (entry.members.length === 1 && stats[0]?.size === 0) return debris("empty", mtime);
  // A recent write settles it, and reading thousands of transcripts takes seconds.
  if (freshAfter !== null && mtime.at >= freshAfter)
    return inspection({ reading: { kind: "not-applicable" }, touched: mtime, lastUse: mtime });
  let newest: number | null = null;
  let session: string | null = null;
  for (const { path, place } of entry.members) {
    const file = sessionFile(place);
    const isPointer = file?.kind === "pointer";
    const read = isPointer ? readPointer(path) : readLines(path, now);
    if (read.kind === "unreadable") return unreadable(read.trouble);
    if (read.kind === "unusable") return cannotBeJudged(read.reason);
    if (file?.kind === "transcript") session = read.id;
    const isOther = file?.kind === "transcript" && (read.id === null || !idsOf(stem).includes(read.id));
    if (isOther || (isPointer && read.id !== null && read.id !== session)) return cannotBeJudged("other-name");
    if (read.isDoubtful) return cannotBeJudged("no-usable-time");
    if (read.newest !== null) newest = Math.max(newest ?? read.newest, read.newest);
  }
  if (newest === null) return cannotBeJudged("no-usable-time");
  const lastUse = newestUse({ at: newest, from: "timestamp" }, mtime);
  return inspection({ reading: { kind: "not-applicable" }, touched: mtime, lastUse });
}

function archived(at: number | null, mtime: LastUse): Inspection {
  if (at === null) return cannotBeJudged("no-usable-time");
  return inspection({
    reading: { kind: "not-applicable" },
    touched: mtime,
    lastUse: newestUse({ at, from: "name" }, mtime),
  });
}

/** After this time no agent is writing it any more (ms). */
const ABANDONED_AFTER = DAY;

function debris(reason: FileReason, mtime: LastUse): Inspection {
  return inspection({
    reading: { kind: "debris", ...because(reason), after: ABANDONED_AFTER, subject: null, evidence: {} },
    touched: mtime,
    lastUse: mtime,
  });
}

function cannotBeJudged(reason: FileReason): Inspection {
  return inspection({ reading: unidentified(reason) });
}

function unreadable(trouble: IoError): Inspection {
  return inspection({
    reading: { kind: "unidentified", reason: "unreadable", evidence: { [trouble.path]: trouble.code } },
    troubles: [trouble],
  });
}

/** A run has it from its first message to its last, and one that was killed leaves it for ever: at any age it holds. */
function lockOf({ base, members }: Entry, now: number): readonly LockFile[] | IoError {
  const path = `${base}/${members[0].place}.lock`;
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
