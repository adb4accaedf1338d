/** Errors for unknown words, with the most similar known one. Pure. */
import { nearestName } from "../config/suggest.ts";
import { GcError } from "../errors.ts";
import { alternatives, count } from "../report/format.ts";
import { TOPICS } from "./specs/topics.ts";

/** What other programs call a command of ours, and no more: what removes is not run under a name that it does not have. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ...["clean", "cleanup", "gc", "rm", "remove", "delete", "purge"].map((word) => [word, "prune"] as const),
  ...["show", "info", "why"].map((word) => [word, "explain"] as const),
  ...["list", "df", "stats"].map((word) => [word, "status"] as const),
  ...["pack", "repack"].map((word) => [word, "compact"] as const),
  ...["log", "logs"].map((word) => [word, "history"] as const),
  ["restore", "trash restore"],
  ["settings", "config"],
  ["config show", "list"],
  ["timer", "schedule"],
  ["hooks", "hook"],
]);

/** `path` names the group of commands, empty for the top level. */
export function unknownCommand(word: string, names: readonly string[], path: readonly string[]): GcError {
  const where = ["checkpoints", ...path].join(" ");
  if (names.includes(word)) {
    // `checkpoints --all status`: after the option the word became an argument of the default command.
    return new GcError("usage", `${word} must come before its options: expected ${where} ${word} ...`);
  }
  const meant = SYNONYMS.get([...path, word].join(" ")) ?? nearestName(word, names);
  const hint =
    meant === null ? `The commands are ${names.join(", ")}; see ${where} --help.` : `Did you mean ${where} ${meant}?`;
  return new GcError("usage", `unknown command ${JSON.stringify(word)}`, { hint });
}

/** Neither a command nor a help topic. */
export function unknownHelp(word: string, commands: readonly string[]): GcError {
  const topics = TOPICS.map(({ name }) => name);
  const meant = nearestName(word, [...commands, ...topics]);
  const hint = meant === null ? `The topics are ${topics.join(", ")}.` : `Did you mean checkpoints help ${meant}?`;
  return new GcError("usage", `unknown command or help topic ${JSON.stringify(word)}`, { hint });
}

/** Help for a command below one that has none. */
export function noCommands(word: string, path: readonly string[]): GcError {
  const name = path.join(" ");
  return new GcError(
    "usage",
    `${name} has no commands, but got ${JSON.stringify(word)}: expected checkpoints help ${name}`,
  );
}

/** `most`: how many it takes. */
export function tooManyWords(word: string, path: readonly string[], most = 0): GcError {
  const hint = seeHelp(path);
  const takes = most === 0 ? "no arguments" : count(most, "argument");
  return new GcError(
    "usage",
    `${path.join(" ")} takes ${takes}, but ${most === 0 ? "got" : "also got"} ${JSON.stringify(word)}`,
    { hint },
  );
}

/** Checks a value that is one of a few; `flag` as it was typed, `wrong` what is wrong with it. Throws `usage`. */
export function oneOf<T extends string>(
  flag: string,
  value: string,
  choices: readonly T[],
  wrong = `${flag} is ${JSON.stringify(value)}`,
): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  const meant = nearestName(value, choices);
  const hint = meant === null ? {} : { hint: `Did you mean ${flag} ${meant}?` };
  throw new GcError("usage", `${wrong}: expected ${alternatives(choices)}`, hint);
}

export function seeHelp(path: readonly string[]): string {
  return `See ${["checkpoints", ...path].join(" ")} --help.`;
}
