/** Commander's errors as GcErrors: the name, the value, what was expected, and the most similar name. */
import type { CommanderError } from "commander";
import { nearestName } from "../config/suggest.ts";
import { GcError } from "../errors.ts";
import { list } from "../report/format.ts";
import type { Command } from "../report/schema.ts";
import { ROOT } from "./specs/root.ts";
import { commandsOf, leavesOf, longName, namedLeaves } from "./specs/spec.ts";
import { seeHelp } from "./suggestions.ts";

/** `path` is the command that rejected it. */
export function usageError(error: CommanderError, path: readonly string[]): GcError {
  const [first = "", ...rest] = error.message.split("\n");
  const meant = /^\((.*)\)$/.exec(rest.join(" "))?.[1] ?? null;
  const message = first
    .replace(/^error: /, "")
    .replace(/^option '(?:-\w, )?(\S+) <(.+)>' argument missing$/, (_, flag: string, name: string) => {
      return `${flag} has no value: expected ${flag} ${name.toUpperCase()}`;
    });
  return new GcError("usage", message, {
    hint: meant ?? begun(message, path) ?? elsewhere(message) ?? seeHelp(path),
  });
}

/** More names than that say no more. */
const MOST_NAMED = 3;

/** The option of this command that it is the beginning of: commander suggests by single letters alone. */
function begun(message: string, path: readonly string[]): string | null {
  const flag = /^unknown option '--([\w-]+)/.exec(message)?.[1];
  const own = namedLeaves(ROOT).find(({ name }) => name === path.join(" "))?.leaf.options ?? [];
  const names = [...own, ...ROOT.options].map((option) => longName(option).slice("--".length));
  const meant = flag === undefined ? null : nearestName(flag, names);
  return meant === null ? null : `Did you mean --${meant}?`;
}

/** The commands that accept an option which this one does not. */
function elsewhere(message: string): string | null {
  const flag = /^unknown option '(--?[\w-]+)/.exec(message)?.[1];
  if (flag === undefined) return null;
  const takers = namedLeaves(ROOT).filter(({ leaf }) => leaf.options.some((option) => takes(option.flags, flag)));
  if (takers.length === 0) return null;
  const names = takers.map(({ name }) => `checkpoints ${name}`);
  const shown = names.length > MOST_NAMED + 1 ? [...names.slice(0, MOST_NAMED), "others"] : names;
  return `${flag} is an option of ${list(shown)}.`;
}

function takes(flags: string, flag: string): boolean {
  return flags.split(/[ ,]+/).includes(flag);
}

/** The command of a line that could not be parsed, as far as it can be known: for the document of the error. */
export function commandNamed(argv: readonly string[]): Command {
  const words = argv.filter((word) => !word.startsWith("-"));
  const named = leavesOf(ROOT).find(({ command }) => ` ${words.join(" ")} `.includes(` ${command} `))?.command ?? null;
  if (named !== null) return named;
  const group = commandsOf(ROOT).find((one) => one.kind === "group" && words.includes(one.name));
  return (group?.kind === "group" ? group.fallback.command : null) ?? "status";
}
