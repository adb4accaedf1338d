/** The manual page checkpoints(1), in the language of man(7), from the specs of the commands. Written at the build. Pure. */
import { type Example, type Group, type Leaf, namedLeaves, type NamedLeaf, type OptionSpec } from "../specs/spec.ts";
import { ROOT } from "../specs/root.ts";
import { TOPICS } from "../specs/topics.ts";

/** Without a date, so that the same sources give the same page. */
export function manPage(version: string): string {
  return [
    `.TH CHECKPOINTS 1 "" "checkpoint\\-gc ${roff(version)}" "User Commands"`,
    ".SH NAME",
    `checkpoints \\- ${roff(firstLower(ROOT.about))}`,
    ".SH SYNOPSIS",
    ".nf",
    ...namedLeaves(ROOT).map(({ name, leaf }) => `${bold(`checkpoints ${name}`)} ${roff(leaf.usage)}`),
    ".fi",
    ".SH DESCRIPTION",
    roff(ROOT.about),
    ".PP",
    "Without a command it does what status does.",
    ".SH COMMANDS",
    ...ROOT.sections.flatMap(({ heading, commands }) => [
      `.SS "${roff(heading.replace(/:$/, ""))}"`,
      ...commands.flatMap(commandLines),
    ]),
    ".SH OPTIONS",
    "All commands take these.",
    ...optionLines(ROOT.options),
    ".SH EXAMPLES",
    ...exampleLines(namedLeaves(ROOT).flatMap(({ leaf }) => leaf.examples.slice(0, 1))),
    ".SH EXIT STATUS",
    "0 done, 1 something failed, 2 invalid usage or settings, 3 declined, 75 another run was at work, 129, 130 or 143 interrupted.",
    "See checkpoints help json.",
    ".SH MORE",
    "Each of these explains a part, and is shown by checkpoints help TOPIC:",
    ...TOPICS.flatMap(({ name, summary }) => [".TP", `.B ${roff(name)}`, roff(summary)]),
    "",
  ].join("\n");
}

function commandLines(spec: Leaf | Group): readonly string[] {
  if (spec.kind === "leaf") return leafLines({ name: spec.name, leaf: spec });
  return [".TP", bold(spec.name), roff(spec.about), ...namedLeaves(spec, `${spec.name} `).flatMap(leafLines)];
}

function leafLines({ name, leaf }: NamedLeaf): readonly string[] {
  return [
    ".TP",
    `${bold(name)} ${roff(leaf.usage)}`,
    roff(leaf.about),
    ...(leaf.options.length === 0 ? [] : [".RS", ...optionLines(leaf.options), ".RE"]),
  ];
}

function optionLines(options: readonly OptionSpec[]): readonly string[] {
  return options.flatMap(({ flags, text }) => [".TP", bold(flags), roff(text)]);
}

function exampleLines(examples: readonly Example[]): readonly string[] {
  return examples.flatMap(({ command, what }) => [".TP", bold(command), roff(what)]);
}

function bold(text: string): string {
  return `\\fB${roff(text)}\\fR`;
}

/** A line of text: nothing in it is a request or an escape, and a hyphen is the one that is typed. */
function roff(text: string): string {
  const escaped = text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll('"', "\\(dq");
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

function firstLower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");
}
