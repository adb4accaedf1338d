/**
 * What a file in `sessions/` is, by its content. All of its programs write in place: half a file may be one that is being
 * written, and is never taken for another format.
 */
import type { JsonObject } from "../../../../stores/json-files/read.ts";

export type Format =
  /** The enhancer: its stages, and the time when it was begun. */
  | "enhancement"
  /** The session manager: a state, and the time of its last activity. */
  | "managed"
  /** The command line: an id and a directory. */
  | "run"
  /** The enhancer could not write it. */
  | "error"
  | "several"
  | "none";

/** Fields that are not known are fine where the format is known by others, but for a run: it has no others. */
export function formatOf(object: JsonObject): Format {
  const has = (key: string): boolean => Object.hasOwn(object, key);
  const isEnhancement = has("metadata") && has("stages");
  const isManaged = has("state") && has("agent_id") && has("last_activity");
  const isRun = has("project_root") && has("started");
  if (isEnhancement && !has("state") && !has("started")) return "enhancement";
  if (isManaged && !has("stages") && !has("started")) return "managed";
  if (isRun && Object.keys(object).length === 3 && has("session_id")) return "run";
  if (has("error") && Object.keys(object).length === 1) return "error";
  return isEnhancement || isManaged || isRun ? "several" : "none";
}
