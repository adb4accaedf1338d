/** The specs as a commander program. Loads commander and nothing else. */
import { Command, CommanderError, type Help, Option } from "commander";
import type { GcError } from "../errors.ts";
import { commandsFirst, formatItem, itemsText, MIN_WRAPPED } from "./help/layout.ts";
import type { Invocation } from "./invocation.ts";
import { ROOT } from "./specs/root.ts";
import { commandsOf, type Group, type Leaf, type OptionSpec } from "./specs/spec.ts";
import { TOPICS } from "./specs/topics.ts";
import { noCommands, tooManyWords, unknownCommand, unknownHelp } from "./suggestions.ts";
import { usageError } from "./usage-errors.ts";

/** Called with an invocation that parsed. */
export type OnInvocation = (leaf: Leaf, call: Invocation) => Promise<void>;

/**
 * To parse `argv`: a command that no word of it names is not called, so only its name and summary are there.
 * `parseAsync` throws GcError `usage`, or CommanderError with exit code 0 where help or the version was printed.
 */
export function createProgram(argv: readonly string[], carry: OnInvocation): Command {
  const root = new Command(ROOT.name)
    .version(__VERSION__, "-V, --version", "the version")
    .helpOption("-h, --help", "show this help, or that of a command")
    .helpCommand(false)
    // The caller of main() prints the errors, on stderr and as JSON.
    .configureOutput({ outputError: () => undefined })
    .configureHelp({
      showGlobalOptions: true,
      formatHelp: helpOf,
      subcommandTerm: (command) => `${command.name()} ${command.usage().replace(/ ?\[options\]$/, "")}`.trimEnd(),
      minWidthToWrap: MIN_WRAPPED,
      formatItem,
      optionTerm: ({ flags }) => flags.replace(/<(.+)>/, (_, name: string) => name.toUpperCase()),
    });
  fill(root, ROOT, [], { words: new Set(argv), carry });
  addHelpCommand(root);
  return root;
}

interface Call {
  readonly words: ReadonlySet<string>;
  readonly carry: OnInvocation;
}

function fill(command: Command, group: Group, path: readonly string[], call: Call): void {
  describe(command, group, path);
  for (const { heading, commands } of group.sections) {
    for (const spec of commands) {
      const child = command
        .command(spec.name, { isDefault: spec === group.fallback })
        .helpGroup(heading)
        .helpOption("-h, --help", "this help");
      if (spec !== group.fallback && !isNamed(spec, call.words)) child.summary(spec.summary).usage(spec.usage);
      else if (spec.kind === "group") fill(child.helpCommand(false), spec, [...path, spec.name], call);
      else fillLeaf(child, spec, [...path, spec.name], { group, carry: call.carry });
      // Commander would show an alias in place of the name.
      if (spec.kind === "leaf")
        for (const alias of spec.aliases?.filter((each) => call.words.has(each)) ?? []) {
          const other = command.command(alias, { hidden: true }).helpOption("-h, --help", "this help");
          fillLeaf(other, spec, [...path, spec.name], { group, carry: call.carry });
        }
    }
  }
}

function isNamed(spec: Leaf | Group, words: ReadonlySet<string>): boolean {
  return ownNames(spec).some((name) => words.has(name));
}

/** Its name and its aliases. */
function ownNames(spec: Leaf | Group): readonly string[] {
  return [spec.name, ...(spec.kind === "leaf" ? (spec.aliases ?? []) : [])];
}

interface DefaultOf {
  readonly group: Group;
  readonly carry: OnInvocation;
}

function fillLeaf(command: Command, leaf: Leaf, path: readonly string[], { group, carry }: DefaultOf): void {
  describe(command, leaf, path, leaf === group.fallback ? { group, carry } : undefined);
  // Commander passes a cluster such as -nv to the command as one word, so the command has to declare them too.
  for (const flags of ["-v, --verbose", "-q, --quiet"]) command.addOption(new Option(flags).hideHelp());
  const words = leaf === group.fallback ? ["[words...]"] : leaf.words;
  for (const each of words) command.argument(each);
  command.action(async () => {
    if (leaf === group.fallback) refuseWords(command, leaf, group, path);
    // A command without documents fails like a line that cannot be parsed: with the document of the default command.
    await carry(leaf, { command: leaf.command ?? "status", words: command.args, values: command.optsWithGlobals() });
  });
}

/** `around` is given where the command is the default one. */
function describe(command: Command, spec: Leaf | Group, path: readonly string[], around?: DefaultOf): void {
  command.description(spec.about).summary(spec.summary).usage(spec.usage);
  for (const option of spec.options) command.addOption(optionOf(option));
  if (spec.examples.length > 0)
    command.addHelpText("after", () =>
      itemsText(
        "Examples:",
        spec.examples.map(({ command: line, what }) => [line, what]),
        command,
      ),
    );
  command.exitOverride((error) => {
    if (error.exitCode === 0) throw error;
    // `prnue --dry-run`: the command is wrong, so the error is not about the option.
    if (around !== undefined) refuseUnknownCommand(command, spec, around.group, path);
    const most = command.registeredArguments.length;
    const extra = error.code === "commander.excessArguments" ? command.args[most] : undefined;
    throw extra === undefined ? usageError(error, path) : tooManyWords(extra, path, most);
  });
}

function optionOf({ flags, text, many, against }: OptionSpec): Option {
  const option = new Option(flags, text);
  if (many === true)
    option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  return against === undefined ? option : option.conflicts(against);
}

/** An unknown command reaches the default command as an argument. */
function refuseWords(command: Command, leaf: Leaf, group: Group, path: readonly string[]): void {
  const [word] = command.args;
  if (word === undefined) return;
  if (isNameOf(leaf, command.parent?.args[0])) throw tooManyWords(word, path);
  throw unknownCommand(word, namesOf(group), path.slice(0, -1));
}

function isNameOf(spec: Leaf | Group, word: string | undefined): boolean {
  return ownNames(spec).some((name) => name === word);
}

function refuseUnknownCommand(command: Command, spec: Leaf | Group, group: Group, path: readonly string[]): void {
  const first = command.parent?.args[0];
  if (first === undefined || isNameOf(spec, first) || first.startsWith("-")) return;
  throw unknownCommand(first, namesOf(group), path.slice(0, -1));
}

/** `nope --help`: without a command of that name there is no help for it, and that of all is not what was asked for. */
function helpOf(command: Command, helper: Help): string {
  const [word] = command.args;
  const isKnown = (name: string): boolean => command.commands.some((each) => each.name() === name);
  if (command.commands.length > 0 && word !== undefined && !word.startsWith("-") && !isKnown(word)) {
    const names = helper.visibleCommands(command).map((each) => each.name());
    throw unknownCommand(word, names, pathTo(command));
  }
  return commandsFirst(command, helper);
}

/** Without the name of the program. */
function pathTo(command: Command): readonly string[] {
  return command.parent === null ? [] : [...pathTo(command.parent), command.name()];
}

function namesOf(group: Group): readonly string[] {
  return commandsOf(group).map(({ name }) => name);
}

/**
 * `help`, `help prune`, `help trash restore` and `help TOPIC`. Commander's own supports one level and no topics, and
 * does not fail properly for an unknown name.
 */
function addHelpCommand(root: Command): void {
  root
    .command("help", { hidden: true })
    .argument("[name...]")
    .action(async (names: readonly string[], _, command: Command) => {
      const [first] = names;
      const topic = TOPICS.find(({ name }) => name === first);
      if (topic !== undefined) {
        if (names[1] !== undefined) throw tooManyWords(names[1], ["help", topic.name]);
        const { showTopic } = await import("./help/show.ts");
        showTopic(topic.name, command.optsWithGlobals()["color"] !== false);
        return;
      }
      let at = root;
      for (const [depth, name] of names.entries()) {
        const next = at.commands.find((each) => each.name() === name);
        if (next === undefined) throw unknownInHelp(name, at, names.slice(0, depth));
        at = next;
      }
      if (at === root) {
        const topics = TOPICS.map(({ name, summary }): readonly [string, string] => [name, summary]);
        root.addHelpText("after", itemsText("Topics, each with checkpoints help TOPIC:", topics, root));
      }
      at.outputHelp();
    });
}

/** `path` names the command, empty for the top level. */
function unknownInHelp(word: string, { commands }: Command, path: readonly string[]): GcError {
  const known = commands.map((each) => each.name());
  if (path.length === 0) return unknownHelp(word, known);
  return known.length === 0 ? noCommands(word, path) : unknownCommand(word, known, path);
}

/** Help or the version was requested and has been printed. */
export function isPrinted(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}
