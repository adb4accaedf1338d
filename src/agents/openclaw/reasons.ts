/** Reason codes that only its entries have, each with its sentence. */
export const OPENCLAW_REASONS = {
  "session-elsewhere": "its transcript is in another folder, or its index does not say where it is",
} as const;

export function because<R extends keyof typeof OPENCLAW_REASONS>(
  reason: R,
): { readonly reason: R; readonly sentence: string } {
  return { reason, sentence: OPENCLAW_REASONS[reason] };
}
