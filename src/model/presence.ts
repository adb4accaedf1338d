import type { ReasonCode } from "./reasons.ts";

/** What was seen, by name; shown by `explain` in this order. */
export type Evidence = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Whether the subject is there. Never a boolean: "cannot tell" is the third answer, and it never deletes.
 * `absent` carries what proves it; `unknown` carries why nobody can tell.
 */
export type Presence =
  | { readonly kind: "present"; readonly evidence: Evidence }
  | { readonly kind: "absent"; readonly proof: "observed" | "witnessed"; readonly evidence: Evidence }
  | { readonly kind: "unknown"; readonly reason: ReasonCode; readonly evidence: Evidence }
  | { readonly kind: "not-applicable" };
