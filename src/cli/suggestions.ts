/** Words that mean nothing here, and what was probably meant. Pure. */
import { nearestName } from "../config/suggest.ts";
import { GcError } from "../errors.ts";

export function unknownCommand(
  word: string,
  commands: readonly { readonly name: string }[],
  path: readonly string[],
): GcError {
  const names = commands.map(({ name }) => name);
  const meant = nearestName(word, names);
  const where = ["checkpoints", ...path].join(" ");
  // `checkpoints --all status`: the options made it a word for the command that runs when none is named.
  if (names.includes(word))
    return new GcError("usage", `${word} stands behind its options: expected ${where} ${word} ...`);
  return new GcError("usage", `unknown command ${JSON.stringify(word)}`, {
    hint:
      meant === null
        ? `The commands are ${names.join(", ")}; see ${where} --help.`
        : `Did you mean ${[where, meant].join(" ")}?`,
  });
}

export function tooManyWords(word: string, path: readonly string[]): GcError {
  return new GcError("usage", `${path.join(" ")} takes no words, but got ${JSON.stringify(word)}`, {
    hint: seeHelp(path),
  });
}

/** The value of an option that takes one of a few; `flag` as it was typed. Throws `usage`. */
export function oneOf<T extends string>(flag: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  const meant = nearestName(value, choices);
  throw new GcError("usage", `${flag} is ${JSON.stringify(value)}: expected ${choices.join(" or ")}`, {
    ...(meant === null ? {} : { hint: `Did you mean ${flag} ${meant}?` }),
  });
}

