/** Removes every timer that checkpoint-gc installed. */
import { findTimers } from "../../schedule/choose.ts";
import type { TimerStep } from "../../schedule/steps.ts";
import { timersOf } from "../../schedule/timers/index.ts";
import { MACHINE_KINDS } from "../../model/timer-kinds.ts";
import type { Invocation } from "../invocation.ts";
import { inSession } from "../session.ts";
import { confirmAndRun } from "./confirm-and-run.ts";
import { systemHere, kindOf, placeHere } from "./schedule-place.ts";
import { scheduleJson, timerDocument, timersJson } from "./schedule-show.ts";

export async function scheduleRemove(call: Invocation): Promise<number> {
  return inSession(call, async (session) => {
    const { shared } = session;
    const place = placeHere();
    const kind = kindOf(call, MACHINE_KINDS);
    const system = systemHere(place);
    const timers = timersOf(place).filter((timer) => kind === null || timer.kind === kind);
    const found = await findTimers(timers, 0, system);
    if (found.length === 0) {
      if (shared.json) session.printJson(scheduleJson("schedule remove", { status: "done", timers: [] }, session));
      else session.print("No timer is installed: nothing to remove.\n");
      return 0;
    }
    const steps: TimerStep[] = [];
    for (const { timer } of found) steps.push(...(await timer.remove(system)));
    const names = found.map(({ timer }) => timer.name).join(" and the ");
    return confirmAndRun(
      {
        command: "schedule remove",
        document: timersJson(
          "schedule remove",
          found.map((each) => timerDocument(each, [])),
          session,
        ),
        steps,
        intro: `The ${names}:\n`,
        notes: "",
        question: "Remove it?",
        words: kind === null ? "" : ` --kind ${kind}`,
        dryRun: call.values["dryRun"] === true,
        yes: call.values["yes"] === true,
        done: "Removed. The trash was not touched. To empty it: checkpoints trash empty\n",
      },
      system,
      session,
    );
  });
}
