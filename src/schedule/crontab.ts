/**
 * A crontab with and without our block. Every other line stays the same to the byte: comments, settings, other line
 * endings. Texts hold one byte per character (latin1), since a crontab has no encoding.
 */
import { GcError } from "../errors.ts";
import { BEGIN, END } from "./render-cron.ts";

interface CrontabParts {
  readonly before: string;
  readonly block: string;
  readonly after: string;
}

/** The first block; null where there is none. Throws `usage` for one mark without the other. */
export function partsOf(crontab: string): CrontabParts | null {
  const lines = crontab.split(/(?<=\n)/);
  const first = lines.findIndex((line) => line.startsWith(BEGIN));
  const last = lines.findIndex((line) => line.startsWith(END));
  if (first === -1 && last === -1) return null;
  const inner = lines.slice(first + 1, last);
  if (first === -1 || last < first || inner.some((line) => line.startsWith(BEGIN))) {
    throw new GcError("usage", `the crontab has one of the marks "${BEGIN}" and "${END}" without the other`, {
      hint: "Put it right with: crontab -e",
    });
  }
  const text = (from: number, to?: number): string => lines.slice(from, to).join("");
  return { before: text(0, first), block: text(first, last + 1), after: text(last + 1) };
}

/** Removes every block. */
export function withoutBlock(crontab: string): string {
  const parts = partsOf(crontab);
  return parts === null ? crontab : withoutBlock(parts.before + parts.after);
}

/**
 * Replaces the block where there is one, else appends it: there the crontab's own settings (MAILTO, SHELL) apply to it,
 * and it sets none that would apply to others.
 */
export function withBlock(crontab: string, block: string): string {
  const parts = partsOf(crontab);
  if (parts !== null) return parts.before + block + withoutBlock(parts.after);
  return (crontab === "" || crontab.endsWith("\n") ? crontab : `${crontab}\n`) + block;
}
