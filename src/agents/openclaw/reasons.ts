/** Reason codes that only its entries have, each with its sentence. */
import { becauseOf } from "../../stores/because.ts";

export const OPENCLAW_REASONS = {
  "session-elsewhere": "its transcript is in another folder, or its index does not say where it is",
} as const;

/** The reason as a reading has it. */
export const because = becauseOf(OPENCLAW_REASONS);
