/**
 * What can be typed: names, options and words of help, as data. Nothing in specs/ loads anything, so that `--help`
 * costs commander alone; what a command does is loaded when it runs.
 */
import type { Command } from "../../report/documents.ts";
import type { Run } from "../call.ts";

/**
 * What may stand in a place, for the shell's completion: one of a few words, or something of this machine. Where nothing
 * is said (a number, a pattern) nothing is offered.
 */
export type Completes = readonly string[] | "file" | "directory" | "entry" | "trashed" | "entry-or-trashed" | "command";

export interface OptionSpec {
  readonly flags: string;
  readonly text: string;
  /** May be given several times. */
  readonly many?: boolean;
  /** The option that says the opposite, by commander's name for it. */
  readonly against?: string;
  /** Its value. */
  readonly completes?: Completes;
}

export interface Example {
  readonly command: string;
  readonly what: string;
}

interface Named {
  readonly name: string;
  /** Words after the name, for people. */
  readonly usage: string;
  /** One line for a list of commands. */
  readonly summary: string;
  readonly about: string;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly Example[];
}

/** A command that does something. */
export interface Leaf extends Named {
  readonly kind: "leaf";
  /** Its name in documents, with that of its group; null: it prints none. */
  readonly command: Command | null;
  /** Words after the name, for commander. */
  readonly words: readonly string[];
  /** Each of these words. */
  readonly completes?: Completes;
  readonly load: () => Promise<Run>;
}

/** A command that consists of others; without a word the fallback runs. */
export interface Group extends Named {
  readonly kind: "group";
  readonly sections: readonly Section[];
  readonly fallback: Leaf;
}

/** Commands under one heading of the help. */
export interface Section {
  readonly heading: string;
  readonly commands: readonly (Leaf | Group)[];
}

export function commandsOf(group: Group): readonly (Leaf | Group)[] {
  return group.sections.flatMap(({ commands }) => commands);
}

/** All commands that do something, in the order of the help. */
export function leavesOf(group: Group): readonly Leaf[] {
  return commandsOf(group).flatMap((spec) => (spec.kind === "group" ? leavesOf(spec) : [spec]));
}

export const DRY_RUN: OptionSpec = { flags: "-n, --dry-run", text: "show what would be done, and do nothing" };
export const YES: OptionSpec = { flags: "-y, --yes", text: "skip the question, and nothing else" };
export const MAX_SIZE: OptionSpec = {
  flags: "--max-size <size>",
  text: "what a base may have, such as 2GiB; the least used go",
};
export const ORPHANS: readonly OptionSpec[] = [
  { flags: "--delete-orphans", text: "take repos whose directory was deleted", against: "keepOrphans" },
  { flags: "--keep-orphans", text: "keep repos whose directory was deleted" },
];
