/**
 * What the completion scripts call at a Tab. Silent and successful whatever happens: a shell would print errors into
 * the line.
 */
import { resolve } from "node:path";
import { homeDirectory } from "../../fs/account.ts";
import { output } from "../output.ts";
import { ROOT } from "../specs/root.ts";
import { offerAt } from "./candidates.ts";
import type { Completion } from "./offer.ts";
import { completionData } from "./completion-data.ts";
import { lineOf, unquoted } from "./line.ts";
import { forBash } from "./bash.ts";
import { forFish, forZsh } from "./render.ts";
import { parseStateOf } from "./parse-state.ts";

/**
 * `bash -- LINE REPLACED`, `zsh -- WORD...`, `fish -- WORD...`. The line ends at the cursor; the words come without the
 * command's own name, and the last one is the one with the cursor.
 */
export function complete([shell, , ...answerFor]: readonly string[]): void {
  try {
    output.print(answer(shell ?? "", answerFor));
  } catch {
    // A shell treats empty output as no candidates.
  }
}

function answer(shell: string, answerFor: readonly string[]): string {
  if (shell === "bash") {
    const [line = "", replaced = ""] = answerFor;
    const parts = lineOf(line);
    return forBash(offerFor(parts.words.slice(1), parts.current), parts, replaced, userHome());
  }
  const current = unquoted(answerFor.at(-1) ?? "");
  const offer = offerFor(answerFor.slice(0, -1), current);
  return shell === "zsh" ? forZsh(offer, current) : forFish(offer);
}

function offerFor(words: readonly string[], current: string): Completion {
  const state = parseStateOf(ROOT, words, current);
  const osHome = userHome();
  const { homes, bases } = state;
  const [env, platform, cwd] = [process.env, process.platform, process.cwd()];
  return offerAt(ROOT, state, current, {
    known: () => completionData({ env, osHome, platform, cwd, homes, bases }),
    absolute: (typed) =>
      `${resolve(
        cwd,
        typed.replace(/^~(?=\/)/, () => osHome),
      )}/`.replace(/^\/\/$/, "/"),
  });
}

/** The home that a run would use: the environment variable comes first. */
function userHome(): string {
  const named = process.env["HOME"] ?? "";
  return named === "" ? homeDirectory() : named;
}
