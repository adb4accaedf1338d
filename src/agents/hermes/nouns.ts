/** What entries of Hermes' kinds are called where all of them are of one noun; the others are entries. */
const REPO = ["repo", "repos"] as const;
const SESSION = ["session", "sessions"] as const;

export const HERMES_NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  "hermes-shadow": REPO,
  "hermes-archive": REPO,
  "hermes-sessions": SESSION,
  "hermes-session-orphans": SESSION,
};
