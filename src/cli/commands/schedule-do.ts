/** The way that `install` and `remove` share: show the steps, ask, do exactly those. */
import { GcError } from "../../errors.ts";
import { command } from "../../report/look.ts";
import type { ScheduleCommand, TimerDocument } from "../../report/schedule-document.ts";
import { carryOut } from "../../schedule/carry-out.ts";
import type { Hands } from "../../schedule/hands.ts";
import type { Step } from "../../schedule/steps.ts";
import { errorText } from "../failure.ts";
import { canAsk } from "../place.ts";
import { ask } from "../question.ts";
import type { Session } from "../session.ts";
import { failureOf, failuresText, scheduleJson, stepDocument, stepsText } from "./schedule-show.ts";

export interface Doing {
  readonly command: ScheduleCommand;
  readonly timers: readonly TimerDocument[];
  readonly steps: readonly Step[];
  /** Text before the steps. */
  readonly intro: string;
  /** Text between the steps and the question. */
  readonly notes: string;
  readonly question: string;
  /** The flags that make it the same again. */
  readonly words: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  /** Text after it is done. */
  readonly done: string;
}

const DECLINED = 3;

export async function showAskDo(doing: Doing, hands: Hands, session: Session): Promise<number> {
  const { shared, look, stop } = session;
  const undone = doing.steps.map((step) => stepDocument(step, null));
  if (!shared.json && !shared.quiet) {
    session.print(`${doing.intro}\n${stepsText(doing.steps, look)}${doing.notes}`);
  }
  if (doing.dryRun) {
    if (shared.json) {
      const shown = { status: "done", timers: doing.timers, steps: undone, dryRun: true } as const;
      session.printJson(scheduleJson(doing.command, shown, session));
    } else session.print("Dry run: nothing was changed.\n");
    return 0;
  }
  const refusal = doing.yes ? null : await refusalOf(doing, session);
  if (refusal !== null) {
    const error = refusal === "declined" ? null : { code: refusal.code, message: refusal.message, hint: refusal.hint };
    if (shared.json) {
      const shown = { status: "declined", error, timers: doing.timers, steps: undone } as const;
      session.printJson(scheduleJson(doing.command, shown, session));
    }
    if (refusal === "declined") session.print("Nothing was changed.\n");
    else session.say(errorText(refusal, look));
    return stop.exitCode() ?? DECLINED;
  }
  const results = await carryOut(doing.steps, hands, stop.signal);
  const error = failureOf(results);
  const complete = results.every(({ outcome }) => outcome === "done");
  if (shared.json) {
    const status = complete ? "done" : "error";
    const timers = complete ? doing.timers.map((timer) => afterwards(timer, doing.command)) : doing.timers;
    const steps = results.map((result) => stepDocument(result.step, result));
    session.printJson(scheduleJson(doing.command, { status, error, timers, steps }, session));
  }
  session.say(failuresText(results, look));
  if (!complete && error?.hint !== null && error?.hint !== undefined) session.say(`${error.hint}\n`);
  if (complete && !shared.json) session.print(doing.done);
  return complete ? 0 : (stop.exitCode() ?? 1);
}

function afterwards(timer: TimerDocument, command: ScheduleCommand): TimerDocument {
  const installed = command === "schedule install";
  return { ...timer, installed, active: installed };
}

/** Null: somebody agreed. */
async function refusalOf(doing: Doing, { shared, look, stop }: Session): Promise<GcError | "declined" | null> {
  const hint = `To do it: ${command(`${doing.command}${doing.words} --yes`, look)}`;
  if (shared.json) return new GcError("declined", "--json never asks, so nothing was changed", { hint });
  if (!canAsk()) return new GcError("no-terminal", "no terminal to ask on, so nothing was changed", { hint });
  return (await ask(`${doing.question} [y]es / [N]o`, stop.signal)) === "y" ? null : "declined";
}
