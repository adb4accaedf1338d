/** A file of ours in a directory of another program: its last line says so, what it runs, and whether it was changed since. */
import { createHash } from "node:crypto";
import type { HookPlace } from "../agents/hook-site.ts";
import { startedBy } from "./command.ts";

type OwnFile = Extract<HookPlace, { readonly kind: "file" }>;

const MARK = "checkpoint-gc hook:";

export interface OwnLine {
  /** What it starts. */
  readonly argv: readonly string[];
  /** The text above the line is what was written. */
  readonly intact: boolean;
}

export function ownText({ text, comment: [begin, end] }: OwnFile, argv: readonly string[]): string {
  const body = text(argv);
  return `${body}${begin}${MARK} ${JSON.stringify(startedBy(argv))} ${digestOf(body)}${end}\n`;
}

/** Null: the file is not ours. */
export function ownLineIn(text: string): OwnLine | null {
  const at = text.lastIndexOf(MARK);
  if (at === -1) return null;
  const [, json = "", digest] = /^ (\[.*\]) (sha256:[0-9a-f]{16})/.exec(text.slice(at + MARK.length)) ?? [];
  const body = text.slice(0, text.lastIndexOf("\n", at) + 1);
  const argv = stringsIn(json);
  return { argv: argv ?? [], intact: argv !== null && digest === digestOf(body) };
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}

function stringsIn(json: string): readonly string[] | null {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) && value.every((one) => typeof one === "string") ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
