/** Words that mean nothing here, and what was probably meant. Pure. */
import { nearestName } from "../config/suggest.ts";
import { GcError } from "../errors.ts";

/** `path` is the group that was to know the word, empty for the command itself. */
export function unknownCommand(word: string, names: readonly string[], path: readonly string[]): GcError {
  const where = ["checkpoints", ...path].join(" ");
  if (names.includes(word)) {
    // `checkpoints --all status`: the option made it a word for the command that runs when none is named.
    return new GcError("usage", `${word} stands behind its options: expected ${where} ${word} ...`);
  }
  const meant = nearestName(word, names);
  const hint =
    meant === null ? `The commands are ${names.join(", ")}; see ${where} --help.` : `Did you mean ${where} ${meant}?`;
  return new GcError("usage", `unknown command ${JSON.stringify(word)}`, { hint });
}

export function tooManyWords(word: string, path: readonly string[]): GcError {
  const hint = seeHelp(path);
  return new GcError("usage", `${path.join(" ")} takes no words, but got ${JSON.stringify(word)}`, { hint });
}

/** The value of an option that takes one of a few; `flag` as it was typed. Throws `usage`. */
export function oneOf<T extends string>(flag: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  const meant = nearestName(value, choices);
  const hint = meant === null ? {} : { hint: `Did you mean ${flag} ${meant}?` };
  throw new GcError("usage", `${flag} is ${JSON.stringify(value)}: expected ${choices.join(" or ")}`, hint);
}

export function seeHelp(path: readonly string[]): string {
  return `See ${["checkpoints", ...path].join(" ")} --help.`;
}
