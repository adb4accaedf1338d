/** Puts a timer up, or brings the one that is there up to date. */
import type { TimerDocument } from "../../report/schedule-document.ts";
import { chooseTimer, findTimers, isCurrent } from "../../schedule/choose.ts";
import { isPassing } from "../../schedule/stable-path.ts";
import type { Step } from "../../schedule/steps.ts";
import { argvOf, type Task } from "../../schedule/task.ts";
import { timersOf } from "../../schedule/timers/index.ts";
import type { Call } from "../call.ts";
import { inSession, type Session } from "../session.ts";
import { showAskDo } from "./schedule-do.ts";
import { handsHere, kindOf, placeHere, refuseMissing, taskOf } from "./schedule-place.ts";
import { argvText, noteText, scheduleJson } from "./schedule-show.ts";

export async function scheduleInstall(call: Call): Promise<number> {
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const place = placeHere();
    const task = taskOf(call, shared, place);
    await refuseMissing(task, shared);
    const hands = handsHere(place);
    const timers = timersOf(place);
    const timer = await chooseTimer(timers, kindOf(call), hands);
    const argv = argvOf(task);
    const files = timer.render(argv, task.every, task.spread);
    const there = await findTimers(timers, task.spread, hands);
    const own = there.find((each) => each.timer.kind === timer.kind);
    const others = there.filter((each) => each.timer.kind !== timer.kind);
    const notes = [...(await timer.notes(hands)), ...passingNotes(task)];
    const document: TimerDocument = {
      kind: timer.kind,
      installed: own !== undefined,
      active: own?.found.active ?? false,
      every: task.every,
      argv,
      gone: [],
      notes,
      files,
    };
    if (own !== undefined && others.length === 0 && isCurrent(own, argv, task)) {
      return showCurrent(document, timer.name, session);
    }
    const steps: Step[] = [];
    // One timer a machine: another kind would sweep the same homes again.
    for (const other of others) steps.push(...(await other.timer.remove(hands)));
    steps.push(...(await timer.install(files, hands)));
    const replaced = others.map((other) => `, in place of the ${other.timer.name}`).join("");
    return showAskDo(
      {
        command: "schedule install",
        timers: [document],
        steps,
        intro: `A ${timer.name}, every ${task.every}${replaced}. It runs:\n  ${argvText(argv, look)}\n`,
        notes: notes.map((note) => noteText(note, look)).join(""),
        question: "Install it?",
        words: wordsOf(call),
        dryRun: call.values["dryRun"] === true,
        yes: call.values["yes"] === true,
        done: "Installed. How it goes: checkpoints schedule. To take it away: checkpoints schedule remove\n",
      },
      hands,
      session,
    );
  });
}

function showCurrent(timer: TimerDocument, name: string, session: Session): number {
  const { shared, look } = session;
  if (shared.json) session.printJson(scheduleJson("schedule install", { status: "done", timers: [timer] }, session));
  else {
    session.print(`The ${name} is installed and up to date, every ${timer.every ?? ""}: nothing to do.\n`);
    for (const note of timer.notes) session.print(noteText(note, look));
  }
  return 0;
}

function passingNotes({ script }: Task): readonly string[] {
  return isPassing(script) ? [`${script} is in a cache that npm clears: install it with npm install -g first`] : [];
}

function wordsOf({ values }: Call): string {
  const { kind, every } = values;
  return (typeof kind === "string" ? ` --kind ${kind}` : "") + (typeof every === "string" ? ` --every ${every}` : "");
}
