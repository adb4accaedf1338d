/** The library's log as lines on stderr: warnings always, the rest with `--verbose`. */
import type { Logger } from "../model/surroundings.ts";
import type { RenderContext } from "../report/render-context.ts";
import { visible } from "../report/sanitize.ts";

export function loggerTo(say: (line: string) => void, verbose: boolean, look: RenderContext): Logger {
  const line = (level: string) => (fields: Readonly<Record<string, unknown>>, message?: string) => {
    say(`${level}${message === undefined ? "" : ` ${visible(message, look)}`}${fieldsText(fields, look)}\n`);
  };
  const silent = (): void => undefined;
  return {
    debug: verbose ? line("debug:") : silent,
    info: verbose ? line("info:") : silent,
    warn: line("checkpoints: warning:"),
  };
}

function fieldsText(fields: Readonly<Record<string, unknown>>, look: RenderContext): string {
  return Object.entries(fields)
    .map(([name, value]) => ` ${name}=${visible(valueText(value), look)}`)
    .join("");
}

function valueText(value: unknown): string {
  if (typeof value === "string") return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  if (value instanceof Error) return JSON.stringify(value.message);
  if (value === undefined) return "undefined";
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
}
