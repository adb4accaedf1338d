// The other kinds with a recorder in place of the system.

import { describe, expect, it } from "vitest";
import { chooseTimer } from "../../src/schedule/choose.ts";
import { timersOf } from "../../src/schedule/timers/index.ts";
import { ARGV, found, install, MAC, NO_CRON, PLIST, remove, WINDOWS } from "./carried.ts";
import { cronAnswers, place, type Recorder, recorder } from "./recorder.ts";

describe("launchd", () => {
  it("writes an agent and loads it anew, and removes it", async () => {
    const system = recorder(NO_CRON);
    const domain = "gui/501";
    expect(await install("launchd", MAC, system)).toEqual([
      `write ${PLIST}`,
      `launchctl bootout ${domain}/checkpoint-gc.auto`,
      `launchctl bootstrap ${domain} ${PLIST}`,
    ]);
    expect(await found(MAC, system)).toMatchObject([
      { timer: { kind: "launchd" }, every: "24h", found: { active: true } },
    ]);
    expect(await remove(MAC, system)).toEqual([`launchctl bootout ${domain}/checkpoint-gc.auto`, `remove ${PLIST}`]);
    expect([...system.files.keys()]).toEqual([]);
  });

  it("does not mind that none was loaded", async () => {
    const system = recorder({ ...NO_CRON, "launchctl bootout": { code: 3, stderr: "No such process" } });
    expect(await install("launchd", MAC, system)).toHaveLength(3);
  });
});

describe("cron", () => {
  const NO_SYSTEMD = { systemctl: undefined };

  it.each([
    ["none", null],
    ["one with lines of its own", 'MAILTO=""\n0 5 * * * x\n'],
  ])("adds the block and removes it: %s", async (_, start) => {
    const answers = { ...NO_SYSTEMD, ...cronAnswers(start) };
    const system = recorder(answers);
    expect(await install("cron", place(), system)).toEqual(["crontab -"]);
    expect(await found(place(), system)).toMatchObject([{ every: "24h", found: { argv: ARGV, active: true } }]);
    expect(await remove(place(), system)).toEqual([start === null ? "crontab -r" : "crontab -"]);
    expect((await system.run(["crontab", "-l"])).stdout).toBe(start ?? "");
    expect(await found(place(), system)).toEqual([]);
  });

  it("never writes a crontab that it could not read", async () => {
    const timer = timersOf(place()).find(({ kind }) => kind === "cron")!;
    const system = recorder({ "crontab -l": { code: 1, stderr: "ann: you are not allowed to use this program" } });
    await expect(timer.unavailableReason(system)).resolves.toMatch(/crontab refuses: .*not allowed/);
    await expect(timer.install(timer.render(ARGV, "24h", 0), system)).rejects.toThrow(/cannot be read/);
    await expect(timer.remove(system)).rejects.toThrow(/cannot be read/);
    expect(await timer.find(system)).toBeNull();
  });

  it.each([
    [undefined, "there is no crontab command"],
    [{ code: null, stderr: "spawn crontab EACCES" }, "crontab cannot be run: spawn crontab EACCES"],
    [
      { code: null, stderr: "crontab did not end within 30 seconds" },
      "crontab cannot be run: crontab did not end within 30 seconds",
    ],
    [{ code: null, stderr: "" }, "crontab was ended by a signal"],
    [{ code: 1, stderr: "" }, "crontab ended with code 1"],
    [
      {
        code: 1,
        stderr: "You (ann) are not allowed to use this program (crontab)\nSee crontab(1) for more information\n",
      },
      "crontab refuses: You (ann) are not allowed to use this program (crontab)",
    ],
    [{ code: 1, stderr: "no crontab for ann\n" }, null],
  ])("says why there is none to be had: %j", async (answer, why) => {
    const timer = timersOf(place()).find(({ kind }) => kind === "cron")!;
    const system = recorder({ "crontab -l": answer });
    expect(await timer.unavailableReason(system)).toBe(why);
    if (why !== null) await expect(timer.remove(system)).rejects.toThrow(`the crontab cannot be read: ${why}`);
  });

  it("reads BusyBox's message as an empty crontab", async () => {
    const stderr = "crontab: can't open 'ann': No such file or directory\n";
    const system = recorder({ "crontab -l": { code: 1, stderr } });
    expect(await (await chooseTimer(timersOf(place()), "cron", system)).unavailableReason(system)).toBeNull();
  });

  it("refuses where -l and -e do not show the same", async () => {
    const timer = timersOf(place()).find(({ kind }) => kind === "cron")!;
    const system = recorder({ "crontab -l": { stdout: "0 1 * * * x\\r\n" }, "env VISUAL=cat": { stdout: "other\n" } });
    await expect(timer.remove(system)).rejects.toThrow(/do not show the same/);
  });

  it.each([
    ["systemd\ncron\n", false],
    ["init\n/usr/sbin/crond\n", false],
    ["sh\nnode\nacron-thing\n", true],
  ])("says when no daemon is visible: %j", async (stdout, said) => {
    const system = recorder({ ...cronAnswers(null), "ps ": { stdout } });
    const notes = await (await chooseTimer(timersOf(place()), "cron", system)).notes(system);
    expect(notes.some((note) => note.includes("cron does not seem"))).toBe(said);
    expect(notes[0]).toMatch(/does not run sweeps that were missed/);
  });
});

describe("the Windows task", () => {
  it("is created from a temporary file, and deleted", async () => {
    const file = "C:\\Users\\Ann\\Temp\\checkpoint-gc-task.xml";
    let task: string | null = null;
    const system: Recorder = recorder({
      "schtasks /Query": () =>
        task === null ? { code: 1 } : { stdout: Buffer.from(task, "utf16le").toString("latin1") },
      "schtasks /Create": () => {
        task = system.files.get(file) ?? null;
        return {};
      },
      "schtasks /Delete": () => {
        task = null;
        return {};
      },
    });
    expect(await install("windows", WINDOWS, system)).toEqual([
      `write ${file}`,
      `schtasks /Create /TN checkpoint-gc /F /XML ${file}`,
      `remove ${file}`,
    ]);
    expect([...system.files.keys()]).toEqual([]);
    expect(await found(WINDOWS, system)).toMatchObject([{ every: "24h", found: { argv: ARGV, active: true } }]);
    expect(await remove(WINDOWS, system)).toEqual(["schtasks /Delete /TN checkpoint-gc /F"]);
    expect(await found(WINDOWS, system)).toEqual([]);
  });
});
