/** The names of its kinds, and of the files that it writes: `<channel>_<chat id>`, which is the id of a session. */

export const MINICLAW_KINDS = ["miniclaw-sessions", "miniclaw-corrupted"] as const;

/** A chat id may have any character that a name can have; none of those that a terminal would act on is one. */
const STEM = String.raw`[A-Za-z][A-Za-z0-9-]*_[^/\p{Cc}]+`;

const SESSION = new RegExp(`^${STEM}\\.json$`, "u");
const TEMPORARY = new RegExp(`^${STEM}\\.tmp$`, "u");
const CORRUPTED = new RegExp(`^${STEM}\\.json\\.corrupted$`, "u");

export function isSession(name: string): boolean {
  return SESSION.test(name) || TEMPORARY.test(name);
}

export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name);
}

export function isCorrupted(name: string): boolean {
  return CORRUPTED.test(name);
}
