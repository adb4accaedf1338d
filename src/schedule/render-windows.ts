/**
 * A task of the Windows Task Scheduler ([MS-TSCH] 2.5), as `schtasks /Create /XML` takes it. Written for and untested.
 * ASCII and without an encoding of its own, so that it does not matter how it is saved.
 */
import { GcError } from "../errors.ts";
import { type Every, minutesOf, timesOf } from "./every.ts";
import { elements, xmlText } from "./xml.ts";

export const TASK_NAME = "checkpoint-gc";

export function taskXml(argv: readonly string[], every: Every, spread: number): string {
  refuseExpanded(argv);
  const [command = "", ...rest] = argv;
  return `<?xml version="1.0"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Sweep of the checkpoints of coding agents. "checkpoints schedule remove" takes it away.</Description>
    <URI>\\${TASK_NAME}</URI>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
${triggerText(every, spread)}    </CalendarTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT6H</ExecutionTimeLimit>
    <Priority>9</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${xmlText(command)}</Command>
      <Arguments>${xmlText(rest.map(windowsWord).join(" "))}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}

/** The day the series begins is long past: what counts is the time of day, and for 7d the day of the week. */
function triggerText(every: Every, spread: number): string {
  const { minutes, hours, weekday } = timesOf(every, spread);
  const time = [hours?.[0] ?? 0, minutes[0] ?? 0].map((value) => String(value).padStart(2, "0")).join(":");
  const step = minutesOf(every);
  const repetition = `      <Repetition>
        <Interval>PT${step}M</Interval>
        <Duration>P1D</Duration>
      </Repetition>
`;
  const start = `      <StartBoundary>2026-01-01T${time}:00</StartBoundary>\n`;
  if (weekday === null) {
    const days = "      <ScheduleByDay>\n        <DaysInterval>1</DaysInterval>\n      </ScheduleByDay>\n";
    return `${start}${every === "24h" ? "" : repetition}${days}`;
  }
  const day = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"][weekday] ?? "Sunday";
  return `${start}      <ScheduleByWeek>
        <DaysOfWeek>
          <${day} />
        </DaysOfWeek>
        <WeeksInterval>1</WeeksInterval>
      </ScheduleByWeek>
`;
}

/** The scheduler puts values in the place of `%NAME%` and `$(Arg0)`, and knows no way to write them as they are. */
function refuseExpanded([command = "", ...rest]: readonly string[]): void {
  // The arguments are one text there: two words with one percent sign each are enough.
  const bad = [command, rest.join(" ")].find((word) => /%[^%]+%|\$\(/.test(word));
  if (bad === undefined) return;
  throw new GcError(
    "usage",
    `the Task Scheduler would replace a part of ${JSON.stringify(bad)}: expected no %...% or $(`,
  );
}

/** As CommandLineToArgvW takes apart: a backslash means something before a quote alone, the closing one included. */
function windowsWord(word: string): string {
  if (/^[^\s"]+$/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
}

/** The command line of a task that `taskXml` wrote, also after Windows has rewritten it; null where there is none. */
export function argvInTask(xml: string): readonly string[] | null {
  const [command] = elements(xml, "Command");
  const [rest = ""] = elements(xml, "Arguments");
  return command === undefined ? null : [command, ...windowsWords(rest)];
}

function windowsWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quoted = false;
  for (const [piece] of text.matchAll(/\\*"|\\+|\s+|[^\s"\\]+/g)) {
    if (/^\s/.test(piece) && !quoted) {
      if (word !== null) words.push(word);
      word = null;
    } else if (piece.endsWith('"')) {
      const backslashes = piece.length - 1;
      word = (word ?? "") + "\\".repeat(backslashes / 2) + (backslashes % 2 === 1 ? '"' : "");
      if (backslashes % 2 === 0) quoted = !quoted;
    } else word = (word ?? "") + piece;
  }
  return word === null ? words : [...words, word];
}

/** What of a task is ours to say: Windows writes the rest anew. */
export function essenceOf(xml: string): string {
  const names = ["StartBoundary", "Interval", "DaysInterval", "WeeksInterval", "Command", "Arguments"];
  return JSON.stringify(names.map((name) => elements(xml, name)));
}
