/** Reason codes of repositories of tasks, each with its sentence. */
import { becauseOf } from "../because.ts";
import { WORKTREE_CLAIM_REASONS } from "../git-repository/reasons.ts";

export const TASK_REASONS = {
  ...WORKTREE_CLAIM_REASONS,
  "other-writer": "its config does not have the name and address that its program writes",
  "other-contents": "its directory holds more than a repository",
} as const;

/** The reason as a reading has it. */
export const because = becauseOf(TASK_REASONS);
