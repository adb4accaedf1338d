/** Why an automatic run did nothing, as sentences: `auto -v` and `doctor` say the same. */
import type { PlannedBase } from "../model/plan.ts";
import type { BaseResult, RunResult } from "../model/result.ts";
import { moment } from "./format.ts";
import { pathText } from "./paths.ts";
import { command, type RenderContext } from "./render-context.ts";
import { visible } from "./sanitize.ts";

const IDLE = "nothing was done";

/** What is said of the environment. */
export const SWITCHED_OFF = "CHECKPOINT_GC=off is set in the environment";

export function ineffectiveWords(value: string, look: RenderContext): string {
  return `CHECKPOINT_GC is "${visible(value, look)}", which has no effect: expected off, or nothing`;
}

/** Why one base was left alone; null: it was swept, or is not there. */
export type Idle =
  | { readonly kind: "disabled" }
  /** `at`: ms since the epoch; null where that is not known. `optIn`: the call was the consent. */
  | { readonly kind: "not-due"; readonly at: number | null; readonly optIn: boolean }
  | { readonly kind: "locked"; readonly message: string };

export const SWITCHED_OFF_LINE = `${SWITCHED_OFF}: ${IDLE}. To sweep all the same, unset it.`;
export const NO_BASE_LINE = `No base was found from which anything is collected: ${IDLE}.`;

export function idleSentence(idle: Idle, look: RenderContext): string {
  switch (idle.kind) {
    case "disabled":
      return `Automatic sweeps are off: ${IDLE}. To turn them on: ${command("config set auto_prune true", settingPlace(look))}`;
    case "not-due": {
      const when = idle.at === null ? "Not due yet" : `Not due until ${moment(idle.at, look)}`;
      return `${when}: ${IDLE}. To sweep now: ${command(`auto --now${idle.optIn ? " --opt-in" : ""}`, look)}`;
    }
    case "locked": {
      const message = visible(idle.message, look);
      return `${message.slice(0, 1).toUpperCase()}${message.slice(1)}: ${IDLE}.`;
    }
  }
}

/** `config set` takes no base, and no other setting with it. */
function settingPlace(look: RenderContext): RenderContext {
  return /(?:^| )--(?:base|set) /.test(look.repeat ?? "") ? { ...look, repeat: "" } : look;
}

/** A line for each reason; bases are named where there are several reasons. Empty where the run swept everything. */
export function idleLines({ plan, bases, status }: RunResult, optIn: boolean, look: RenderContext): readonly string[] {
  if (bases.length === 0) return status === "disabled" ? [SWITCHED_OFF_LINE] : [];
  const reasons = new Map<string, string[]>();
  for (const result of bases) {
    const planned = plan.bases.find(({ ref }) => ref.path === result.path);
    const idle = idleOf(result, planned, optIn);
    if (idle === null) continue;
    const line = idleSentence(idle, look);
    reasons.set(line, [...(reasons.get(line) ?? []), pathText(result.path, look)]);
  }
  const isNothingThere =
    bases.every((base) => base.status === "done") &&
    plan.bases.every(({ exists, trash }) => !exists && trash.length === 0);
  if (isNothingThere) return [NO_BASE_LINE];
  const several = reasons.size > 1;
  return [...reasons].map(([line, paths]) => (several ? `${paths.join(", ")}: ${line}` : line));
}

function idleOf({ status, error }: BaseResult, planned: PlannedBase | undefined, optIn: boolean): Idle | null {
  switch (status) {
    case "disabled":
      return { kind: "disabled" };
    case "not-due":
      return { kind: "not-due", at: planned?.nextDue ?? null, optIn };
    case "locked":
      return { kind: "locked", message: error?.message ?? "another run is in progress" };
    default:
      return null;
  }
}
