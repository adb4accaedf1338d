/** Where in the specs the cursor stands: which command, which options are used up, and what comes next. Pure. */
import { commandsOf, type Group, type Leaf, longName, type OptionSpec } from "../specs/spec.ts";

export interface ParseState {
  readonly at: Group | Leaf;
  /** Words of the command before the cursor. */
  readonly words: readonly string[];
  /** All options that this command understands. */
  readonly options: readonly OptionSpec[];
  readonly given: readonly OptionSpec[];
  /** Values of `--home` and `--base` before the cursor, as typed. */
  readonly homes: readonly string[];
  readonly bases: readonly string[];
  readonly turn: Turn;
}

/** `fixed`: what stands before the value in the same word, `--kind=`. */
export type Turn =
  | { readonly kind: "value"; readonly option: OptionSpec; readonly fixed: string }
  | { readonly kind: "option" }
  | { readonly kind: "word"; readonly optionsToo: boolean };

const HELP: OptionSpec = { flags: "-h, --help", text: "show this help" };
const VERSION: OptionSpec = { flags: "-V, --version", text: "show the version" };

/** `--dry-run` of `-n, --dry-run`. */
export function shortName({ flags }: OptionSpec): string | null {
  return /^-\w\b/.exec(flags)?.[0] ?? null;
}

export function takesValue({ flags }: OptionSpec): boolean {
  return flags.includes("<");
}

/** `before`: the words after the command's own name; `current`: the one with the cursor. */
export function parseStateOf(root: Group, before: readonly string[], current: string): ParseState {
  let at: Group | Leaf = root;
  let waiting: OptionSpec | null = null;
  let ended = false;
  const words: string[] = [];
  const given: OptionSpec[] = [];
  const values: (readonly [OptionSpec, string])[] = [];

  for (const word of before) {
    if (waiting !== null) {
      values.push([waiting, word]);
      waiting = null;
    } else if (ended || !/^-./.test(word)) {
      const next: Group | Leaf | undefined = words.length === 0 ? childOf(at, word) : undefined;
      if (next === undefined) words.push(word);
      else at = next;
    } else if (word === "--") {
      ended = true;
    } else {
      const found = optionsIn(word, optionsAt(root, at));
      given.push(...found);
      const last = found.at(-1);
      if (last === undefined || !takesValue(last)) continue;
      const equals = word.indexOf("=");
      if (equals === -1) waiting = last;
      else values.push([last, word.slice(equals + 1)]);
    }
  }

  const group: Group | null = at.kind === "group" ? at : null;
  // `checkpoints --all`: after an option of the default command no name of a command can follow.
  if (group !== null && given.some((option) => group.fallback.options.includes(option))) at = group.fallback;
  const options = optionsAt(root, at);
  const named = (name: string): readonly string[] =>
    values.filter(([option]) => longName(option) === name).map(([, value]) => value);
  const turn = turnOf({ waiting, ended, current, options });
  return { at, words, options, given, homes: named("--home"), bases: named("--base"), turn };
}

function childOf(at: Group | Leaf, name: string): Group | Leaf | undefined {
  return at.kind === "group" ? commandsOf(at).find((one) => one.name === name) : undefined;
}

function optionsAt(root: Group, at: Group | Leaf): readonly OptionSpec[] {
  const own = at.kind === "group" ? [...at.fallback.options, ...at.options] : at.options;
  const { agents } = at.kind === "group" ? at.fallback : at;
  const shared =
    at === root
      ? [VERSION]
      : root.options.map((option) =>
          agents !== undefined && longName(option) === "--agent" ? { ...option, completes: agents } : option,
        );
  return [...own, ...shared, HELP];
}

/** The options in one word: one by its name, or those of a cluster such as `-nv`. */
function optionsIn(word: string, options: readonly OptionSpec[]): readonly OptionSpec[] {
  const name = word.replace(/=.*$/s, "");
  if (name.startsWith("--")) return options.filter((option) => longName(option) === name);
  return options.filter((option) => name.slice(1).includes(shortName(option)?.charAt(1) ?? "-"));
}

interface LeafState extends Pick<ParseState, "options"> {
  readonly waiting: OptionSpec | null;
  readonly ended: boolean;
  readonly current: string;
}

function turnOf({ waiting, ended, current, options }: LeafState): Turn {
  if (waiting !== null) return { kind: "value", option: waiting, fixed: "" };
  if (ended || !current.startsWith("-")) return { kind: "word", optionsToo: !ended };
  const fixed = /^--[\w-]+=/.exec(current)?.[0] ?? null;
  if (fixed === null) return { kind: "option" };
  const option = optionsIn(fixed, options).find(takesValue);
  return option === undefined ? { kind: "option" } : { kind: "value", option, fixed };
}
