// Which timer a machine has, and what is installed on it.

import { describe, expect, it } from "vitest";
import { chooseTimer, isCurrent, usualKind } from "../../src/schedule/choose.ts";
import { TIMER_KINDS } from "../../src/model/timer-kinds.ts";
import { timersOf } from "../../src/schedule/timers/index.ts";
import { TASK } from "./build.ts";
import { ARGV, found, install, NO_CRON, UNITS } from "./carried.ts";
import { cronAnswers, place, recorder } from "./recorder.ts";

describe("which timer", () => {
  const mute = { systemctl: { code: 1, stderr: "Failed to connect to bus\n" } };
  it.each([
    ["linux", {}, "systemd"],
    ["linux", { ...mute, ...cronAnswers(null) }, "cron"],
    ["darwin", cronAnswers(null), "launchd"],
    ["win32", { systemctl: undefined }, "windows"],
  ])("%s has", async (platform, answers, kind) => {
    const system = recorder(answers);
    expect((await chooseTimer(timersOf(place({ platform })), null, system)).kind).toBe(kind);
    expect(system.did).toEqual([]);
  });

  it("none at all: says why of each, and what else there is", async () => {
    const system = recorder({ ...mute, crontab: undefined });
    await expect(chooseTimer(timersOf(place()), null, system)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringMatching(/Failed to connect to bus.*there is no crontab command/) as string,
      hint: expect.stringContaining("schedule print") as string,
    });
  });

  it.each([
    ["launchd", "linux", /--kind is "launchd": launchd is a part of macOS, and this is linux/],
    ["windows", "linux", /--kind is "windows"/],
    ["cron", "win32", /Windows has no cron/],
    ["kubernetes", "linux", /a CronJob is not installed from here/],
  ] as const)("%s on %s is refused", async (kind, platform, message) => {
    await expect(chooseTimer(timersOf(place({ platform })), kind, recorder())).rejects.toThrow(message);
  });

  it("what is printed without a kind is what such machines have", () => {
    expect(["linux", "darwin", "win32", "freebsd"].map(usualKind)).toEqual([
      "systemd",
      "launchd",
      "windows",
      "systemd",
    ]);
    expect(TIMER_KINDS).toEqual(["systemd", "launchd", "cron", "windows", "kubernetes"]);
  });
});

describe("what is installed", () => {
  it("is current only as it would be written now", async () => {
    const system = recorder(NO_CRON);
    await install("systemd", place(), system);
    const [timer] = await found(place(), system);
    expect(isCurrent(timer!, ARGV, TASK)).toBe(true);
    expect(isCurrent(timer!, ARGV, { ...TASK, every: "6h" })).toBe(false);
    expect(isCurrent(timer!, [...ARGV, "--set", "trash_days=3"], TASK)).toBe(false);
    system.files.set(`${UNITS}/checkpoint-gc.timer`, "[Timer]\nOnCalendar=hourly\n");
    const [changed] = await found(place(), system);
    expect(changed?.every).toBeNull();
    expect(isCurrent(changed!, ARGV, TASK)).toBe(false);
  });

  it("tells which of its paths are gone", async () => {
    const system = recorder(NO_CRON, { [TASK.script]: "", "/home/ann/.hermes": "" });
    await install("systemd", place(), system);
    expect((await found(place(), system))[0]?.gone).toEqual(["/usr/bin/node"]);
    system.files.set("/usr/bin/node", "");
    expect((await found(place(), system))[0]?.gone).toEqual([]);
    system.files.delete("/home/ann/.hermes");
    expect((await found(place(), system))[0]?.gone).toEqual(["/home/ann/.hermes"]);
  });

  it("is found even where half of it is left", async () => {
    const system = recorder(NO_CRON, { [`${UNITS}/checkpoint-gc.timer`]: "[Timer]\n" });
    expect(await found(place(), system)).toMatchObject([{ every: null, found: { argv: null } }]);
  });
});
