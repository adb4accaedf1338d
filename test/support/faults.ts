// Faults in a child that runs the built command: a module preloaded with `--import` intercepts the same calls as
// intercept-calls.ts does in this process. It may kill the process at a failpoint, or make calls fail.

import { type RunOptions, type RunResult, run } from "./run.ts";

export type Fault =
  /** SIGKILL at the n-th time that this point or call is met (`point:isolated`, `rename`, ...), on a path with this in it. */
  | { readonly kind: "kill"; readonly at: string; readonly nth: number; readonly path?: string }
  /** This signal at that time; the run hears it at its next turn. */
  | { readonly kind: "signal"; readonly at: string; readonly nth: number; readonly signal: NodeJS.Signals }
  /** The n-th call of an operation throws this errno, on a path with this in it; 0: every one. */
  | {
      readonly kind: "errno";
      readonly at: string;
      readonly nth: number;
      readonly code: string;
      readonly path?: string;
    }
  /** Stops at the point until the file is there. */
  | { readonly kind: "wait"; readonly at: string; readonly reached: string; readonly go: string };

/** The call observer of a child; the fault is passed in the environment. */
const PRELOADED = `
import { existsSync, writeFileSync } from "node:fs";
const fault = JSON.parse(process.env.CGC_FAULT);
let met = 0;
globalThis.__checkpointGcTap = (operation, path) => {
  if (operation !== fault.at || !path.includes(fault.path ?? "")) return;
  met += 1;
  switch (fault.kind) {
    case "kill":
      if (met === fault.nth) process.kill(process.pid, "SIGKILL");
      return;
    case "signal":
      if (met === fault.nth) process.kill(process.pid, fault.signal);
      return;
    case "errno":
      if (fault.nth !== 0 && met !== fault.nth) return;
      throw Object.assign(new Error(fault.code + ": injected, " + operation + " '" + path + "'"), { code: fault.code });
    case "wait":
      if (met > 1) return;
      writeFileSync(fault.reached, path);
      while (!existsSync(fault.go)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
};
`;

/** Node's arguments and environment for a child with a fault. */
export function faulty(fault: Fault, options: RunOptions = {}): RunOptions {
  const module = `data:text/javascript,${encodeURIComponent(PRELOADED)}`;
  return {
    ...options,
    node: [...(options.node ?? []), "--import", module],
    env: { ...options.env, CGC_FAULT: JSON.stringify(fault) },
  };
}

/** Runs the built command with a fault in it. */
export async function runFaulty(fault: Fault, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return run(args, faulty(fault, options));
}
