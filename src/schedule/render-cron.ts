/** One line of a crontab, between two marks. */
import { cronFields, type Every } from "./every.ts";
import { stampedArgv, stampOf } from "./stamp.ts";

export const BEGIN = "# >>> checkpoint-gc >>>";
export const END = "# <<< checkpoint-gc <<<";

const POLITE = "nice -n 19 ";

/** `nice` without a path: it is in cron's own PATH. */
export function cronBlock(argv: readonly string[], every: Every, spread: number): string {
  return `${BEGIN} "checkpoints schedule remove" removes this
# ${stampOf(argv)}
${cronFields(every, spread)} ${commandText(argv)}
${END}
`;
}

function commandText(argv: readonly string[]): string {
  return `${POLITE}${argv.map(cronWord).join(" ")}`;
}

/** The command line of a block that `cronBlock` wrote, with any line endings. */
export function argvInBlock(block: string): readonly string[] | null {
  const lines = block.split(/\r?\n/);
  return stampedArgv(block, (argv) => lines.some((line) => line.endsWith(` ${commandText(argv)}`)));
}

/**
 * A word that means the same with every cron and every POSIX shell that a crontab may name. cron treats `%` as the end
 * of the line unless a backslash precedes it, and removes that backslash; BusyBox does neither. Outside of the quotes
 * it does not matter whether cron or the shell removes it. A quote needs no backslash, and of two backslashes in a row
 * some crons keep one: each is in quotes of its own.
 */
function cronWord(word: string): string {
  if (/^[\w@+=:,./-]+$/.test(word)) return word;
  const inner = word.replace(/['%\\]/g, (character) => {
    if (character === "'") return `'"'"'`;
    return character === "%" ? "'\\%'" : "\\''";
  });
  return `'${inner}'`;
}
