/** What its entries are called: one, and many. */
const SESSION = ["session", "sessions"] as const;

export const MINICLAW_NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  "miniclaw-sessions": SESSION,
  "miniclaw-corrupted": SESSION,
};
