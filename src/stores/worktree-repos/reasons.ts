/** Reason codes of repositories of worktrees, each with its sentence. */
export const WORKTREE_REASONS = {
  "older-layout": "the layout of older versions, which does not say whose it is",
  "other-worktree": "its name is not the hash of its core.worktree: it was copied, or changed",
  "no-worktree": "its config names no directory that is certain",
  "temporary-young": "a temporary file of git that was written less than a day ago: git may be at work",
} as const;

export type WorktreeReason = keyof typeof WORKTREE_REASONS;

export function because<R extends WorktreeReason>(reason: R): { readonly reason: R; readonly sentence: string } {
  return { reason, sentence: WORKTREE_REASONS[reason] };
}
