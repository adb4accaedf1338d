/** Does what the steps say, in their order, up to the first that fails. */
import { errnoOf, messageOf } from "../errors.ts";
import type { Hands } from "./hands.ts";
import type { Step } from "./steps.ts";

export interface StepResult {
  readonly step: Step;
  /** Null: its turn never came. */
  readonly outcome: "done" | "failed" | null;
  /** Why it failed. */
  readonly message: string | null;
}

export async function carryOut(
  steps: readonly Step[],
  hands: Hands,
  signal: AbortSignal,
): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    const ended = signal.aborted || results.some(({ outcome }) => outcome === "failed");
    if (ended) results.push({ step, outcome: null, message: null });
    else {
      const message = await troubleWith(step, hands);
      results.push({ step, outcome: message === null ? "done" : "failed", message });
    }
  }
  return results;
}

/** Does one step; null where it went well. */
async function troubleWith(step: Step, hands: Hands): Promise<string | null> {
  try {
    switch (step.kind) {
      case "write":
        hands.write(step.path, step.text);
        return null;
      case "remove":
        hands.remove(step.path);
        return null;
      case "tidy":
        hands.tidy(step.path);
        return null;
      case "run": {
        const ran = await hands.run(step.argv, step.input ?? "");
        if (ran.code === 0 || step.mayFail) return null;
        return ran.stderr.trim() === "" ? `it ended with ${ran.code ?? "a signal"}` : ran.stderr.trim();
      }
    }
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return messageOf(error);
  }
}
