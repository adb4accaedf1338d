/** Why a repository is not taken to be of the directory that its config names; each with its sentence. */
export const WORKTREE_CLAIM_REASONS = {
  "other-worktree": "its name is not the hash of its core.worktree: it was copied, or changed",
  "no-worktree": "its config names no directory that is certain",
} as const;
