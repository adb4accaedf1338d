/** What the scripts ask at a Tab. Silent and successful whatever happens: a shell would print it into the line. */
import { homedir } from "node:os";
import { resolve } from "node:path";
import { output } from "../output.ts";
import { ROOT } from "../specs/root.ts";
import { offerAt } from "./candidates.ts";
import type { Offer } from "./offer.ts";
import { knownOf } from "./known.ts";
import { lineOf, unquoted } from "./line.ts";
import { forBash } from "./bash.ts";
import { forFish, forZsh } from "./render.ts";
import { standingOf } from "./standing.ts";

/**
 * `bash -- LINE REPLACED`, `zsh -- WORD...`, `fish -- WORD...`. The line ends at the cursor; of the words, without that
 * of the command, the last one is that with the cursor.
 */
export function complete([shell, , ...told]: readonly string[]): void {
  try {
    output.print(answer(shell ?? "", told));
  } catch {
    // Nothing to offer is what a shell can make sense of.
  }
}

function answer(shell: string, told: readonly string[]): string {
  if (shell === "bash") {
    const [line = "", replaced = ""] = told;
    const parts = lineOf(line);
    return forBash(offerFor(parts.words.slice(1), parts.current), parts, replaced, userHome());
  }
  const current = unquoted(told.at(-1) ?? "");
  const offer = offerFor(told.slice(0, -1), current);
  return shell === "zsh" ? forZsh(offer, current) : forFish(offer);
}

function offerFor(words: readonly string[], current: string): Offer {
  const standing = standingOf(ROOT, words, current);
  const osHome = userHome();
  const { homes, bases } = standing;
  const [env, platform, cwd] = [process.env, process.platform, process.cwd()];
  return offerAt(ROOT, standing, current, {
    known: () => knownOf({ env, osHome, platform, cwd, homes, bases }),
    absolute: (typed) =>
      `${resolve(
        cwd,
        typed.replace(/^~(?=\/)/, () => osHome),
      )}/`.replace(/^\/\/$/, "/"),
  });
}

/** As a run takes it: the variable first. */
function userHome(): string {
  const named = process.env["HOME"] ?? "";
  return named === "" ? homedir() : named;
}
