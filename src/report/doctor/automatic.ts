/** Whether automatic runs are on for a base, what starts them, and what the last one did or why it did nothing. */
import type { BaseFacts, Check, RunFacts, StarterFacts } from "../../model/doctor.ts";
import type { Scheduled } from "../../model/scheduled.ts";
import { ago, moment } from "../format.ts";
import { missingFor, switchOn } from "../growth.ts";
import { command, type RenderContext } from "../render-context.ts";
import { visible } from "../sanitize.ts";
import { sweepCounts } from "../sweeps.ts";
import { fault, note, ok, warning } from "./check.ts";
import { growingIn } from "./growth.ts";

export interface AutomaticContext {
  readonly starters: StarterFacts;
  readonly look: RenderContext;
}

export function automaticChecks(facts: BaseFacts, { starters, look }: AutomaticContext): readonly Check[] {
  const { settings, runs, exists } = facts;
  if (settings === null || runs === null || !exists) return [];
  const base = growingIn(facts, settings);
  const missing = missingFor(base);
  const isOff = missing?.autoPrune === true && !starters.isConsented;
  const commands = switchOn(base, { autoPrune: isOff, collect: missing?.collect ?? null }, look);
  if (missing !== null && missing.collect !== null)
    return [note("automatic", `automatic runs take nothing of it; to include it: ${commands}`)];
  if (isOff) return [warning("automatic", `automatic runs are off${wasOff(runs)}`, commands), ...lastCheck(runs, look)];
  const next = runs.nextDue === null || runs.nextDue <= look.now ? "due now" : `due ${moment(runs.nextDue, look)}`;
  const started = startedBy(starters, look);
  const text = `automatic runs are on, the next one is ${next}`;
  return [
    started === null
      ? warning("automatic", `${text}, and nothing is known to start it`, command("schedule install", look))
      : ok("automatic", `${text}; started by ${started}`),
    ...lastCheck(runs, look),
  ];
}

function wasOff({ wasOff: isKnown }: RunFacts): string {
  return isKnown ? ", so the last one did nothing" : "";
}

function startedBy({ scheduled, hasHook }: StarterFacts, look: RenderContext): string | null {
  const timer = scheduledText(scheduled, look);
  return timer ?? (hasHook ? "its start-up hook" : null);
}

function scheduledText(scheduled: Scheduled | null, look: RenderContext): string | null {
  switch (scheduled?.kind) {
    case "timer":
      return `the ${scheduled.name}`;
    case "sweeps":
      return `something that ran ${ago(scheduled.last, look)}`;
    default:
      return null;
  }
}

/** Of the last one that reached an end. */
function lastCheck({ lastSweep, lastError, failures }: RunFacts, look: RenderContext): readonly Check[] {
  const again = command("auto --now --opt-in -v", look);
  if (lastError !== null && lastError.at >= (lastSweep?.at ?? 0)) {
    const text = `the last automatic run failed ${ago(lastError.at, look)}: ${visible(lastError.text, look)}`;
    return [fault("last-run", text, again)];
  }
  if (lastSweep === null) return [];
  const when = `the last automatic run was ${ago(lastSweep.at, look)}`;
  if (lastSweep.error !== null && failures > 0)
    return [fault("last-run", `${when} and failed: ${visible(lastSweep.error.message, look)}`, again)];
  return [ok("last-run", `${when}: ${sweepCounts(lastSweep, look)}`)];
}
