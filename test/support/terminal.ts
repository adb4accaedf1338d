// Runs the command in a real terminal: tmux with a server of its own, whose screen can be read and typed into.

import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { removeTree } from "./paths.ts";
import { COMMAND, type RunOptions, cleanEnv } from "./run.ts";

/** What is pressed once the screen shows something: names as tmux knows them (`Enter`, `C-c`, `y`). */
export interface Press {
  readonly after: string | RegExp;
  readonly press: readonly string[];
}

export interface TerminalOptions extends Pick<RunOptions, "home" | "env" | "cwd" | "timeout" | "node"> {
  /** Default 80. */
  readonly columns?: number;
  /** Default 24; what scrolled away is still part of the text. */
  readonly rows?: number;
  readonly keys?: readonly Press[];
  /** Shell text behind the command, such as `> plan.txt`. */
  readonly behind?: string;
}

export interface TerminalResult {
  readonly code: number;
  /** All that the screen showed, from the first line on, without colours and trailing blanks. */
  readonly text: string;
  /** The same with its escape sequences for colour. */
  readonly ansi: string;
}

/** Why there is no terminal to test in, as one line to print; null when there is one. */
export function noTerminal(): string | null {
  const found = spawnSync("tmux", ["-V"], { encoding: "utf8" });
  return found.status === 0 ? null : "SKIPPED: tests in a real terminal need tmux, which is not installed";
}

const HISTORY_LINES = 50_000;
const LOOK_MS = 20;

export async function runInTerminal(args: readonly string[], options: TerminalOptions = {}): Promise<TerminalResult> {
  const scratch = mkdtempSync(join(tmpdir(), "cgc-tty-"));
  const { COLUMNS: _, ...env } = cleanEnv(options);
  const tmux = (...words: readonly string[]): string => {
    const result = spawnSync("tmux", ["-u", "-S", join(scratch, "s"), "-f", join(scratch, "conf"), ...words], {
      encoding: "utf8",
      env: { ...env, TERM: "screen-256color" },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    if (result.status !== 0) throw new Error(`tmux ${words.join(" ")}: ${result.stderr}`);
    return result.stdout;
  };
  const screen = (...flags: readonly string[]): string =>
    tmux("capture-pane", "-p", "-S", "-", ...flags)
      .replace(/[ \t]+$/gm, "")
      .replace(/\n+$/, "\n");

  try {
    writeFileSync(
      join(scratch, "conf"),
      `set -g history-limit ${HISTORY_LINES}\nset -g status off\nset -g default-shell /bin/sh\n` +
        "set -g default-terminal screen-256color\n",
    );
    const command = [process.execPath, ...(options.node ?? []), COMMAND, ...args].map(quote).join(" ");
    // The shell lives through Ctrl-C (a trap, which the child does not inherit) and prints the exit code as text, so
    // that it comes after all that the command printed. It then waits, for the screen to be read.
    writeFileSync(
      join(scratch, "run"),
      `trap : INT\n${command} ${options.behind ?? ""}\nprintf '\\n[[exit %s]]' $?\nread -r _\n`,
    );
    const size = ["-x", String(options.columns ?? 80), "-y", String(options.rows ?? 24)];
    tmux("new-session", "-d", ...size, `exec /bin/sh ${quote(join(scratch, "run"))}`);

    const limit = Date.now() + (options.timeout ?? 240_000);
    const wanted = [...(options.keys ?? [])];
    for (;;) {
      const text = screen();
      const exit = /\n?\[\[exit (\d+)\]\]\n?$/.exec(text);
      if (exit !== null) return { code: Number(exit[1]), text: shown(text), ansi: shown(screen("-e")) };
      const next = wanted[0];
      if (next !== undefined && (typeof next.after === "string" ? text.includes(next.after) : next.after.test(text))) {
        wanted.shift();
        tmux("send-keys", ...next.press);
      }
      if (Date.now() > limit) throw new Error(`checkpoints ${args.join(" ")} did not end; the screen:\n${text}`);
      await pause(LOOK_MS);
    }
  } finally {
    spawnSync("tmux", ["-S", join(scratch, "s"), "kill-server"], { stdio: "ignore" });
    removeTree(scratch);
  }
}

function shown(text: string): string {
  return text.replace(/\n?\[\[exit \d+\]\]\s*$/, "");
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
