/** The names of its kinds, of its directories and of its files. */

export const OPENCLAW_KINDS = ["openclaw-session-entries", "openclaw-sessions"] as const;

/** Usual names of its state directory, in a home directory: the one of today first. */
export const STATE_DIRECTORIES = [".openclaw", ".clawdbot"] as const;

/** Names of its settings file, in the state directory. */
export const CONFIG_NAMES = ["openclaw.json", "clawdbot.json"] as const;

/** The index of a folder of sessions. */
export const INDEX = "sessions.json";

/** An agent whose folder is not there has this name. */
export const DEFAULT_AGENT = "main";
