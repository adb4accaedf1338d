// A timer that version 1.0.0 wrote, which has its command line in the words of the system alone, and an edited one.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isCurrent } from "../../src/schedule/choose.ts";
import { argvInService } from "../../src/schedule/render-systemd.ts";
import { PROJECT } from "../support/paths.ts";
import { TASK } from "./build.ts";
import { ARGV, found, install, MAC, NO_CRON, PLIST, remove, UNITS, WINDOWS } from "./carried.ts";
import { cronAnswers, place, recorder, type Recorder } from "./recorder.ts";

const old = (name: string): string =>
  readFileSync(join(PROJECT, "test", "fixtures", "schedule", "1.0.0", name), "utf8");

function windowsTask(): Recorder {
  let task: string | null = old("plain.xml");
  const system = recorder({
    "schtasks /Query": () => (task === null ? { code: 1 } : { stdout: task }),
    "schtasks /Create": () => {
      task = system.files.get("C:\\Users\\Ann\\Temp\\checkpoint-gc-task.xml") ?? null;
      return {};
    },
    "schtasks /Delete": () => {
      task = null;
      return {};
    },
  });
  return system;
}

const UNIT_FILES = {
  [`${UNITS}/checkpoint-gc.service`]: old("plain.service"),
  [`${UNITS}/checkpoint-gc.timer`]: old("plain.timer"),
};

describe("a timer of version 1.0.0", () => {
  it.each([
    ["systemd", place(), () => recorder(NO_CRON, UNIT_FILES)],
    ["cron", place(), () => recorder(cronAnswers(`MAILTO=ann\n${old("plain.crontab")}0 1 * * * other\n`))],
    ["launchd", MAC, () => recorder(NO_CRON, { [PLIST]: old("plain.plist") })],
    ["windows", WINDOWS, windowsTask],
  ] as const)("is recognized, brought up to date and removed: %s", async (kind, where, system) => {
    const machine = system();
    const [before] = await found(where, machine);
    expect(before).toMatchObject({ timer: { kind }, every: null, found: { argv: null, active: true } });
    expect(isCurrent(before!, ARGV, TASK)).toBe(false);
    await install(kind, where, machine);
    const after = await found(where, machine);
    expect(after).toMatchObject([{ timer: { kind }, every: "24h", found: { argv: ARGV, active: true } }]);
    expect(isCurrent(after[0]!, ARGV, TASK)).toBe(true);
    await remove(where, machine);
    expect(await found(where, machine)).toEqual([]);
  });
});

describe("a command line that was edited manually", () => {
  it("is not told as the one that was written", async () => {
    const machine = recorder(NO_CRON);
    await install("systemd", place(), machine);
    const service = machine.files.get(`${UNITS}/checkpoint-gc.service`) ?? "";
    expect(argvInService(service)).toEqual(ARGV);
    expect(argvInService(service.replace("Nice=19", "Nice=5"))).toEqual(ARGV);
    for (const changed of [
      service.replace('ExecStart="/usr/bin/node"', 'ExecStart="/opt/node"'),
      service.replace(/^(ExecStart=.*)$/m, '$1 "--set" "trash_days=0"'),
      service.replace(/^# checkpoint-gc: .*$/m, "# checkpoint-gc: [1]"),
      service.replace(/^# checkpoint-gc: .*$/m, '# checkpoint-gc: ["\\q"]'),
    ]) {
      expect(changed).not.toBe(service);
      expect(argvInService(changed)).toBeNull();
    }
  });
});
