/** Shared by `install` and `remove`: show the steps, ask, carry out exactly those. */
import { command, type RenderContext } from "../../report/render-context.ts";
import { UNCHANGED } from "../../report/notices.ts";
import type { HookDocument, ScheduleDocument } from "../../report/schema.ts";
import { carryOut } from "../../schedule/carry-out.ts";
import type { System } from "../../schedule/system.ts";
import type { TimerStep } from "../../schedule/steps.ts";
import { type ConsentRequest, type Consent, consentTo, wouldAsk } from "../consent.ts";
import { refuseWith } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { type ConfirmedDocument, failureOf, failuresText, stepDocument, stepsText } from "./schedule-show.ts";

export interface ConfirmedRun {
  readonly command: ScheduleDocument["command"] | HookDocument["command"];
  /** What is printed with `--json`. */
  readonly document: (shown: ConfirmedDocument) => ScheduleDocument | HookDocument;
  readonly steps: readonly TimerStep[];
  /** Printed before the steps. */
  readonly intro: string;
  /** Printed between the steps and the question. */
  readonly notes: string;
  readonly question: string;
  /** The flags that repeat the same choice. */
  readonly words: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  /** Printed when it is done. */
  readonly done: string;
}

export async function confirmAndRun(doing: ConfirmedRun, system: System, session: Session): Promise<number> {
  const { shared, look, stop } = session;
  const undone = doing.steps.map((step) => stepDocument(step, null));
  if (!shared.json && (!shared.quiet || wouldAsk(session, doing.yes || doing.dryRun))) {
    session.print(`${doing.intro}\n${stepsText(doing.steps, look)}${doing.notes}`);
  }
  if (doing.dryRun) {
    if (shared.json) {
      session.printJson(doing.document({ status: "done", steps: undone, dryRun: true }));
    } else session.print(`${UNCHANGED}\n`);
    return 0;
  }
  const consent: Consent = doing.yes
    ? { kind: "agreed", letter: "y" }
    : await consentTo(askingOf(doing, look), session);
  if (consent.kind !== "agreed") {
    return refuseWith(doing.document({ status: "declined", steps: undone }), consent, session, "changed");
  }
  const results = await carryOut(doing.steps, system, stop.signal);
  const error = failureOf(results, doing.command.replace(/ .*/, ""));
  const complete = results.every(({ outcome }) => outcome === "done");
  if (shared.json) {
    const steps = results.map((result) => stepDocument(result.step, result));
    session.printJson(doing.document({ status: complete ? "done" : "error", error, steps }));
  }
  session.say(failuresText(results, look));
  if (!complete && error?.hint !== null && error?.hint !== undefined) session.say(`${error.hint}\n`);
  if (complete && !shared.json) session.print(doing.done);
  return complete ? 0 : (stop.exitCode() ?? 1);
}

function askingOf({ command: words, words: flags, question }: ConfirmedRun, look: RenderContext): ConsentRequest {
  return {
    question: `${question} [y]es / [N]o`,
    command: command(`${words}${flags} --yes`, look),
    toDo: "To run it",
    done: "changed",
  };
}
