/**
 * Fault injection. Every call in `fs/syscalls.ts` and `git/`, and every named point between two steps, is reported here
 * first. Nothing is attached in production; a test attaches a function that counts, throws an errno, or kills the
 * process, so that faults hit the built command itself.
 */
export type Tracer = (operation: string, path: string) => void;

declare global {
  // The global object is the only thing that a preloaded test module and a bundled command share. Programs outside of
  // this project use it too, so the name must not change.
  var __checkpointGcTap: Tracer | undefined;
}

/** Reports one system call. Throws what the attached function throws. */
export function traceCall(operation: string, path: string): void {
  globalThis.__checkpointGcTap?.(operation, path);
}

/** A named point between two steps of a run that writes. */
export function failpoint(name: string, path = ""): void {
  globalThis.__checkpointGcTap?.(`point:${name}`, path);
}
