/**
 * Sessions: a file each, written whole as `<id>.tmp` and renamed. None is ever over or pinned, so age is all there is. A
 * gateway that runs has all of them in memory, and writes one that was taken again, with all that was in it, when its chat
 * goes on: no lock is needed, and what goes back finds its place taken.
 */
import { discoverFiles, isFileEntry, measureFiles } from "../../../../stores/json-files/files.ts";
import { type FileFormat, type FileSays, inspectFile, type ReadFile } from "../../../../stores/json-files/inspect.ts";
import type { JsonObject } from "../../../../stores/json-files/read.ts";
import { unidentified } from "../../../../stores/json-files/reasons.ts";
import { timeWithZone } from "../../../../stores/json-files/times.ts";
import type { Kind } from "../../../../stores/kind.ts";
import { isSession, isTemporary } from "../../names.ts";

const KIND = "miniclaw-sessions";

const SESSION: FileFormat = { isTemporary, read };

export const miniclawSessions: Kind = {
  kind: KIND,
  session: "session",
  defaults: { retention_days: 30 },
  files: true,
  borrows: false,
  discover: (base, children) => discoverFiles(KIND, base, children, isSession),
  discoverSome: (base, children) => discoverFiles(KIND, base, children, isSession),
  isEntry: (id, places) => isFileEntry(id, places, isSession),
  inspect: (entry, look) => inspectFile(entry, look, SESSION),
  measure: async (entries) => measureFiles(entries),
  lockNames: null,
  snapshots: () => ({ kind: "known", snapshots: null }),
};

/** Fields that are not known are fine; its own reader, too, ignores them. */
function read(session: JsonObject, { name, now }: ReadFile): FileSays {
  const { session_id: id, channel, chat_id: chat, created_at: created, last_accessed: used, messages } = session;
  const isWhole =
    [id, channel, chat, created, used].every((field) => typeof field === "string") &&
    Array.isArray(messages) &&
    messages.every(isMessage);
  if (!isWhole) return { reading: unidentified("wrong-fields"), lastUse: null };
  const evidence = { "channel": String(channel), "chat id": String(chat), "messages": messages.length };
  if (id !== `${String(channel)}_${String(chat)}` || name !== `${id}.json`) {
    return { reading: unidentified("other-name", { ...evidence, session_id: String(id) }), lastUse: null };
  }
  const at = timeWithZone(used, now);
  if (at === null || timeWithZone(created, now) === null) {
    return { reading: unidentified("no-usable-time", { ...evidence, last_accessed: String(used) }), lastUse: null };
  }
  return { reading: { kind: "not-applicable" }, lastUse: { at, from: "last_accessed" } };
}

function isMessage(message: unknown): boolean {
  if (typeof message !== "object" || message === null) return false;
  return ["role", "content", "timestamp"].every((key) => {
    const field = Object.getOwnPropertyDescriptor(message, key);
    return typeof field?.value === "string";
  });
}
