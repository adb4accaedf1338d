/** The specs as a commander program. Loads commander and nothing else. */
import { Command, CommanderError, Help, Option } from "commander";
import type { Call } from "./call.ts";
import { ROOT } from "./specs/root.ts";
import { commandsOf, type Group, type Leaf, type OptionSpec } from "./specs/spec.ts";
import { tooManyWords, unknownCommand } from "./suggestions.ts";
import { usageError } from "./usage-errors.ts";

/** What to do with a call that was understood. */
export type Carry = (leaf: Leaf, call: Call) => Promise<void>;

/** `parseAsync` throws GcError `usage`, or CommanderError with exit code 0 where help or the version was printed. */
export function createProgram(carry: Carry): Command {
  const root = new Command(ROOT.name)
    .version(__VERSION__, "-V, --version", "the version")
    .helpOption("-h, --help", "this help; also after a command")
    .helpCommand(false)
    // Whoever calls main() prints the errors, on stderr and as JSON.
    .configureOutput({ outputError: () => undefined })
    .configureHelp({
      showGlobalOptions: true,
      formatHelp: commandsFirst,
      subcommandTerm: (command) => `${command.name()} ${command.usage().replace(/ ?\[options\]$/, "")}`.trimEnd(),
      optionTerm: ({ flags }) => flags.replace(/<(.+)>/, (_, name: string) => name.toUpperCase()),
    });
  fill(root, ROOT, [], carry);
  addHelpCommand(root);
  return root;
}

function fill(command: Command, group: Group, path: readonly string[], carry: Carry): void {
  describe(command, group, path);
  for (const { heading, commands } of group.sections) {
    for (const spec of commands) {
      const child = command
        .command(spec.name, { isDefault: spec === group.fallback })
        .helpGroup(heading)
        .helpOption("-h, --help", "this help");
      if (spec.kind === "group") fill(child.helpCommand(false), spec, [...path, spec.name], carry);
      else fillLeaf(child, spec, [...path, spec.name], { group, carry });
    }
  }
}

interface Around {
  readonly group: Group;
  readonly carry: Carry;
}

function fillLeaf(command: Command, leaf: Leaf, path: readonly string[], { group, carry }: Around): void {
  describe(command, leaf, path, leaf === group.fallback ? { group, carry } : undefined);
  // Commander hands a cluster such as -nv to the command as one word, so the command has to know them too.
  for (const flags of ["-v, --verbose", "-q, --quiet"]) command.addOption(new Option(flags).hideHelp());
  const words = leaf === group.fallback ? ["[words...]"] : leaf.words;
  for (const each of words) command.argument(each);
  command.action(async () => {
    if (leaf === group.fallback) refuseWords(command, leaf, group, path);
    // What prints no documents fails as a line does that cannot be understood: with the one of what runs by itself.
    await carry(leaf, { command: leaf.command ?? "status", words: command.args, values: command.optsWithGlobals() });
  });
}

/** `around` where the command is what runs when none is named. */
function describe(command: Command, spec: Leaf | Group, path: readonly string[], around?: Around): void {
  command.description(spec.about).summary(spec.summary).usage(spec.usage);
  for (const option of spec.options) command.addOption(optionOf(option));
  if (spec.examples.length > 0) command.addHelpText("after", examplesText(spec));
  command.exitOverride((error) => {
    if (error.exitCode === 0) throw error;
    // `prnue --dry-run`: the command is what is wrong, and not that another one has no such option.
    if (around !== undefined) refuseStranger(command, spec, around.group, path);
    throw usageError(error, path);
  });
}

function optionOf({ flags, text, many, against }: OptionSpec): Option {
  const option = new Option(flags, text);
  if (many === true)
    option.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
  return against === undefined ? option : option.conflicts(against);
}

function examplesText({ examples }: Leaf | Group): string {
  const width = Math.max(...examples.map(({ command }) => command.length));
  return `\nExamples:\n${examples.map(({ command, what }) => `  ${command.padEnd(width)}  ${what}`).join("\n")}`;
}

/** Commander begins with the options, and people come for the commands. */
function commandsFirst(command: Command, help: Help): string {
  const parts = Help.prototype.formatHelp.call(help, command, help).trimEnd().split("\n\n");
  const isOptions = (part: string): boolean => /^(?:Global )?Options:/.test(part);
  return `${[...parts.filter((part) => !isOptions(part)), ...parts.filter(isOptions)].join("\n\n")}\n`;
}

/** A word that is no command ends up at the command that runs when none is named. */
function refuseWords(command: Command, leaf: Leaf, group: Group, path: readonly string[]): void {
  const [word] = command.args;
  if (word === undefined) return;
  if (command.parent?.args[0] === leaf.name) throw tooManyWords(word, path);
  throw unknownCommand(word, namesOf(group), path.slice(0, -1));
}

function refuseStranger(command: Command, { name }: Leaf | Group, group: Group, path: readonly string[]): void {
  const first = command.parent?.args[0];
  if (first === undefined || first === name || first.startsWith("-")) return;
  throw unknownCommand(first, namesOf(group), path.slice(0, -1));
}

function namesOf(group: Group): readonly string[] {
  return commandsOf(group).map(({ name }) => name);
}

/** `help`, `help prune`, `help trash restore`. Commander's own knows one level, and fails at an unknown name. */
function addHelpCommand(root: Command): void {
  root
    .command("help", { hidden: true })
    .argument("[command...]")
    .action((names: readonly string[]) => {
      let at = root;
      for (const name of names) {
        const next = at.commands.find((each) => each.name() === name);
        const names = at.commands.map((each) => each.name());
        if (next === undefined) throw unknownCommand(name, names, []);
        at = next;
      }
      at.outputHelp();
    });
}

/** Help or the version was asked for and printed. */
export function isPrinted(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}
