/**
 * A launchd agent. Clock times and no StartInterval: launchd catches up on a clock time that it slept through, and
 * skips an interval (launchd.plist(5)).
 */
import { type Every, type ClockTimes, timesOf } from "./every.ts";
import { stampedArgv, stampOf } from "./stamp.ts";
import { xmlText } from "./xml.ts";

export const LABEL = "checkpoint-gc.auto";

export function plistText(argv: readonly string[], every: Every, spread: number): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Written by "checkpoints schedule install"; "checkpoints schedule remove" removes it. -->
<!-- ${stampOf(argv).replaceAll("--", "-\\u002d")} -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${LABEL}</string>
  <key>ProgramArguments</key>
${argumentsText(argv)}  <key>StartCalendarInterval</key>
  <array>
${datesOf(timesOf(every, spread)).map(dateText).join("")}  </array>
  <key>WorkingDirectory</key>
  <string>/</string>
  <key>Umask</key>
  <integer>63</integer>
  <key>ProcessType</key>
  <string>Background</string>
  <key>LowPriorityIO</key>
  <true/>
  <key>Nice</key>
  <integer>19</integer>
</dict>
</plist>
`;
}

function argumentsText(argv: readonly string[]): string {
  return `  <array>\n${argv.map((word) => `    <string>${xmlText(word)}</string>\n`).join("")}  </array>\n`;
}

/** The command line of an agent that `plistText` wrote. */
export function argvInPlist(text: string): readonly string[] | null {
  return stampedArgv(text, (argv) => text.includes(argumentsText(argv)));
}

interface ClockTime {
  readonly Weekday?: number;
  readonly Hour?: number;
  readonly Minute: number;
}

function datesOf({ minutes, hours, weekday }: ClockTimes): readonly ClockTime[] {
  const dates = (hours ?? [null]).flatMap((hour) =>
    minutes.map((Minute): ClockTime => (hour === null ? { Minute } : { Hour: hour, Minute })),
  );
  return weekday === null ? dates : dates.map((date) => ({ Weekday: weekday, ...date }));
}

function dateText(date: ClockTime): string {
  const keys = Object.entries(date).map(
    ([key, value]) => `      <key>${key}</key>\n      <integer>${value}</integer>\n`,
  );
  return `    <dict>\n${keys.join("")}    </dict>\n`;
}
