/**
 * A launchd agent. Clock times and no StartInterval: launchd makes up for a clock time that it slept through, and
 * forgets an interval (launchd.plist(5)).
 */
import { type Every, type Times, timesOf } from "./every.ts";
import { elements, xmlText } from "./xml.ts";

export const LABEL = "checkpoint-gc.auto";

export function plistText(argv: readonly string[], every: Every, spread: number): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Written by "checkpoints schedule install"; "checkpoints schedule remove" takes it away. -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${LABEL}</string>
  <key>ProgramArguments</key>
  <array>
${argv.map((word) => `    <string>${xmlText(word)}</string>\n`).join("")}  </array>
  <key>StartCalendarInterval</key>
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

interface ClockTime {
  readonly Weekday?: number;
  readonly Hour?: number;
  readonly Minute: number;
}

function datesOf({ minutes, hours, weekday }: Times): readonly ClockTime[] {
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

/** The command line of an agent that `plistText` wrote; null where there is none. */
export function argvInPlist(text: string): readonly string[] | null {
  const list = /<key>ProgramArguments<\/key>\s*<array>([^]*?)<\/array>/.exec(text)?.[1];
  return list === undefined ? null : elements(list, "string");
}
