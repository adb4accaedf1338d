import type { Command } from "../report/documents.ts";

/** What commander made of the words of a person, before anybody judged the values. */
export interface Call {
  readonly command: Command;
  readonly words: readonly string[];
  /** By commander's names: `dryRun`, `home`. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Carries a call out and gives the exit code. */
export type Run = (call: Call) => Promise<number>;
