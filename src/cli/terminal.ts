/** The terminal of this process, as render-context.ts needs it. */
import { isatty } from "node:tty";
import { homeDirectory } from "../fs/account.ts";
import { isOneTerminal } from "../fs/terminal.ts";
import type { RenderContext } from "../report/render-context.ts";
import { renderContextOf } from "./render-context.ts";

export interface OutputOptions {
  readonly now: number;
  readonly color: boolean;
  readonly repeat: string;
}

/** By `Date`: to ask Intl for the zone takes a tenth of a start. */
function utcOffsetHere(at: number): number {
  return -new Date(at).getTimezoneOffset();
}

export function renderContextHere({ now, color, repeat }: OutputOptions): RenderContext {
  return renderContextOf({
    env: process.env,
    platform: process.platform,
    // Not `stdout.isTTY`, which is undefined on a pipe whatever its type says: createColors(undefined) goes by picocolors'
    // own rules, which colour every pipe under CI and on Windows.
    isTerminal: isatty(1),
    columns: process.stdout.columns,
    now,
    userHome: homeDirectory(),
    utcOffset: utcOffsetHere,
    color,
    repeat,
  });
}

/**
 * Where a question can be asked. `elsewhere`: there is a terminal, but the list went to a file, a pager or another
 * terminal; a key that is meant for a pager must not answer the question.
 */
export function whereToAsk(): "here" | "elsewhere" | "nowhere" {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return "nowhere";
  return process.stdout.isTTY && isOneTerminal([0, 1, 2]) ? "here" : "elsewhere";
}

/** A stop by Ctrl-Z takes effect at once, and a timer of so long runs on when the process continues. */
export const AFTER_STOP_MS = 100;
