/**
 * Where a program looks for start-up hooks, and what a hook of ours is there. It describes; hook-setup/ writes and removes. A program
 * need not be an agent whose snapshots are collected.
 */
import type { HomeContext } from "../locations/paths.ts";

export interface HookSearch extends HomeContext {
  /** `--home`, as typed; none: its usual place. */
  readonly homes: readonly string[];
  /** Our own file of settings. */
  readonly ownFile: string;
}

/** A file that is ours, or an entry in a list of a file of the program. */
export type HookPlace =
  | {
      readonly kind: "file";
      readonly path: string;
      /** Without the line that says that it is ours. `argv`: what it has to run, without a shell. */
      readonly text: (argv: readonly string[]) => string;
      /** Begins and ends a comment in it. */
      readonly comment: readonly [begin: string, end: string];
      /** Files that the program derives from it, beside it: a directory, and what their names begin with. */
      readonly derived?: { readonly directory: string; readonly prefix: string };
    }
  | {
      readonly kind: "entry";
      readonly path: string;
      readonly list: { readonly format: "yaml" | "json"; readonly map: string; readonly list: string };
      /** `command`: one line of a shell, which is also what shlex splits. */
      readonly entry: (command: string) => Readonly<Record<string, unknown>>;
    };

/** A directory of the program, and the hook that belongs into it. */
export interface HookSite {
  /** It has to be there: a program that is not used needs no hook. */
  readonly home: string;
  /** What is removed if nothing is left in it. */
  readonly directory?: string;
  readonly places: readonly HookPlace[];
  /** What the hook adds to `auto`. */
  readonly words: readonly string[];
  /**
   * `next` of a base, and a file of settings: while that was written within a day and after the file, a hook starts nothing. Null:
   * it has no one base that tells for all.
   */
  readonly gate: { readonly next: string; readonly settings: string } | null;
  /** What is left to do, or what the program will ask. */
  readonly notes: readonly string[];
}

export interface HookHost {
  /** As in `--agent`. */
  readonly name: string;
  /** As in a sentence. */
  readonly title: string;
  readonly sites: (search: HookSearch) => readonly HookSite[];
}

/** What a directory of the hook is called, and the hook in lists. */
export const HOOK_NAME = "checkpoint-gc";
