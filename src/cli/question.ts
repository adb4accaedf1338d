/**
 * The one question. It goes to stderr, so that stdout can be a file; whoever presses Enter, Ctrl-C or Ctrl-D, or
 * types anything that was not offered, has said no.
 */
import { createInterface } from "node:readline";

/** The answers that a question offers as `[d]elete for good`, by letter and first word, in lower case. */
export interface Offer {
  readonly letter: string;
  readonly word: string;
}

export function offersOf(question: string): readonly Offer[] {
  return [...question.matchAll(/\[([A-Za-z])\]([a-z]*)/g)].map(([, first = "", rest = ""]) => {
    const letter = first.toLowerCase();
    return { letter, word: letter + rest };
  });
}

/** The letter of the offer that an answer means; `n` where it means none. */
export function answerOf(typed: string, offers: readonly Offer[]): string {
  const answer = typed.trim().toLowerCase();
  return offers.find(({ letter, word }) => answer === letter || answer === word)?.letter ?? "n";
}

/** The answers on a line of their own where all of it does not fit on one, with the cursor behind it. */
function fitting(question: string, columns: number): string {
  return question.length < columns ? question : question.replace("? [", "?\n[");
}

/** Asks on the terminal; gives the letter of the answer. `signal` takes the question back: that is a no as well. */
export async function ask(question: string, signal: AbortSignal): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  try {
    const typed = await new Promise<string | null>((resolve) => {
      const refuse = (): void => resolve(null);
      signal.addEventListener("abort", refuse, { once: true });
      prompt.once("SIGINT", refuse);
      prompt.once("close", refuse);
      prompt.question(`${fitting(question, process.stderr.columns)} `, resolve);
    });
    // The cursor still stands behind the question, unless Enter took it away.
    if (typed === null) process.stderr.write("\n");
    return typed === null ? "n" : answerOf(typed, offersOf(question));
  } finally {
    prompt.close();
  }
}
