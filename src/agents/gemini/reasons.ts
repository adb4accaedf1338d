/** Reason codes that only its entries have, each with its sentence. */
export const GEMINI_REASONS = {
  "registry-unreadable": "projects.json, which says whose it is, cannot be read",
  "registry-differs": "projects.json and the marker beside it do not name the same directory for it",
  "root-unusable": "the marker beside it, .project_root, does not name a directory",
  "hash-unknown": "no directory is known whose hash is its name",
  "other-contents": "something else is beside its repository",
  "duplicate": "all of its snapshots are in the repo that was copied from it",
} as const;

export type GeminiReason = keyof typeof GEMINI_REASONS;

export function because<R extends GeminiReason>(reason: R): { readonly reason: R; readonly sentence: string } {
  return { reason, sentence: GEMINI_REASONS[reason] };
}
