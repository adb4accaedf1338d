/** What entries of its kinds are called. */
export const OPENCLAW_NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  "openclaw-session-entries": ["session", "sessions"],
  "openclaw-sessions": ["session file", "session files"],
};
