/**
 * Names of files in a folder of sessions. A transcript is called after its session, or after that and its topic; what else
 * belongs to it is called after the transcript.
 *
 *   <id>.jsonl, <id>-topic-<topic>.jsonl      a transcript
 *   <transcript>.trajectory.jsonl             what its model and tools did
 *   <transcript>.trajectory-path.json         where that is
 *   <id>.checkpoint.<uuid>.jsonl              the transcript before it was compacted
 *   <transcript>.jsonl.lock                   a run is writing it
 *   <transcript>.jsonl.deleted.<time>         of a session that its agent removed
 *   <transcript>.jsonl.reset.<time>           of a session that was begun anew
 *   sessions.json.<pid>.<uuid>.tmp            an index that was never put in place
 */
import { INDEX } from "./names.ts";

export type SessionFile =
  /** `stem`: the name of the transcript, without its ending. */
  | { readonly kind: "transcript" | "trajectory" | "pointer" | "checkpoint"; readonly stem: string }
  /** `at`: the time in its name, as ISO 8601. */
  | { readonly kind: "archive"; readonly at: string }
  | { readonly kind: "temporary" }
  /** The index, and locks. */
  | { readonly kind: "own" };

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const STEM = "[A-Za-z0-9][A-Za-z0-9._%-]{0,249}";
const TEMPORARY = new RegExp(`^${INDEX.replace(".", "\\.")}\\.(?:\\d+\\.)?${UUID}\\.tmp$`, "i");
const LOCK = new RegExp(`^(?:${INDEX.replace(".", "\\.")}|${STEM}\\.jsonl)\\.lock$`);
const ARCHIVE = new RegExp(
  `^${STEM}\\.jsonl\\.(?:deleted|reset)\\.(\\d{4}-\\d\\d-\\d\\dT\\d\\d)-(\\d\\d)-(\\d\\d(?:\\.\\d+)?Z)$`,
);

/** Those of a transcript, the most special one first. */
const OF_TRANSCRIPT = [
  ["checkpoint", new RegExp(`^(${STEM})\\.checkpoint\\.${UUID}\\.jsonl$`, "i")],
  ["trajectory", new RegExp(`^(${STEM})\\.trajectory\\.jsonl$`)],
  ["pointer", new RegExp(`^(${STEM})\\.trajectory-path\\.json$`)],
  ["transcript", new RegExp(`^(${STEM})\\.jsonl$`)],
] as const;

/** Null for a name that its agent does not give. */
export function sessionFile(name: string): SessionFile | null {
  if (name === INDEX || LOCK.test(name)) return { kind: "own" };
  if (TEMPORARY.test(name)) return { kind: "temporary" };
  const [, hour, minute, second] = ARCHIVE.exec(name) ?? [];
  if (hour !== undefined) return { kind: "archive", at: `${hour}:${minute}:${second}` };
  for (const [kind, pattern] of OF_TRANSCRIPT) {
    const stem = pattern.exec(name)?.[1];
    if (stem !== undefined) return { kind, stem };
  }
  return null;
}

/** What the session of a transcript may be called: a topic may follow, and an id may hold the word. */
export function idsOf(stem: string): readonly string[] {
  const ids = [stem];
  for (let at = stem.indexOf(TOPIC); at > 0; at = stem.indexOf(TOPIC, at + 1)) ids.push(stem.slice(0, at));
  return ids;
}

const TOPIC = "-topic-";
