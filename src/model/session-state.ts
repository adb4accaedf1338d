/** What a session file is to its agent, as `sessions stats` counts them, in that order. */
export const SESSION_STATES = [
  "active",
  "recent",
  "expired",
  "unreferenced",
  "empty",
  "temporary",
  "unidentified",
  "unknown",
] as const;
export type SessionState = (typeof SESSION_STATES)[number];
