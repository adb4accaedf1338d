/**
 * A task of the Windows Task Scheduler ([MS-TSCH] 2.5), as `schtasks /Create /XML` takes it. Untested. ASCII and
 * without an encoding declaration, so that it does not matter how it is saved.
 */
import { GcError } from "../errors.ts";
import { type Every, minutesOf, timesOf } from "./every.ts";
import { stampedArgv, stampOf } from "./stamp.ts";
import { elements, xmlText } from "./xml.ts";

export const TASK_NAME = "checkpoint-gc";

export function taskXml(argv: readonly string[], every: Every, spread: number): string {
  refuseExpanded(argv);
  const [command = "", ...rest] = argv;
  return `<?xml version="1.0"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Sweep of the checkpoints of coding agents. "checkpoints schedule remove" removes it. ${stampOf(argv)}</Description>
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
      <Arguments>${xmlText(argumentsText(rest))}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}

/** The start date only has to be in the past: what counts is the time of day, and for 7d the day of the week. */
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

/** The scheduler expands `%NAME%` and `$(Arg0)`, and has no way to escape them. */
function refuseExpanded([command = "", ...rest]: readonly string[]): void {
  // The arguments are one string there: two words with one percent sign each are enough.
  const bad = [command, rest.join(" ")].find((word) => /%[^%]+%|\$\(/.test(word));
  if (bad === undefined) return;
  throw new GcError(
    "usage",
    `the Task Scheduler would replace a part of ${JSON.stringify(bad)}: expected no %...% or $(`,
  );
}

/** Quoted for CommandLineToArgvW: a backslash is special only before a quote, the closing one included. */
function windowsWord(word: string): string {
  if (/^[^\s"]+$/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&")}"`;
}

function argumentsText(words: readonly string[]): string {
  return words.map(windowsWord).join(" ");
}

/** The command line of a task that `taskXml` wrote, also after Windows has rewritten it. */
export function argvInTask(xml: string): readonly string[] | null {
  const said = (name: string): string => elements(xml, name)[0] ?? "";
  return stampedArgv(said("Description"), ([command = "", ...rest]) => {
    return said("Command") === command && said("Arguments") === argumentsText(rest);
  });
}

/** The parts of a task that we determine: Windows rewrites the rest. */
export function essenceOf(xml: string): string {
  const names = ["Description", "StartBoundary", "Interval", "DaysInterval", "WeeksInterval", "Command", "Arguments"];
  return JSON.stringify(names.map((name) => elements(xml, name)));
}
