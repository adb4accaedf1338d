/** Prints a timer and changes nothing: every kind on every machine. */
import type { TimerDocument } from "../../report/schedule-document.ts";
import { usualKind } from "../../schedule/choose.ts";
import { cronJobs } from "../../schedule/render-kubernetes.ts";
import { argvOf, type Task } from "../../schedule/task.ts";
import type { File, Kind, Place } from "../../schedule/timer.ts";
import { timersOf } from "../../schedule/timers/index.ts";
import type { Call } from "../call.ts";
import { inSession } from "../session.ts";
import { kindOf, ownerOf, placeHere, taskOf } from "./schedule-place.ts";
import { scheduleJson } from "./schedule-show.ts";

export async function schedulePrint(call: Call): Promise<number> {
  return inSession(call, (session) => {
    const { shared } = session;
    const place = placeHere();
    const task = taskOf(call, shared, place);
    const kind = kindOf(call) ?? usualKind(place.platform);
    const files = filesOf(kind, task, place);
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
    return Promise.resolve(0);
  });
}

function filesOf(kind: Kind, task: Task, place: Place): readonly File[] {
  if (kind === "kubernetes") return [{ path: null, text: cronJobs(task, ownerOf(task)) }];
  const timer = timersOf(place).find((each) => each.kind === kind);
  return timer?.render(argvOf(task), task.every, task.spread) ?? [];
}

/** One file is printed as it is, so that it can be redirected. */
function fileText({ path, text }: File, several: boolean): string {
  return several && path !== null ? `# ${path}\n${text}` : text;
}
