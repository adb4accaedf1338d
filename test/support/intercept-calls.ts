// Intercepts the system calls of src/: observes every call and every failpoint of this process, may change files in
// between, and may throw an errno in place of the call. Children get the same through a preloaded module (faults.ts).

import { onTestFinished } from "vitest";

export type CallObserver = (operation: string, path: string) => void;

/** Calls `act` before each system call and at each failpoint until the test ends, `stopIntercepting` or the next one. */
export function interceptCalls(act: CallObserver): void {
  globalThis.__checkpointGcTap = act;
  onTestFinished(stopIntercepting);
}

export function stopIntercepting(): void {
  globalThis.__checkpointGcTap = undefined;
}

/** Runs `act` once, at the `nth` call of an operation (`rename`, `point:verified`, ...) whose path ends so. */
export function interceptCallAt(
  operation: string,
  act: (path: string) => void,
  { nth = 1, path = "" }: { readonly nth?: number; readonly path?: string } = {},
): { readonly met: () => number } {
  let met = 0;
  interceptCalls((seen, at) => {
    if (seen !== operation || !at.endsWith(path)) return;
    met += 1;
    if (met === nth) act(at);
  });
  return { met: () => met };
}

/** Makes calls fail: those for which `which` is true. */
export function failCalls(
  code: string,
  which: (operation: string, path: string) => boolean,
): { readonly met: () => number } {
  let met = 0;
  interceptCalls((operation, path) => {
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
