/**
 * Where tests hold on to the tool. Every call through a door (`fs/door.ts`, `git/`) and every named point between two
 * steps announces itself here first. Nothing is attached in production; a test attaches a function that counts, throws
 * an errno, or kills the process, so that faults strike the shipped command and not a copy of it.
 */
export type Tap = (operation: string, path: string) => void;

declare global {
  // The global object is the only place that a preloaded test module and a bundled command share.
  var __checkpointGcTap: Tap | undefined;
}

/** Announces one call through a door. Throws what the attached tap throws. */
export function announce(operation: string, path: string): void {
  globalThis.__checkpointGcTap?.(operation, path);
}

/** Announces a named point between two steps of a run that writes. */
export function point(name: string, path = ""): void {
  globalThis.__checkpointGcTap?.(`point:${name}`, path);
}
