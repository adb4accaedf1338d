// Real shells with our completion loaded, and `checkpoints` in their PATH.

import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { noTerminal } from "../support/terminal.ts";
import { COMMAND, cleanEnv } from "../support/run.ts";
import type { World } from "../support/world.ts";

export type Shell = "bash" | "zsh" | "fish";

/** Why a shell cannot be tested, as one line; null where it can. */
export function noShell(shell: Shell): string | null {
  const found = spawnSync(shell, ["-c", "exit 0"]).status === 0;
  return found ? noTerminal() : `SKIPPED: completion in a real ${shell}, which is not installed`;
}

/** Printed once a file, because a runner shows skipped tests only as a number. */
export function skippedLoudly(reason: string | null): boolean {
  if (reason !== null) process.stderr.write(`${reason}\n`);
  return reason !== null;
}

/** An environment in which `checkpoints` is the built command. */
function shellEnv(w: World, env: Readonly<Record<string, string | undefined>> = {}): Record<string, string> {
  const bin = join(w.root, "bin");
  mkdirSync(bin, { recursive: true });
  if (!existsSync(join(bin, "checkpoints"))) symlinkSync(COMMAND, join(bin, "checkpoints"));
  const path = `${bin}:${join(process.execPath, "..")}:${process.env["PATH"] ?? ""}`;
  return cleanEnv({ home: w, env: { PATH: path, TERM: "screen-256color", ...env } });
}

/** Runs a script of a shell; throws where it fails. */
export function inShell(shell: Shell, script: string, w: World): SpawnSyncReturns<string> {
  const bare = { bash: ["--noprofile", "--norc"], zsh: ["-f"], fish: ["--no-config"] }[shell];
  return spawnSync(shell, [...bare, "-c", script], { encoding: "utf8", env: shellEnv(w), cwd: w.work });
}

const RC: Readonly<Record<Shell, string>> = {
  bash: 'PS1="ready> "\nbind "set bell-style none"\nsource <(checkpoints completion bash)\n',
  // With FPATH_FIRST the script is a file there.
  zsh:
    'PS1="ready> "\nfpath=($FPATH_FIRST $fpath)\nautoload -Uz compinit\ncompinit -D -u\n' +
    "[[ -n $FPATH_FIRST ]] || source <(checkpoints completion zsh)\n",
  fish: 'function fish_prompt; echo -n "ready> "; end\nfunction fish_greeting; end\ncheckpoints completion fish | source\n',
};

const SHOW: Readonly<Record<Shell, (out: string) => string>> = {
  bash: (out) => `show() { printf '%s\\0' "$@" >${out}.new; mv ${out}.new ${out}; }\n`,
  zsh: (out) => `show() { printf '%s\\0' "$@" >${out}.new; mv ${out}.new ${out}; }\n`,
  fish: (out) => `function show; printf '%s\\0' $argv >${out}.new; mv ${out}.new ${out}; end\n`,
};

export interface Typed {
  /** The words of the line after Tab, as the shell itself reads them. */
  words(line: string): Promise<readonly string[]>;
  /** The screen after two Tabs, once it shows the text. */
  screenWith(line: string, text: string): Promise<string>;
}

/** An interactive shell in a terminal, in the world's work directory; ended with the test. */
export async function interactive(shell: Shell, w: World, env: Readonly<Record<string, string>> = {}): Promise<Typed> {
  const [socket, out, rc] = [join(w.root, "s"), join(w.root, "shown"), join(w.root, "rc")];
  mkdirSync(rc, { recursive: true });
  for (const name of ["bashrc", ".zshrc", "config.fish"]) writeFileSync(join(rc, name), RC[shell] + SHOW[shell](out));
  const start = {
    bash: ["bash", "--noprofile", "--rcfile", join(rc, "bashrc"), "-i"],
    zsh: ["zsh", "-i"],
    fish: ["fish", "--no-config", "--interactive", "--init-command", `source ${join(rc, "config.fish")}`],
  }[shell];
  const vars = shellEnv(w, { ZDOTDIR: rc, ...env });
  const tmux = (...words: readonly string[]): string => {
    const result = spawnSync("tmux", ["-u", "-S", socket, "-f", "/dev/null", ...words], {
      encoding: "utf8",
      env: vars,
      cwd: w.work,
    });
    if (result.status !== 0) throw new Error(`tmux ${words.join(" ")}: ${result.stderr}`);
    return result.stdout;
  };
  tmux("new-session", "-d", "-x", "160", "-y", "50", ...start);
  onTestFinished(() => void spawnSync("tmux", ["-S", socket, "kill-server"], { stdio: "ignore" }));
  const until = async (what: string, met: () => boolean): Promise<void> => {
    const limit = Date.now() + 240_000;
    while (!met()) {
      if (Date.now() > limit) throw new Error(`${shell}: no ${what}; the screen:\n${tmux("capture-pane", "-p")}`);
      await pause(20);
    }
  };
  const screen = (): string => tmux("capture-pane", "-p");
  await until("prompt", () => screen().includes("ready>"));

  return {
    async words(line) {
      rmSync(out, { force: true });
      tmux("send-keys", "-l", line);
      // What is typed after the Tab waits in the terminal until the shell is done with it.
      tmux("send-keys", "Tab", "C-a");
      tmux("send-keys", "-l", "show ");
      tmux("send-keys", "Enter");
      await until(`words of ${line}`, () => existsSync(out));
      return readFileSync(out, "utf8").split("\0").slice(0, -1);
    },
    async screenWith(line, text) {
      tmux("send-keys", "-l", line);
      tmux("send-keys", "Tab", "Tab");
      await until(`${text} after ${line}`, () => screen().includes(text));
      return screen();
    },
  };
}
