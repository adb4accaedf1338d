// The other kinds with a recorder in place of the system.

import { describe, expect, it } from "vitest";
import { chooseTimer } from "../../src/schedule/choose.ts";
import { timersOf } from "../../src/schedule/timers/index.ts";
import { ARGV, found, install, MAC, NO_CRON, PLIST, remove, WINDOWS } from "./carried.ts";
import { cronAnswers, place, type Recorder, recorder } from "./recorder.ts";

describe("launchd", () => {
  it("writes an agent and loads it anew, and removes it", async () => {
    const hands = recorder(NO_CRON);
    const domain = "gui/501";
    expect(await install("launchd", MAC, hands)).toEqual([
      `write ${PLIST}`,
      `launchctl bootout ${domain}/checkpoint-gc.auto`,
      `launchctl bootstrap ${domain} ${PLIST}`,
    ]);
    expect(await found(MAC, hands)).toMatchObject([
      { timer: { kind: "launchd" }, every: "24h", found: { active: true } },
    ]);
    expect(await remove(MAC, hands)).toEqual([`launchctl bootout ${domain}/checkpoint-gc.auto`, `remove ${PLIST}`]);
    expect([...hands.files.keys()]).toEqual([]);
  });

  it("does not mind that none was loaded", async () => {
    const hands = recorder({ ...NO_CRON, "launchctl bootout": { code: 3, stderr: "No such process" } });
    expect(await install("launchd", MAC, hands)).toHaveLength(3);
  });
});

describe("cron", () => {
  const NO_SYSTEMD = { systemctl: undefined };

  it.each([
    ["none", null],
    ["one with lines of its own", 'MAILTO=""\n0 5 * * * x\n'],
  ])("puts the block in and takes it out: %s", async (_, start) => {
    const answers = { ...NO_SYSTEMD, ...cronAnswers(start) };
    const hands = recorder(answers);
    expect(await install("cron", place(), hands)).toEqual(["crontab -"]);
    expect(await found(place(), hands)).toMatchObject([{ every: "24h", found: { argv: ARGV, active: true } }]);
    expect(await remove(place(), hands)).toEqual([start === null ? "crontab -r" : "crontab -"]);
    expect((await hands.run(["crontab", "-l"])).stdout).toBe(start ?? "");
    expect(await found(place(), hands)).toEqual([]);
  });

  it("never writes a crontab that it could not read", async () => {
    const timer = timersOf(place()).find(({ kind }) => kind === "cron")!;
    const hands = recorder({ "crontab -l": { code: 1, stderr: "ann: you are not allowed to use this program" } });
    await expect(timer.lacks(hands)).resolves.toMatch(/crontab refuses: .*not allowed/);
    await expect(timer.install(timer.render(ARGV, "24h", 0), hands)).rejects.toThrow(/cannot be read/);
    await expect(timer.remove(hands)).rejects.toThrow(/cannot be read/);
    expect(await timer.find(hands)).toBeNull();
  });

  it("takes BusyBox's words for none", async () => {
    const stderr = "crontab: can't open 'ann': No such file or directory\n";
    const hands = recorder({ "crontab -l": { code: 1, stderr } });
    expect(await (await chooseTimer(timersOf(place()), "cron", hands)).lacks(hands)).toBeNull();
  });

  it("refuses where -l and -e do not show the same", async () => {
    const timer = timersOf(place()).find(({ kind }) => kind === "cron")!;
    const hands = recorder({ "crontab -l": { stdout: "0 1 * * * x\\r\n" }, "env VISUAL=cat": { stdout: "other\n" } });
    await expect(timer.remove(hands)).rejects.toThrow(/do not show the same/);
  });

  it.each([
    ["systemd\ncron\n", false],
    ["init\n/usr/sbin/crond\n", false],
    ["sh\nnode\nacron-thing\n", true],
  ])("says when no daemon is to be seen: %j", async (stdout, said) => {
    const hands = recorder({ ...cronAnswers(null), "ps ": { stdout } });
    const notes = await (await chooseTimer(timersOf(place()), "cron", hands)).notes(hands);
    expect(notes.some((note) => note.includes("no cron daemon"))).toBe(said);
    expect(notes[0]).toMatch(/does not make up for/);
  });
});

describe("the Windows task", () => {
  it("is created from a file that goes again, and deleted", async () => {
    const file = "C:\\Users\\Ann\\Temp\\checkpoint-gc-task.xml";
    let task: string | null = null;
    const hands: Recorder = recorder({
      "schtasks /Query": () =>
        task === null ? { code: 1 } : { stdout: Buffer.from(task, "utf16le").toString("latin1") },
      "schtasks /Create": () => {
        task = hands.files.get(file) ?? null;
        return {};
      },
      "schtasks /Delete": () => {
        task = null;
        return {};
      },
    });
    expect(await install("windows", WINDOWS, hands)).toEqual([
      `write ${file}`,
      `schtasks /Create /TN checkpoint-gc /F /XML ${file}`,
      `remove ${file}`,
    ]);
    expect([...hands.files.keys()]).toEqual([]);
    expect(await found(WINDOWS, hands)).toMatchObject([{ every: "24h", found: { argv: ARGV, active: true } }]);
    expect(await remove(WINDOWS, hands)).toEqual(["schtasks /Delete /TN checkpoint-gc /F"]);
    expect(await found(WINDOWS, hands)).toEqual([]);
  });
});
