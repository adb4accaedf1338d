/** Installs a timer, or updates the one that exists. */
import type { TimerDocument } from "../../report/schema/schedule.ts";
import { chooseTimer, findTimers, isCurrent } from "../../schedule/choose.ts";
import { gitNote } from "../../schedule/program-path.ts";
import { isEphemeral } from "../../schedule/stable-path.ts";
import type { TimerStep } from "../../schedule/steps.ts";
import { argvOf, type Task } from "../../schedule/task.ts";
import { timersOf } from "../../schedule/timers/index.ts";
import { MACHINE_KINDS } from "../../model/timer-kinds.ts";
import type { Invocation } from "../invocation.ts";
import { inSession, type Session } from "../session.ts";
import { confirmAndRun } from "./confirm-and-run.ts";
import { systemHere, kindOf, placeHere, refuseMissing, taskOf } from "./schedule-place.ts";
import { argvText, noteText, scheduleJson, timersJson } from "./schedule-show.ts";

export async function scheduleInstall(call: Invocation): Promise<number> {
  return inSession(call, async (session) => {
    const { shared, look } = session;
    const place = placeHere();
    const system = systemHere(place);
    const task = await taskOf(call, shared, place, system);
    await refuseMissing(task, shared);
    const timers = timersOf(place);
    const timer = await chooseTimer(timers, kindOf(call, MACHINE_KINDS), system);
    const argv = argvOf(task);
    const files = timer.render(argv, task.every, task.spread);
    const there = await findTimers(timers, task.spread, system);
    const own = there.find((each) => each.timer.kind === timer.kind);
    const others = there.filter((each) => each.timer.kind !== timer.kind);
    const git = await gitNote(argv, place, system);
    const notes = [...(await timer.notes(system)), ...passingNotes(task), ...(git === null ? [] : [git])];
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
    const steps: TimerStep[] = [];
    // One timer per machine: another kind would sweep the same homes again.
    for (const other of others) steps.push(...(await other.timer.remove(system)));
    steps.push(...(await timer.install(files, system)));
    const replaced = others.map((other) => `, replacing the ${other.timer.name}`).join("");
    return confirmAndRun(
      {
        command: "schedule install",
        document: timersJson("schedule install", [document], session),
        steps,
        intro: `A ${timer.name}, every ${task.every}${replaced}. It runs:\n  ${argvText(argv, look)}\n`,
        notes: notes.map((note) => noteText(note, look)).join(""),
        question: "Install it?",
        words: wordsOf(call),
        dryRun: call.values["dryRun"] === true,
        yes: call.values["yes"] === true,
        done: "Installed. Status: checkpoints schedule. To remove it: checkpoints schedule remove\n",
      },
      system,
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
  return isEphemeral(script) ? [`${script} is in a cache that npm clears: install it with npm install -g first`] : [];
}

function wordsOf({ values }: Invocation): string {
  const { kind, every } = values;
  return (typeof kind === "string" ? ` --kind ${kind}` : "") + (typeof every === "string" ? ` --every ${every}` : "");
}
