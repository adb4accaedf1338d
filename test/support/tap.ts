// Holds on to the doors of src/: sees every call and every named point of this process, may change the world in between,
// and may throw an errno in place of the call. Children get the same through a preloaded module (faults.ts).

import { onTestFinished } from "vitest";

export type Tap = (operation: string, path: string) => void;

/** Attaches a tap for the rest of the running test, or until the next one; `untap` takes it off before. */
export function tap(act: Tap): void {
  globalThis.__checkpointGcTap = act;
  onTestFinished(untap);
}

export function untap(): void {
  globalThis.__checkpointGcTap = undefined;
}

/** Runs `act` once, at the `nth` call of an operation (`rename`, `point:verified`, ...) whose path ends so. */
export function tapAt(
  operation: string,
  act: (path: string) => void,
  { nth = 1, path = "" }: { readonly nth?: number; readonly path?: string } = {},
): { readonly met: () => number } {
  let met = 0;
  tap((seen, at) => {
    if (seen !== operation || !at.endsWith(path)) return;
    met += 1;
    if (met === nth) act(at);
  });
  return { met: () => met };
}

/** Makes calls fail: those for which `which` is true. */
export function tapFailing(
  code: string,
  which: (operation: string, path: string) => boolean,
): { readonly met: () => number } {
  let met = 0;
  tap((operation, path) => {
    if (operation.startsWith("point:") || !which(operation, path)) return;
    met += 1;
    throw errno(code, operation, path);
  });
  return { met: () => met };
}

/** An error as a failed system call throws it. */
export function errno(code: string, operation = "call", path = ""): Error {
  return Object.assign(new Error(`${code}: injected, ${operation} '${path}'`), { code, syscall: operation, path });
}
