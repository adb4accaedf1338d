/**
 * Sessions of the enhancer and of the session manager: one JSON file each, written in place.
 *
 * Of the enhancer's the newest stay, whatever their age: they are what its `resume` offers. One of the session manager is
 * over where its state says so, and in use in any other state, whatever its age.
 */
import type { InUse, SubjectReading } from "../../../../model/inspection.ts";
import { discoverFiles, isFileEntry, measureFiles } from "../../../../stores/json-files/files.ts";
import { type FileFormat, type FileSays, inspectFile, type ReadFile } from "../../../../stores/json-files/inspect.ts";
import type { JsonObject } from "../../../../stores/json-files/read.ts";
import { unidentified } from "../../../../stores/json-files/reasons.ts";
import { latestTime, timeWithZone } from "../../../../stores/json-files/times.ts";
import type { Kind } from "../../../../stores/kind.ts";
import { isEnhancement, isSession } from "../../names.ts";
import { unknown } from "../../reasons.ts";
import { tracked } from "../../tracked.ts";
import { formatOf } from "./formats.ts";

const KIND = "tapps-sessions";

const SESSION: FileFormat = {
  isTemporary: () => false,
  // How many are newer than an old one is known only where all of them are read.
  isAlwaysRead: isEnhancement,
  read,
};

export const tappsSessions: Kind = {
  kind: KIND,
  session: "session",
  defaults: { retention_days: 30, keep_latest: 50 },
  block: { path: ["cleanup", "sessions"], keys: { retention_days: "max_age_days", keep_latest: "keep_latest" } },
  files: true,
  borrows: false,
  discover: (base, children) => discoverFiles(KIND, base, children, isSession),
  discoverSome: (base, children) => discoverFiles(KIND, base, children, isSession),
  isEntry: (id, places) => isFileEntry(id, places, isSession),
  inspect: (entry, look) => inspectFile(entry, look, SESSION),
  witness: tracked,
  measure: async (entries) => measureFiles(entries),
  lockNames: null,
  snapshots: () => ({ kind: "known", snapshots: null }),
};

const NOT_DOUBTED: SubjectReading = { kind: "not-applicable" };

function read(session: JsonObject, file: ReadFile): FileSays {
  switch (formatOf(session)) {
    case "enhancement":
      return enhancement(session, file);
    case "managed":
      return managed(session, file);
    case "error":
      return { reading: unknown("not-saved"), lastUse: null };
    case "several":
      return { reading: unknown("two-formats"), lastUse: null };
    case "run":
    case "none":
      return { reading: unidentified("wrong-fields"), lastUse: null };
  }
}

function enhancement(session: JsonObject, { name, now }: ReadFile): FileSays {
  const { session_id: id, metadata, stages } = session;
  if (!isObject(metadata) || !isObject(stages)) return { reading: unidentified("wrong-fields"), lastUse: null };
  const { created_at: created, original_prompt: prompt } = metadata;
  const evidence = typeof prompt === "string" ? { prompt: prompt.slice(0, LONGEST_PROMPT) } : {};
  if (!isEnhancement(name) || `${String(id)}.json` !== name) {
    return { reading: unidentified("other-name", { ...evidence, session_id: String(id) }), lastUse: null };
  }
  const at = latestTime(created, now);
  if (at === null) {
    return { reading: unidentified("no-usable-time", { ...evidence, created_at: String(created) }), lastUse: null };
  }
  return {
    reading: NOT_DOUBTED,
    lastUse: { at, from: "created_at" },
    expiry: { rule: "expired", group: "enhancer" },
  };
}

const LONGEST_PROMPT = 100;

const STATES: Readonly<Record<string, "over" | "in use">> = {
  completed: "over",
  failed: "over",
  active: "in use",
  paused: "in use",
  suspended: "in use",
};

function managed(session: JsonObject, { name, path, now }: ReadFile): FileSays {
  const { session_id: id, agent_id: agent, state, last_activity: used } = session;
  if (typeof agent !== "string" || typeof state !== "string") {
    return { reading: unidentified("wrong-fields"), lastUse: null };
  }
  const evidence = { agent, state };
  if (isEnhancement(name) || `${String(id)}.json` !== name) {
    return { reading: unidentified("other-name", { ...evidence, session_id: String(id) }), lastUse: null };
  }
  const kindOfState = Object.hasOwn(STATES, state) ? STATES[state] : undefined;
  if (kindOfState === undefined) return { reading: unknown("unknown-state", evidence), lastUse: null };
  const at = timeWithZone(used, now);
  const lastUse = at === null ? null : { at, from: "last_activity" };
  if (kindOfState === "in use") {
    const inUse: InUse = { code: "active", by: path, sentence: `its state is ${state}` };
    return { reading: NOT_DOUBTED, lastUse, inUse };
  }
  if (lastUse === null) {
    return { reading: unidentified("no-usable-time", { ...evidence, last_activity: String(used) }), lastUse };
  }
  return { reading: NOT_DOUBTED, lastUse };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
