import type { Command } from "../report/schema.ts";

/** A command line as commander parsed it, before its values are checked. */
export interface Invocation {
  readonly command: Command;
  readonly words: readonly string[];
  /** About session files alone. */
  readonly sessions?: boolean;
  /** Keyed by commander's names: `dryRun`, `home`. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Runs a command and returns the exit code. */
export type RunInvocation = (call: Invocation) => Promise<number>;
