/**
 * What is offered at the cursor, from the specs, the words before it and the entries of the homes. Pure: the specs are
 * the only source, so that a new option needs no change here.
 */
import {
  attributeOf,
  commandsOf,
  leavesOf,
  longName,
  type Completes,
  type Group,
  type Leaf,
  type OptionSpec,
} from "../specs/spec.ts";
import { TOPICS } from "../specs/topics.ts";
import type { Candidate, Completion, Surroundings } from "./offer.ts";
import { entries } from "./entries.ts";
import { shortName, takesValue, type ParseState } from "./parse-state.ts";

/** More than fit on a screen, and few enough for every shell to sort at once. */
const MAX_CANDIDATES = 300;

/** Escape sequences, line ends, bidi overrides: a name that cannot be shown is not offered. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

export function offerAt(root: Group, state: ParseState, current: string, around: Surroundings): Completion {
  const { at, turn, words } = state;
  switch (turn.kind) {
    case "option":
      return chosen(optionsLeft(state, current), current);
    case "value":
      return placed(turn.option.completes, current.slice(turn.fixed.length), turn.fixed);
    case "word": {
      const offered = at.kind === "group" ? commands(at) : placed(room(at, words), current, "");
      // Nothing else can stand here, so the options are offered without a leading dash.
      const none = offered.kind === "candidates" && offered.candidates.length === 0 && current === "";
      const open = at.kind === "leaf" && room(at, words) === undefined && turn.optionsToo;
      return none && open ? chosen(optionsLeft(state, ""), "") : offered;
    }
  }

  function commands(group: Group): Completion {
    if (words.length === 0) return chosen(names(group), current);
    // Not one of the specs: `help trash restore`.
    const [help, ...path] = words;
    let shown: Group | Leaf | undefined = help === "help" && group === root ? root : undefined;
    for (const name of path) shown = shown?.kind === "group" ? named(shown, name) : undefined;
    const topics = shown === root ? TOPICS.map(({ name, summary }) => ({ value: name, text: summary })) : [];
    return chosen(shown?.kind === "group" ? [...names(shown), ...topics] : [], current);
  }

  function placed(completes: Completes | undefined, typed: string, fixed: string): Completion {
    switch (completes) {
      case undefined:
        return chosen([], typed);
      case "file":
        return { kind: "files" };
      case "directory":
        return { kind: "directories" };
      case "command":
        return chosen(documented(root, words), typed);
      case "entry":
      case "trashed":
      case "entry-or-trashed":
        return chosen(entries(completes, typed, words, around), typed);
      default:
        return chosen(
          completes.map((value) => ({ value: fixed + value, text: "" })),
          fixed + typed,
        );
    }
  }
}

function chosen(candidates: readonly Candidate[], typed: string): Completion {
  const shown = candidates.filter(({ value }) => value.startsWith(typed) && !HIDDEN.test(value));
  const byValue = new Map(shown.map(({ value, text }) => [value, { value, text: HIDDEN.test(text) ? "" : text }]));
  return { kind: "candidates", candidates: sampleEvenly([...byValue.values()]) };
}

/**
 * At most so many, spread from first to last: a shell inserts the common prefix of all candidates, and the first three
 * hundred of a sorted list may share more than the list does.
 */
function sampleEvenly<T>(all: readonly T[]): readonly T[] {
  if (all.length <= MAX_CANDIDATES) return all;
  const picked = Array.from(
    { length: MAX_CANDIDATES },
    (_, n) => all[Math.round((n * (all.length - 1)) / (MAX_CANDIDATES - 1))],
  );
  return picked.filter((one) => one !== undefined);
}

function names(group: Group): readonly Candidate[] {
  return commandsOf(group).map(({ name, summary }) => ({ value: name, text: summary }));
}

function named(group: Group, name: string): Group | Leaf | undefined {
  return commandsOf(group).find((one) => one.name === name);
}

/** What an argument may be; undefined where the command takes none or already has enough. */
function room({ words: takes, completes }: Leaf, words: readonly string[]): Completes | undefined {
  return words.length < takes.length || takes.some((word) => word.includes("...")) ? completes : undefined;
}

/** Options that may still be given; short names only where one was begun. */
function optionsLeft({ options, given }: ParseState, current: string): readonly Candidate[] {
  const left = options.filter((option) => option.many === true || !given.includes(option));
  const free = left.filter((option) => !given.some((one) => excludes(one, option) || excludes(option, one)));
  return free.flatMap((option) => {
    const short = /^-[^-]?$/.test(current) ? shortName(option) : null;
    const texts = [longName(option), ...(short === null || takesValue(option) ? [] : [short])];
    return texts.map((value) => ({ value, text: option.text }));
  });
}

/** `against` holds commander's name of the opposite option. */
function excludes(one: OptionSpec, other: OptionSpec): boolean {
  return one.against === attributeOf(other);
}

/** The next word of a group of commands: `trash`, then `list`. */
function documented(root: Group, words: readonly string[]): readonly Candidate[] {
  const paths = leavesOf(root).flatMap(({ command }) => (command === null ? [] : [command.split(" ")]));
  const fitting = paths.filter((path) => words.every((word, at) => path[at] === word));
  return fitting.flatMap((path) =>
    path[words.length] === undefined ? [] : [{ value: path[words.length] ?? "", text: "" }],
  );
}
