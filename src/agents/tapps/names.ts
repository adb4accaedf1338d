/** The names of its kinds, and of the files that they are about. */

export const TAPPS_KINDS = ["tapps-cli-sessions", "tapps-sessions"] as const;

/** What the enhancer writes: eight hex digits. */
const ENHANCEMENT = /^[0-9a-f]{8}\.json$/;

/** What its session manager and its command line write: a UUID. */
const RUN = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\.json$/;

export function isEnhancement(name: string): boolean {
  return ENHANCEMENT.test(name);
}

export function isRun(name: string): boolean {
  return RUN.test(name);
}

export function isSession(name: string): boolean {
  return isEnhancement(name) || isRun(name);
}
