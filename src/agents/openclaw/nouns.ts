/** What entries of its kinds are called. */
export const OPENCLAW_NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  "openclaw-sessions": ["session file", "session files"],
};
