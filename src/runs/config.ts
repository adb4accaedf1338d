/** The settings of every base, each value with its origin (`checkpoints config`). */
import { isSettingsError } from "../config/mistakes.ts";
import type { GcError } from "../errors.ts";
import type { BaseRef } from "../model/home.ts";
import { type KeepProblem, keepProblemsOf } from "../model/patterns.ts";
import type { ResolvedSettings } from "../model/settings.ts";
import type { CommonOptions } from "../options.ts";
import { keepsFor } from "./patterns.ts";
import { basesOf, contextOf, type RunContext } from "./context.ts";
import { settingsFileOf, settingsFor } from "./settings.ts";

export interface BaseSettings {
  readonly ref: BaseRef;
  /** The agent's own file of settings that applies to it, whether it exists or not; null: the agent has none. */
  readonly file: string | null;
  /** Null for a base of a profile that cannot be read. */
  readonly settings: ResolvedSettings | null;
  readonly error: GcError | null;
  /** What is wrong in its settings. */
  readonly settingsError: GcError | null;
  readonly keepProblems: readonly KeepProblem[];
}

export async function settingsOf(options: CommonOptions = {}): Promise<readonly BaseSettings[]> {
  const context = await contextOf(options);
  const all: BaseSettings[] = [];
  for (const { ref, error } of await basesOf(context)) {
    const [settings, settingsError] = error === null ? await settingsAt(ref, context) : [null, null];
    // Recorded pattern targets do not affect what a pattern matches now.
    const keeps = settings === null ? [] : await keepsFor(ref, null, settings.values, context);
    const file = settingsFileOf(ref, context);
    all.push({ ref, file, settings, error, settingsError, keepProblems: keepProblemsOf(keeps) });
  }
  return all;
}

async function settingsAt(
  ref: BaseRef,
  context: RunContext,
): Promise<readonly [ResolvedSettings, null] | readonly [null, GcError]> {
  try {
    return [await settingsFor(ref, context), null];
  } catch (error) {
    if (!isSettingsError(error)) throw error;
    return [null, error];
  }
}
