/**
 * Reason codes that only entries of Hermes have, each with its sentence, written as those of report/sentences/reasons.ts.
 * Codes are part of the JSON contract: some may be added, none changes its meaning.
 */
import { becauseOf } from "../../stores/because.ts";

export const HERMES_REASONS = {
  // The workdir of a shadow repo
  "marker-missing": "the project is unknown: HERMES_WORKDIR is missing",
  "marker-empty": "the project is unknown: HERMES_WORKDIR is empty",
  "marker-not-utf8": "the project is unknown: HERMES_WORKDIR is not UTF-8",
  "marker-too-large": "HERMES_WORKDIR is far too large to be a path",
  "marker-not-one-line": "HERMES_WORKDIR has more than one line, so it is not used",
  "marker-relative": "HERMES_WORKDIR is not an absolute path, so the project is unknown",
  "marker-not-normal": "HERMES_WORKDIR holds a path that Hermes would not write",
  "marker-not-a-file": "HERMES_WORKDIR is not a regular file, so it is not read",
  "marker-unreadable": "HERMES_WORKDIR cannot be read: run as the owner of the snapshots",
  "paths-disagree": "HERMES_WORKDIR and core.worktree differ, and neither matches the id",
  // The JSON of a project
  "project-unreadable": "its file in projects/ cannot be read: make it a file that its owner may read",
  "project-broken": "its file in projects/ is not valid JSON: fix it, or delete it to let it expire",
  "project-without-path": 'its file in projects/ names no directory: write {"workdir": "/the/path"} into it',
  // Pieces of the single store
  "orphaned-ledger": "notes on projects that no longer exist",
  "orphaned-index": "indexes of projects that no longer exist: the next snapshot recreates them",
  "orphaned-ref": "snapshots without a project: their file in projects/ is missing",
} as const;

export type HermesReason = keyof typeof HERMES_REASONS;

/** The reason as a reading has it. */
export const because = becauseOf(HERMES_REASONS);
