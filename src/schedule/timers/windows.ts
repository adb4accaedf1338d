/** A task of the Windows Task Scheduler. Untested. */
import { win32 } from "node:path";
import { argvInTask, essenceOf, TASK_NAME, taskXml } from "../render-windows.ts";
import { runs, type TimerStep } from "../steps.ts";
import { allText, type TimerHost, type Timer } from "../timer.ts";

export function windowsTimer(place: TimerHost): Timer {
  const file = win32.join(place.temporary, `${TASK_NAME}-task.xml`);
  return {
    kind: "windows",
    name: "Windows task",
    render: (argv, every, spread) => [{ path: null, text: taskXml(argv, every, spread) }],
    essence: (files) => essenceOf(allText(files)),
    unavailableReason: () =>
      Promise.resolve(
        place.platform === "win32" ? null : `the Task Scheduler is a part of Windows, and this is ${place.platform}`,
      ),

    async find(system) {
      if (place.platform !== "win32") return null;
      const ran = await system.run(schtasks("/Query", "/XML"));
      if (ran.code !== 0) return null;
      const text = decoded(ran.stdout);
      return { argv: argvInTask(text), essence: essenceOf(text), active: !text.includes("<Enabled>false</Enabled>") };
    },

    install: (files) =>
      Promise.resolve([
        ...files.map(({ text }): TimerStep => ({ kind: "write", path: file, text })),
        runs(schtasks("/Create", "/F", "/XML", file)),
        { kind: "remove", path: file },
      ]),

    remove: () => Promise.resolve([runs(schtasks("/Delete", "/F"))]),
    notes: () => Promise.resolve(["a console window may show for a moment when it runs"]),
  };
}

function schtasks(verb: string, ...rest: readonly string[]): readonly string[] {
  return ["schtasks", verb, "/TN", TASK_NAME, ...rest];
}

/** One byte per character; where every second one is zero it is UTF-16. */
function decoded(stdout: string): string {
  return Buffer.from(stdout, "latin1").toString(stdout.includes("\0") ? "utf16le" : "utf8");
}
