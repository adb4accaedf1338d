/** The layout of `--help`: as commander does it where there is room, and with each text below its term where there is not. */
import { type Command, Help } from "commander";

/** Columns that a text beside its term needs; in fewer it goes below. */
export const MIN_WRAPPED = 24;

const INDENT = " ".repeat(6);

/** Commander lists the options first; commands are looked up more often. */
export function commandsFirst(command: Command, help: Help): string {
  const parts = Help.prototype.formatHelp.call(help, command, help).trimEnd().split("\n\n");
  const isOptions = (part: string): boolean => /^(?:Global )?Options:/.test(part);
  return `${[...parts.filter((part) => !isOptions(part)), ...parts.filter(isOptions)].join("\n\n")}\n`;
}

/** In place of commander's own, which does not wrap a text that has little room. */
export function formatItem(term: string, termWidth: number, text: string, help: Help): string {
  return roomBeside(help, termWidth) >= MIN_WRAPPED
    ? Help.prototype.formatItem.call(help, term, termWidth, text, help)
    : itemBelow(term, text, help);
}

function itemBelow(term: string, text: string, help: Help): string {
  return `  ${term}\n${INDENT}${help.boxWrap(text, widthOf(help) - INDENT.length).replaceAll("\n", `\n${INDENT}`)}`;
}

/** A title with rows of a term and a text, in the layout of the others. */
export function itemsText(
  title: string,
  rows: readonly (readonly [term: string, text: string])[],
  command: Command,
): string {
  const help = command.createHelp();
  // As commander asks for its own texts.
  help.prepareContext(process.stdout.isTTY ? { helpWidth: process.stdout.columns } : {});
  const width = Math.max(...rows.map(([term]) => term.length));
  const room = roomBeside(help, width);
  const fits = rows.every(([, text]) => text.length <= room);
  const items = rows.map(([term, text]) =>
    fits ? `  ${term.padEnd(width)}  ${text}` : help.formatItem(term, width, text, help),
  );
  return `\n${help.boxWrap(title, widthOf(help))}\n${items.join("\n")}`;
}

function roomBeside(help: Help, termWidth: number): number {
  return widthOf(help) - termWidth - 4;
}

function widthOf({ helpWidth = 80 }: Help): number {
  return helpWidth;
}
