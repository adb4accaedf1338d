/** Reason codes that only its entries have, each with its sentence. */
export const REMOVED_REASONS = {
  "left-by-remover": "what its agent was deleting when it was ended",
} as const;
