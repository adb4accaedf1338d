import type { ReasonCode } from "./reasons.ts";

/** What was found, by name; shown by `explain` in this order. */
export type Evidence = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Whether the subject exists. Never a boolean: "unknown" is the third answer, and it never deletes. `absent` has its
 * proof; `unknown` has the reason.
 */
export type Presence =
  /** `reason`: it is not in its place, and counts as existing all the same. */
  | { readonly kind: "present"; readonly reason?: ReasonCode; readonly evidence: Evidence }
  | { readonly kind: "absent"; readonly proof: "observed" | "witnessed"; readonly evidence: Evidence }
  | { readonly kind: "unknown"; readonly reason: ReasonCode; readonly evidence: Evidence }
  | { readonly kind: "not-applicable" };
