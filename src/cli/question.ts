/**
 * The confirmation prompt. It is asked where the list was shown, and an answer counts only if it was typed after it:
 * type-ahead is read and discarded, because a key meant for something else must not destroy anything.
 *
 * Enter and Ctrl-D mean no, Ctrl-C interrupts. An invalid answer is asked for again, a few times.
 */
import { createInterface, type Interface } from "node:readline";
import { yieldToEventLoop } from "../fs/cooperative.ts";
import { widthOf, type RenderContext } from "../report/render-context.ts";
import { columnsOf, wrap } from "../report/width.ts";
import { alternatives } from "../report/format.ts";
import { AFTER_STOP_MS } from "./terminal.ts";

/** The answers that a question offers as `[d]elete permanently`, by letter and first word, in lower case. */
export interface Offer {
  readonly letter: string;
  readonly word: string;
}

/** `letter` is that of an answer other than no. */
export type Answer =
  | { readonly kind: "agreed"; readonly letter: string }
  | { readonly kind: "declined" }
  | { readonly kind: "interrupted" };

const DECLINED: Answer = { kind: "declined" };
const INTERRUPTED: Answer = { kind: "interrupted" };

/** After the third invalid answer the question is unlikely to be read at all. */
const MAX_TRIES = 3;

/** What Ctrl-C sends in raw mode. */
const END_OF_TEXT = "\u0003";

/**
 * Turns of the event loop without a byte, after which the input buffer is empty: a terminal delivers all it has at
 * once.
 */
const QUIET_TURNS = 3;

export function offersOf(question: string): readonly Offer[] {
  return [...question.matchAll(/\[([A-Za-z])\]([a-z]*)/g)].map(([, first = "", rest = ""]) => {
    const letter = first.toLowerCase();
    return { letter, word: letter + rest };
  });
}

/** The letter of the answer that was typed; `n` where it matches none. */
export function answerOf(typed: string, offers: readonly Offer[]): string {
  return offerOf(typed, offers)?.letter ?? "n";
}

/** Whether what was typed is one of the answers; Enter alone means no. */
export function isAnswer(typed: string, offers: readonly Offer[]): boolean {
  return typed.trim() === "" || offerOf(typed, offers) !== null;
}

function offerOf(typed: string, offers: readonly Offer[]): Offer | null {
  const answer = typed.trim().toLowerCase();
  return offers.find(({ letter, word }) => answer === letter || answer === word) ?? null;
}

/** `"y" is not one of the answers: type d, t or n` */
export function notAnAnswer(typed: string, offers: readonly Offer[]): string {
  const letters = offers.map(({ letter }) => letter);
  return `${JSON.stringify(typed.trim().slice(0, 20))} is not one of the answers: type ${alternatives(letters)}`;
}

/** Wrapped; the answers move to a line of their own where the question and the cursor do not fit on one. */
function questionLines(question: string, look: RenderContext): readonly string[] {
  const width = widthOf(look) - 1;
  if (columnsOf(question) < width) return [question];
  return question
    .replace("? [", "?\n[")
    .split("\n")
    .flatMap((line) => wrap(line, width - 1, look));
}

/** Asks on the terminal. An aborted `signal` cancels the question, which counts as no. */
export async function ask(question: string, signal: AbortSignal, look: RenderContext): Promise<Answer> {
  const offers = offersOf(question);
  for (let tries = 1; ; tries += 1) {
    if ((await discardTypedAhead()) === "interrupted") return INTERRUPTED;
    const typed = await lineFor(questionLines(question, look), signal);
    if (typeof typed !== "string") return typed;
    const letter = answerOf(typed, offers);
    if (isAnswer(typed, offers)) return letter === "n" ? DECLINED : { kind: "agreed", letter };
    process.stderr.write(`${notAnAnswer(typed, offers)}\n`);
    if (tries === MAX_TRIES) return DECLINED;
  }
}

/** Reads until the terminal's input is empty. In raw mode: otherwise an unfinished line would stay in the buffer. */
async function discardTypedAhead(): Promise<"discarded" | "interrupted"> {
  const { stdin } = process;
  let quiet = 0;
  const seen: string[] = [];
  const discard = (chunk: Buffer | string): void => {
    quiet = 0;
    seen.push(chunk.toString());
  };
  stdin.setRawMode(true);
  stdin.on("data", discard);
  stdin.resume();
  try {
    while (quiet < QUIET_TURNS) {
      quiet += 1;
      await yieldToEventLoop();
    }
  } finally {
    stdin.off("data", discard);
    stdin.pause();
    stdin.setRawMode(false);
  }
  return seen.some((chunk) => chunk.includes(END_OF_TEXT)) ? "interrupted" : "discarded";
}

/** Ctrl-Z: readline by itself would stay paused after `fg`. The question is asked again, or where nothing could stop it. */
function suspend(prompt: Interface): void {
  process.stdin.setRawMode(false);
  process.kill(process.pid, "SIGTSTP");
  setTimeout(() => {
    if (!process.stdin.isRaw) process.stdin.setRawMode(true);
    prompt.prompt(true);
  }, AFTER_STOP_MS);
}

async function lineFor(lines: readonly string[], signal: AbortSignal): Promise<string | Answer> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
  try {
    const typed = await new Promise<string | Answer>((resolve) => {
      signal.addEventListener("abort", () => resolve(DECLINED), { once: true });
      prompt.once("SIGINT", () => resolve(INTERRUPTED));
      prompt.once("close", () => resolve(DECLINED));
      prompt.on("SIGTSTP", () => suspend(prompt));
      // readline redraws only the prompt's last line at every key, so the others are written once.
      process.stderr.write(
        lines
          .slice(0, -1)
          .map((line) => `${line}\n`)
          .join(""),
      );
      prompt.question(`${lines.at(-1) ?? ""} `, resolve);
      if (signal.aborted) resolve(DECLINED);
    });
    // The cursor is still behind the question, unless Enter moved it.
    if (typeof typed !== "string") process.stderr.write("\n");
    return typed;
  } finally {
    prompt.close();
  }
}
