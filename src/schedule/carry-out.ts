/** Carries out the steps in their order, up to the first that fails. */
import { GcError, systemMessage } from "../errors.ts";
import type { System } from "./system.ts";
import type { TimerStep } from "./steps.ts";

export interface StepResult {
  readonly step: TimerStep;
  /** Null: it was not reached. */
  readonly outcome: "done" | "failed" | null;
  /** Why it failed. */
  readonly message: string | null;
}

export async function carryOut(
  steps: readonly TimerStep[],
  system: System,
  signal: AbortSignal,
): Promise<readonly StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    const ended = signal.aborted || results.some(({ outcome }) => outcome === "failed");
    if (ended) results.push({ step, outcome: null, message: null });
    else {
      const message = await failureOf(step, system);
      results.push({ step, outcome: message === null ? "done" : "failed", message });
    }
  }
  return results;
}

/** Carries out one step; null on success. */
async function failureOf(step: TimerStep, system: System): Promise<string | null> {
  try {
    switch (step.kind) {
      case "write":
        system.write(step.path, step.text);
        return null;
      case "edit":
        system.edit(step.path, step.before, step.text);
        return null;
      case "remove":
        system.remove(step.path);
        return null;
      case "tidy":
        system.tidy(step.path);
        return null;
      case "run": {
        const ran = await system.run(step.argv, step.input ?? "");
        if (ran.code === 0 || step.mayFail) return null;
        return ran.stderr.trim() === "" ? `it ended with ${ran.code ?? "a signal"}` : ran.stderr.trim();
      }
    }
  } catch (error) {
    return error instanceof GcError ? error.message : systemMessage(error);
  }
}
