/** Whether the user agrees to a plan: asks, or says why it cannot ask. */
import { GcError } from "../errors.ts";
import { whereToAsk } from "./terminal.ts";
import { ask } from "./question.ts";
import type { Session } from "./session.ts";

/** `letter` is the chosen one of the answers that the question offers. */
export type Consent =
  | { readonly kind: "agreed"; readonly letter: string }
  | { readonly kind: "declined" }
  | { readonly kind: "interrupted" }
  | { readonly kind: "cannot-ask"; readonly error: GcError };

export interface ConsentRequest {
  readonly question: string;
  /** The command that does the same without a question. */
  readonly command: string;
  /** The words that introduce that command. */
  readonly toDo?: string;
  /** The participle of the action that was not done. */
  readonly done: string;
}

/** Whether a question would be asked; if so the list is shown even with `--quiet`. */
export function wouldAsk({ shared }: Pick<Session, "shared">, yes: boolean): boolean {
  return !yes && !shared.json && whereToAsk() === "here";
}

export async function consentTo(
  { question, command, done, toDo = "To run it without asking" }: ConsentRequest,
  session: Session,
): Promise<Consent> {
  const { shared, stop, look } = session;
  const refused = (message: string, hint: string): Consent => ({
    kind: "cannot-ask",
    error: new GcError(shared.json ? "declined" : "no-terminal", `${message}, so nothing was ${done}`, { hint }),
  });
  if (shared.json) return refused("--json never asks", `To run it: ${command}. To only see the plan: --dry-run.`);
  switch (whereToAsk()) {
    case "nowhere":
      return refused("no terminal to ask on", `${toDo}: ${command}`);
    case "elsewhere":
      return refused(
        "the list was not shown on the terminal that would be asked",
        `${toDo}: ${command}. To only see the plan: --dry-run.`,
      );
    case "here":
      return ask(question, stop.signal, look);
  }
}
