/** What its entries are called: one, and many. */
const SESSION = ["session", "sessions"] as const;

export const TAPPS_NOUNS: Readonly<Record<string, readonly [string, string]>> = {
  "tapps-cli-sessions": SESSION,
  "tapps-sessions": SESSION,
};
