/** What the files of a session say, wherever they lie now. When it was last used its row says as well (states.ts). */
import { bytePath } from "../../../fs/syscalls.ts";
import type { Entry, IoError, LastUse, Member } from "../../../model/entry.ts";
import type { Inspection } from "../../../model/inspection.ts";
import {
  cannotBeJudged,
  debris,
  type Files,
  filesOf,
  inspection,
  unreadable,
} from "../../../stores/json-files/inspect.ts";
import { readObject } from "../../../stores/json-files/read.ts";
import type { FileReason } from "../../../stores/json-files/reasons.ts";
import { latestTime, newestUse } from "../../../stores/json-files/times.ts";
import type { InspectOptions } from "../../../stores/kind.ts";
import { isTemporary, sessionFileName, stemsOf } from "./names.ts";
import { lastLineOf } from "./transcript.ts";

export function inspectUnit(entry: Entry, look: InspectOptions): Inspection {
  const files = filesOf(entry.members, look);
  return "not" in files ? files.not : { ...inspectFiles(entry, files.found, look), bytes: files.found.bytes };
}

function inspectFiles(entry: Entry, { mtime, size }: Files, { freshAfter, now }: InspectOptions): Inspection {
  const [{ place }] = entry.members;
  if (isTemporary(place)) return debris("left-while-writing", mtime);
  if (entry.id === place && size === 0) return debris("empty", mtime);
  // A recent write settles it, and reading twenty thousand files takes seconds.
  if (freshAfter !== null && mtime.at >= freshAfter) return session(mtime, mtime);
  let newest: LastUse | null = null;
  const ids = new Set<string>();
  for (const member of entry.members) {
    const said = readMember(member, now);
    if ("trouble" in said) return unreadable(said.trouble);
    if ("reason" in said) return cannotBeJudged(said.reason);
    newest = newestUse(newest, said.use);
    if (said.id !== undefined) ids.add(said.id);
  }
  // Two ids can have names in common: whose the files are is not known then.
  return ids.size > 1 ? cannotBeJudged("other-name") : session(mtime, newestUse(newest, mtime));
}

type Said =
  | { readonly id?: string; readonly use: LastUse | null }
  | { readonly reason: FileReason }
  | { readonly trouble: IoError };

function readMember({ path, place }: Member, now: number): Said {
  const file = sessionFileName(place);
  if (file === null) return { reason: "other-name" };
  const found = place.endsWith(".jsonl") ? lastLineOf(path) : readObject(bytePath(path));
  if (found.kind === "unreadable") return { trouble: found.trouble };
  if (found.kind === "unusable") return { reason: found.reason };
  const { session_id: id, last_updated: updated, timestamp } = found.object;
  if (place.endsWith(".jsonl")) return useOf([timestamp], now);
  // Old gateways wrote files without an id in them.
  if (id === undefined && file.kind === "transcript") return { use: null };
  if (typeof id !== "string") return { reason: "wrong-fields" };
  if (!stemsOf(id).includes(file.stem)) return { reason: "other-name" };
  return { id, ...useOf([updated, timestamp, file.at], now) };
}

/** Times have no zone. One that is there and is none that can be cannot be passed over. */
function useOf(
  times: readonly unknown[],
  now: number,
): { readonly use: LastUse | null } | { readonly reason: FileReason } {
  const there = times.filter((time) => time !== undefined);
  const uses = there.map((time) => latestTime(time, now));
  if (uses.includes(null)) return { reason: "no-usable-time" };
  const at = uses.reduce((newest, time) => Math.max(newest ?? 0, time ?? 0), null);
  return { use: at === null ? null : { at, from: "last_updated" } };
}

function session(touched: LastUse, lastUse: LastUse | null): Inspection {
  return inspection({ reading: { kind: "not-applicable" }, touched, lastUse });
}
