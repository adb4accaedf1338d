/** The command to type next, below a plan. */
import type { Plan } from "../model/plan.ts";
import { isAllSkipped } from "./is-empty.ts";
import type { NextStep } from "./notices.ts";
import { commandOn } from "./named-command.ts";
import { command, type RenderContext } from "./render-context.ts";
import { sectionsOf } from "./sections.ts";
import { hasWork } from "./totals.ts";

/** Below what exists. */
export function statusStep(plan: Plan, limits: readonly string[], look: RenderContext): NextStep {
  if (hasWork(plan)) return { what: "To review and remove", how: command(["prune", ...limits].join(" "), look) };
  return idleStep(plan, look);
}

/** Below what a run would do. */
export function previewStep(plan: Plan, look: RenderContext): NextStep {
  if (!hasWork(plan)) return idleStep(plan, look);
  if (plan.mode === "manual") return { what: "To run it", how: command("prune", look) };
  const on = plan.bases.some(({ settings }) => settings.auto_prune);
  return { what: "To run it now", how: command(on ? "auto --now" : "auto --now --opt-in", look) };
}

function idleStep(plan: Plan, look: RenderContext): NextStep {
  if (isAllSkipped(plan)) return { what: "To see what is wrong", how: command("doctor", look) };
  if (plan.bases.some(({ settingsError }) => settingsError !== undefined))
    return { what: "After correcting the settings", how: command("config", look) };
  const suspect = plan.bases.flatMap((base) => sectionsOf(base).suspects)[0];
  if (suspect === undefined) return { what: "To see all of them", how: command("status --all", look) };
  return { what: "To see why one is kept", how: commandOn("explain", [suspect.judged.entry.id], look) };
}
