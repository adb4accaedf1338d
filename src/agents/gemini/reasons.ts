/** Reason codes that only its entries have, each with its sentence. */
import { becauseOf } from "../../stores/because.ts";

export const GEMINI_REASONS = {
  "registry-unreadable": "projects.json, which says whose it is, cannot be read",
  "registry-differs": "projects.json and the marker beside it do not name the same directory for it",
  "root-unusable": "the marker beside it, .project_root, does not name a directory",
  "hash-unknown": "no directory is known whose hash is its name",
  "other-contents": "something else is beside its repository",
  "duplicate": "all of its snapshots are in the repo that was copied from it",
} as const;

/** The reason as a reading has it. */
export const because = becauseOf(GEMINI_REASONS);
