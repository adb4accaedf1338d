/** One line of a crontab, between two marks. */
import { cronFields, type Every } from "./every.ts";

export const BEGIN = "# >>> checkpoint-gc >>>";
export const END = "# <<< checkpoint-gc <<<";

const POLITE = "nice -n 19 ";

/** `nice` by its name: cron's own PATH has it. */
export function cronBlock(argv: readonly string[], every: Every, spread: number): string {
  return `${BEGIN} "checkpoints schedule remove" takes this away
${cronFields(every, spread)} ${POLITE}${argv.map(cronWord).join(" ")}
${END}
`;
}

/**
 * A word that means the same with every cron and every POSIX shell that a crontab may name. cron takes `%` for the end
 * of the line unless a backslash stands before it, and takes that backslash away; BusyBox does neither. Outside of the
 * quotes it does not matter which of cron and shell takes it away. A quote needs no backslash, and of two backslashes
 * in a row some crons keep one: each stands in quotes of its own.
 */
function cronWord(word: string): string {
  if (/^[\w@+=:,./-]+$/.test(word)) return word;
  const inner = word.replace(/['%\\]/g, (character) => {
    if (character === "'") return `'"'"'`;
    return character === "%" ? "'\\%'" : "\\''";
  });
  return `'${inner}'`;
}

/** The command line of a block that `cronBlock` wrote; null where there is none. */
export function argvInBlock(block: string): readonly string[] | null {
  const line = block.split(/\r?\n/).find((each) => each !== "" && !each.startsWith("#"));
  const command = /^(?:\S+ ){5}(.*)$/.exec(line ?? "")?.[1];
  if (command === undefined) return null;
  const words = command.startsWith(POLITE) ? command.slice(POLITE.length) : command;
  return [...words.matchAll(/(?:[^\s'"\\]|'[^']*'|"[^"]*"|\\.)+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"|\\(.)/g, (_, single?: string, double?: string, escaped?: string) => {
      return single ?? double ?? escaped ?? "";
    }),
  );
}
