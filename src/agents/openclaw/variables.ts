/** What its places depend on: its state directory, and the home directory that this is in otherwise. */
export const OPENCLAW_VARIABLES = ["OPENCLAW_STATE_DIR", "OPENCLAW_HOME"] as const;
