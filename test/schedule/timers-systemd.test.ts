// systemd with a recorder in its place: what it would write and run, and what it makes of the answers.

import { describe, expect, it } from "vitest";
import { carryOut } from "../../src/schedule/carry-out.ts";
import { chooseTimer } from "../../src/schedule/choose.ts";
import { timersOf } from "../../src/schedule/timers/index.ts";
import { ARGV, found, GOING, install, NO_CRON, remove, UNITS } from "./carried.ts";
import { place, recorder } from "./recorder.ts";

describe("systemd", () => {
  it("writes two units and switches the timer on, and removes all of it", async () => {
    const system = recorder(NO_CRON);
    expect(await install("systemd", place(), system)).toEqual([
      `write ${UNITS}/checkpoint-gc.service`,
      `write ${UNITS}/checkpoint-gc.timer`,
      "systemctl --user daemon-reload",
      "systemctl --user enable checkpoint-gc.timer",
      "systemctl --user restart checkpoint-gc.timer",
    ]);
    expect([...system.files.keys()]).toHaveLength(2);
    expect(await remove(place(), system)).toEqual([
      "systemctl --user disable --now checkpoint-gc.timer",
      `remove ${UNITS}/checkpoint-gc.timer`,
      `remove ${UNITS}/checkpoint-gc.service`,
      `remove ${UNITS}/timers.target.wants/checkpoint-gc.timer`,
      `tidy ${UNITS}/timers.target.wants`,
      `tidy ${UNITS}`,
      "tidy /home/ann/.config/systemd",
      "remove /home/ann/.local/share/systemd/timers/stamp-checkpoint-gc.timer",
      "systemctl --user daemon-reload",
      "systemctl --user reset-failed checkpoint-gc.service",
    ]);
    expect([...system.files.keys()]).toEqual([]);
    expect(await found(place(), system)).toEqual([]);
  });

  it("is written where XDG says, if that is absolute", async () => {
    const env = { XDG_CONFIG_HOME: "/cfg", XDG_DATA_HOME: "/data" };
    const system = recorder(NO_CRON);
    expect((await install("systemd", place({ env }), system))[0]).toBe("write /cfg/systemd/user/checkpoint-gc.service");
    expect(await remove(place({ env }), system)).toContain("remove /data/systemd/timers/stamp-checkpoint-gc.timer");
    const relative = place({ env: { XDG_CONFIG_HOME: "cfg" } });
    expect((await install("systemd", relative, system))[0]).toBe(`write ${UNITS}/checkpoint-gc.service`);
  });

  it.each([
    ["Linger=yes\n", 0, 0],
    ["Linger=no\n", 0, 1],
    ["", 1, 1],
  ])("tells when lingering is off: %j", async (stdout, code, notes) => {
    const system = recorder({ "loginctl show-user ann": { stdout, code } });
    const timer = await chooseTimer(timersOf(place()), "systemd", system);
    const told = await timer.notes(system);
    expect(told).toHaveLength(notes);
    for (const note of told) expect(note).toMatch(/lingering is off.*loginctl enable-linger ann/);
  });

  it.each([
    ["is-enabled", { code: 1, stdout: "disabled\n" }],
    ["is-active", { code: 3, stdout: "inactive\n" }],
    ["is-active", undefined],
  ] as const)("tells when it is not switched on: %s", async (verb, answer) => {
    const system = recorder({ ...NO_CRON, [`systemctl --user ${verb}`]: answer });
    await install("systemd", place(), system);
    expect(await found(place(), system)).toMatchObject([{ found: { active: false } }]);
  });

  it("stops at the first step that fails, and says what it said", async () => {
    const system = recorder({ "systemctl --user enable": { code: 1, stderr: "Failed to enable: no\n" } });
    const timer = await chooseTimer(timersOf(place()), "systemd", system);
    const results = await carryOut(await timer.install(timer.render(ARGV, "24h", 0), system), system, GOING);
    expect(results.map(({ outcome }) => outcome)).toEqual(["done", "done", "done", "failed", null]);
    expect(results[3]?.message).toBe("Failed to enable: no");
  });

  it("removes what is left of it where systemd does not answer", async () => {
    const system = recorder(NO_CRON);
    await install("systemd", place(), system);
    const mute = recorder({ ...NO_CRON, systemctl: { code: 1, stderr: "no bus" } }, Object.fromEntries(system.files));
    await remove(place(), mute);
    expect([...mute.files.keys()]).toEqual([]);
  });
});
