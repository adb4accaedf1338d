/** Prints a timer of any kind, on any machine, and changes nothing. */
import type { TimerDocument } from "../../report/schema/schedule.ts";
import { usualKind } from "../../schedule/choose.ts";
import { cronJobs } from "../../schedule/render-kubernetes.ts";
import { argvOf, type Task } from "../../schedule/task.ts";
import type { TimerKind } from "../../model/timer-kinds.ts";
import type { File, TimerHost } from "../../schedule/timer.ts";
import { timersOf } from "../../schedule/timers/index.ts";
import type { Invocation } from "../invocation.ts";
import { inSession } from "../session.ts";
import { systemHere, kindOf, ownerOf, placeHere, taskOf } from "./schedule-place.ts";
import { scheduleJson } from "./schedule-show.ts";

export async function schedulePrint(call: Invocation): Promise<number> {
  return inSession(call, async (session) => {
    const { shared } = session;
    const place = placeHere();
    const task = await taskOf(call, shared, place, systemHere(place));
    const kind = kindOf(call) ?? usualKind(place.platform);
    const files = await filesOf(kind, task, place);
    if (shared.json) {
      const timer: TimerDocument = {
        kind,
        installed: false,
        active: false,
        every: task.every,
        argv: argvOf(task),
        gone: [],
        notes: [],
        files,
      };
      session.printJson(scheduleJson("schedule print", { status: "done", timers: [timer] }, session));
    } else session.print(files.map((file) => fileText(file, files.length > 1)).join("\n"));
    return 0;
  });
}

async function filesOf(kind: TimerKind, task: Task, place: TimerHost): Promise<readonly File[]> {
  if (kind === "kubernetes") return [{ path: null, text: cronJobs(task, await ownerOf(task)) }];
  const timer = timersOf(place).find((each) => each.kind === kind);
  return timer?.render(argvOf(task), task.every, task.spread) ?? [];
}

/** A single file is printed verbatim, so that it can be redirected. */
function fileText({ path, text }: File, several: boolean): string {
  return several && path !== null ? `# ${path}\n${text}` : text;
}
