/** Reason codes of files that cannot be judged by what they say; each with its sentence. */
import { becauseOf } from "../because.ts";
import type { SubjectReading } from "../../model/inspection.ts";
import type { Evidence } from "../../model/presence.ts";

export const FILE_REASONS = {
  "empty": "it is empty: its program was ended while writing it, or is writing it now",
  "not-json": "it is not whole, or not a JSON object: mend it, or delete it",
  "repeated-key": "it has two members of one name, and programs differ in which of them they take",
  "too-large": "it is larger than any file of its kind should be, so it is not read",
  "not-a-plain-file": "another name of the same file exists, or it is not a regular file any more",
  "wrong-fields": "a field that all files of its kind have is missing in it, or of another type",
  "other-name": "what it says it is called is not its name: it was copied, or renamed",
  "no-usable-time": "its last use is unknown: a time in it has no zone, is in the future, or before 2020",
  "left-while-writing": "a file that its program wrote and never renamed: it was ended in between",
} as const;

export type FileReason = keyof typeof FILE_REASONS;

/** The reason as a reading has it. */
export const because = becauseOf(FILE_REASONS);

/** What a file says that cannot be judged. */
export function unidentified(reason: FileReason, evidence: Evidence = {}): SubjectReading {
  return { kind: "unidentified", ...because(reason), evidence };
}
