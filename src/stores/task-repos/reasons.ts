/** Reason codes of repositories of tasks, each with its sentence. */
export const TASK_REASONS = {
  "other-writer": "its config does not have the name and address that its program writes",
  "other-worktree": "its name is not the hash of its core.worktree: it was copied, or changed",
  "other-contents": "its directory holds more than a repository",
  "no-worktree": "its config names no directory that is certain",
} as const;

export type TaskReason = keyof typeof TASK_REASONS;

export function because<R extends TaskReason>(reason: R): { readonly reason: R; readonly sentence: string } {
  return { reason, sentence: TASK_REASONS[reason] };
}
