/** Reason codes of repositories of worktrees, each with its sentence. */
import { becauseOf } from "../because.ts";
import { WORKTREE_CLAIM_REASONS } from "../git-repository/reasons.ts";

export const WORKTREE_REASONS = {
  ...WORKTREE_CLAIM_REASONS,
  "older-layout": "the layout of older versions, which does not say whose it is",
  "temporary-young": "a temporary file of git that was written less than a day ago: git may be at work",
} as const;

/** The reason as a reading has it. */
export const because = becauseOf(WORKTREE_REASONS);
