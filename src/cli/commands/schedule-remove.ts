/** Takes every timer of ours away. */
import { findTimers } from "../../schedule/choose.ts";
import type { Step } from "../../schedule/steps.ts";
import { timersOf } from "../../schedule/timers/index.ts";
import type { Call } from "../call.ts";
import { inSession } from "../session.ts";
import { showAskDo } from "./schedule-do.ts";
import { handsHere, kindOf, placeHere } from "./schedule-place.ts";
import { scheduleJson, timerDocument } from "./schedule-show.ts";

export async function scheduleRemove(call: Call): Promise<number> {
  return inSession(call, async (session) => {
    const { shared } = session;
    const place = placeHere();
    const kind = kindOf(call);
    const hands = handsHere(place);
    const timers = timersOf(place).filter((timer) => kind === null || timer.kind === kind);
    const found = await findTimers(timers, 0, hands);
    if (found.length === 0) {
      if (shared.json) session.printJson(scheduleJson("schedule remove", { status: "done", timers: [] }, session));
      else session.print("No timer is installed: nothing to remove.\n");
      return 0;
    }
    const steps: Step[] = [];
    for (const { timer } of found) steps.push(...(await timer.remove(hands)));
    const names = found.map(({ timer }) => timer.name).join(" and the ");
    return showAskDo(
      {
        command: "schedule remove",
        timers: found.map((each) => timerDocument(each, [])),
        steps,
        intro: `The ${names}:\n`,
        notes: "",
        question: "Remove it?",
        words: kind === null ? "" : ` --kind ${kind}`,
        dryRun: call.values["dryRun"] === true,
        yes: call.values["yes"] === true,
        done: "Removed. What is in the trash stays there until somebody empties it: checkpoints trash empty\n",
      },
      hands,
      session,
    );
  });
}
