/** Whether a person agrees to a plan: the question, or why there is nobody to ask. */
import { GcError } from "../errors.ts";
import { canAsk } from "./place.ts";
import { ask } from "./question.ts";
import type { Session } from "./session.ts";

/** `letter` is the answer that was chosen among those that the question offers. */
export type Consent =
  | { readonly kind: "agreed"; readonly letter: string }
  | { readonly kind: "declined" }
  | { readonly kind: "nobody"; readonly error: GcError };

/** `command` is what would do the same without a question, `done` what was not done without one. */
export async function consentTo(
  question: string,
  command: string,
  { shared, stop }: Session,
  done = "removed",
): Promise<Consent> {
  if (shared.json) {
    const hint = `To do it: ${command}. To see the plan alone: --dry-run.`;
    return { kind: "nobody", error: new GcError("declined", `--json never asks, so nothing was ${done}`, { hint }) };
  }
  if (!canAsk()) {
    const hint = `To do it without a question: ${command}`;
    return {
      kind: "nobody",
      error: new GcError("no-terminal", `no terminal to ask on, so nothing was ${done}`, { hint }),
    };
  }
  const letter = await ask(question, stop.signal);
  return letter === "n" ? { kind: "declined" } : { kind: "agreed", letter };
}
