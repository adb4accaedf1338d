/** What the files of an entry say, wherever they lie now. */
import type { Entry, LastUse } from "../../../../model/entry.ts";
import type { Inspection } from "../../../../model/inspection.ts";
import { timeWithZone } from "../../../../stores/json-files/times.ts";
import type { InspectOptions } from "../../../../stores/kind.ts";
import { sessionFile } from "../../files.ts";
import { cannotBeJudged, debris, type Files, filesOf } from "../../../../stores/json-files/inspect.ts";
import { recordsOf, usedAt, withLock } from "../../reading.ts";

export function inspectUnit(entry: Entry, look: InspectOptions): Inspection {
  const files = filesOf(entry.members, look);
  return "not" in files ? files.not : { ...inspectFiles(entry, files.found, look), bytes: files.found.bytes };
}

function inspectFiles(entry: Entry, found: Files, look: InspectOptions): Inspection {
  const [{ place }] = entry.members;
  const file = sessionFile(place);
  const { mtime } = found;
  switch (file?.kind) {
    case "temporary":
      return debris("left-while-writing", mtime);
    case "archive":
      return archived(timeWithZone(file.at, look.now), mtime);
    case "transcript":
      return withLock(transcript(entry, found, look), entry, place, look);
    default:
      return cannotBeJudged("wrong-fields");
  }
}

function transcript({ members }: Entry, { mtime, size }: Files, { freshAfter, now }: InspectOptions): Inspection {
  if (members.length === 1 && size === 0) return debris("empty", mtime);
  // A recent write settles it, and reading thousands of transcripts takes seconds.
  if (freshAfter !== null && mtime.at >= freshAfter) return usedAt(mtime);
  const records = recordsOf(members, null, now);
  return "not" in records ? records.not : usedAt(mtime, records.found.use);
}

function archived(at: number | null, mtime: LastUse): Inspection {
  return at === null ? cannotBeJudged("no-usable-time") : usedAt(mtime, { at, from: "name" });
}
