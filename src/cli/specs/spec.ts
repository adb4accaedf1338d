/**
 * The command line as data: names, options and help texts. Nothing in specs/ loads a command's code, so `--help` costs
 * commander alone.
 */
import type { Command } from "../../report/schema.ts";
import { ROW_FORMATS, SORT_KEYS } from "../../model/row-order.ts";
import { SETTINGS } from "../../model/settings.ts";
import type { RunInvocation } from "../invocation.ts";

/**
 * What an argument may be, for completion: one of a few words, or something on this machine. Without it (a number, a
 * pattern) nothing is offered.
 */
export type Completes = readonly string[] | "file" | "directory" | "entry" | "trashed" | "entry-or-trashed" | "command";

export interface OptionSpec {
  readonly flags: string;
  readonly text: string;
  /** May be given several times. */
  readonly many?: boolean;
  /** The opposite option, by commander's name. */
  readonly against?: string;
  /** What its value may be. */
  readonly completes?: Completes;
}

export interface Example {
  readonly command: string;
  readonly what: string;
}

interface SpecBase {
  readonly name: string;
  /** The arguments as shown in the help. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly about: string;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly Example[];
}

/** A command that does something. */
export interface Leaf extends SpecBase {
  readonly kind: "leaf";
  /** Other names that it answers to, which the help does not list. */
  readonly aliases?: readonly string[];
  /** Its name in documents, with that of its group; null: it prints none. */
  readonly command: Command | null;
  /** The arguments as commander declares them. */
  readonly words: readonly string[];
  /** What `--agent` may be, where it is not any agent. */
  readonly agents?: readonly string[];
  /** What each of these arguments may be. */
  readonly completes?: Completes;
  readonly load: () => Promise<RunInvocation>;
}

/** A group of commands; without a subcommand the fallback runs. */
export interface Group extends SpecBase {
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

/** All commands that run something, in the order of the help. */
export function leavesOf(group: Group): readonly Leaf[] {
  return commandsOf(group).flatMap((spec) => (spec.kind === "group" ? leavesOf(spec) : [spec]));
}

/** A command with the names of its groups, as it is typed. */
export interface NamedLeaf {
  readonly name: string;
  readonly leaf: Leaf;
}

export function namedLeaves(group: Group, above = ""): readonly NamedLeaf[] {
  return commandsOf(group).flatMap((spec) =>
    spec.kind === "group" ? namedLeaves(spec, `${above}${spec.name} `) : [{ name: above + spec.name, leaf: spec }],
  );
}

export const DRY_RUN: OptionSpec = { flags: "-n, --dry-run", text: "show what would be done, and do nothing" };
export const YES: OptionSpec = { flags: "-y, --yes", text: "skip the question, and nothing else" };
export const LARGER_THAN: OptionSpec = {
  flags: "--larger-than <size>",
  text: "only what is at least this large, such as 100MB (100M is MiB)",
};
/** Which rows. */
export const LIMITS: readonly OptionSpec[] = [
  {
    flags: "--older-than <age>",
    text: "only what was last used at least this long ago, such as 12h, 30d or 6m (months)",
  },
  LARGER_THAN,
];
/** In which order. */
export const SORT: OptionSpec = {
  flags: "--sort <key>",
  text: "order of rows: size, age or name",
  completes: SORT_KEYS,
};
/** In which order, and for whom. */
export const ROWS: readonly OptionSpec[] = [
  SORT,
  {
    flags: "--format <format>",
    text: "for other programs: ids, or jsonl (one JSON document a line)",
    completes: ROW_FORMATS,
  },
];
export const RETENTION: readonly OptionSpec[] = SETTINGS.retention_days.options;
export const MAX_SIZE: readonly OptionSpec[] = SETTINGS.max_size.options;
export const ORPHANS: readonly OptionSpec[] = SETTINGS.delete_orphans.options;

export function longName({ flags }: Pick<OptionSpec, "flags">): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? "";
}

/** The key under which commander passes the value of an option. */
export function attributeOf(option: Pick<OptionSpec, "flags">): string {
  return longName(option)
    .slice(2)
    .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
