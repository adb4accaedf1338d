// Each kind of timer with a recorder in place of the system: what it would write and run, in which order, and what it
// makes of the answers.

import { describe, expect, it } from "vitest";
import { carryOut } from "../../src/schedule/carry-out.ts";
import { chooseTimer, findTimers, isCurrent, usualKind } from "../../src/schedule/choose.ts";
import { argvOf } from "../../src/schedule/task.ts";
import { KINDS, type Kind, type Place } from "../../src/schedule/timer.ts";
import { timersOf } from "../../src/schedule/timers/index.ts";
import { TASK } from "./build.ts";
import { type Answer, cronAnswers, place, type Recorder, recorder } from "./recorder.ts";

const ARGV = argvOf(TASK);
const UNITS = "/home/ann/.config/systemd/user";
const PLIST = "/Users/ann/Library/LaunchAgents/checkpoint-gc.auto.plist";
const MAC = place({ platform: "darwin", userHome: "/Users/ann", uid: 501 });
const WINDOWS = place({ platform: "win32", userHome: "C:\\Users\\Ann", temporary: "C:\\Users\\Ann\\Temp", uid: 0 });
const GOING = new AbortController().signal;

async function install(kind: Kind, where: Place, hands: Recorder): Promise<readonly string[]> {
  const timer = await chooseTimer(timersOf(where), kind, hands);
  const steps = await timer.install(timer.render(ARGV, TASK.every, TASK.spread), hands);
  const results = await carryOut(steps, hands, GOING);
  expect(results.filter(({ outcome }) => outcome !== "done")).toEqual([]);
  return hands.did.splice(0);
}

async function remove(where: Place, hands: Recorder): Promise<readonly string[]> {
  for (const { timer } of await findTimers(timersOf(where), TASK.spread, hands)) {
    const results = await carryOut(await timer.remove(hands), hands, GOING);
    expect(results.filter(({ outcome }) => outcome !== "done")).toEqual([]);
  }
  return hands.did.splice(0);
}

async function found(where: Place, hands: Recorder) {
  return findTimers(timersOf(where), TASK.spread, hands);
}

const NO_CRON: Record<string, Answer | undefined> = { crontab: undefined };

describe("systemd", () => {
  it("writes two units and switches the timer on, and removes all of it", async () => {
    const hands = recorder(NO_CRON);
    expect(await install("systemd", place(), hands)).toEqual([
      `write ${UNITS}/checkpoint-gc.service`,
      `write ${UNITS}/checkpoint-gc.timer`,
      "systemctl --user daemon-reload",
      "systemctl --user enable checkpoint-gc.timer",
      "systemctl --user restart checkpoint-gc.timer",
    ]);
    expect([...hands.files.keys()]).toHaveLength(2);
    expect(await remove(place(), hands)).toEqual([
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
    expect([...hands.files.keys()]).toEqual([]);
    expect(await found(place(), hands)).toEqual([]);
  });

  it("goes where XDG says, if that is absolute", async () => {
    const env = { XDG_CONFIG_HOME: "/cfg", XDG_DATA_HOME: "/data" };
    const hands = recorder(NO_CRON);
    expect((await install("systemd", place({ env }), hands))[0]).toBe("write /cfg/systemd/user/checkpoint-gc.service");
    expect(await remove(place({ env }), hands)).toContain("remove /data/systemd/timers/stamp-checkpoint-gc.timer");
    const relative = place({ env: { XDG_CONFIG_HOME: "cfg" } });
    expect((await install("systemd", relative, hands))[0]).toBe(`write ${UNITS}/checkpoint-gc.service`);
  });

  it.each([
    ["Linger=yes\n", 0, 0],
    ["Linger=no\n", 0, 1],
    ["", 1, 1],
  ])("tells when lingering is off: %j", async (stdout, code, notes) => {
    const hands = recorder({ "loginctl show-user ann": { stdout, code } });
    const timer = await chooseTimer(timersOf(place()), "systemd", hands);
    const told = await timer.notes(hands);
    expect(told).toHaveLength(notes);
    for (const note of told) expect(note).toMatch(/lingering is off.*loginctl enable-linger ann/);
  });

  it.each([
    ["is-enabled", { code: 1, stdout: "disabled\n" }],
    ["is-active", { code: 3, stdout: "inactive\n" }],
    ["is-active", undefined],
  ] as const)("tells when it is not switched on: %s", async (verb, answer) => {
    const hands = recorder({ ...NO_CRON, [`systemctl --user ${verb}`]: answer });
    await install("systemd", place(), hands);
    expect(await found(place(), hands)).toMatchObject([{ found: { active: false } }]);
  });

  it("stops at the first step that fails, and says what it said", async () => {
    const hands = recorder({ "systemctl --user enable": { code: 1, stderr: "Failed to enable: no\n" } });
    const timer = await chooseTimer(timersOf(place()), "systemd", hands);
    const results = await carryOut(await timer.install(timer.render(ARGV, "24h", 0), hands), hands, GOING);
    expect(results.map(({ outcome }) => outcome)).toEqual(["done", "done", "done", "failed", null]);
    expect(results[3]?.message).toBe("Failed to enable: no");
  });

  it("removes what is left of it where systemd does not answer", async () => {
    const hands = recorder(NO_CRON);
    await install("systemd", place(), hands);
    const mute = recorder({ ...NO_CRON, systemctl: { code: 1, stderr: "no bus" } }, Object.fromEntries(hands.files));
    await remove(place(), mute);
    expect([...mute.files.keys()]).toEqual([]);
  });
});

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

describe("which timer", () => {
  const mute = { systemctl: { code: 1, stderr: "Failed to connect to bus\n" } };
  it.each([
    ["linux", {}, "systemd"],
    ["linux", { ...mute, ...cronAnswers(null) }, "cron"],
    ["darwin", cronAnswers(null), "launchd"],
    ["win32", { systemctl: undefined }, "windows"],
  ])("%s has", async (platform, answers, kind) => {
    const hands = recorder(answers);
    expect((await chooseTimer(timersOf(place({ platform })), null, hands)).kind).toBe(kind);
    expect(hands.did).toEqual([]);
  });

  it("none at all: says why of each, and what else there is", async () => {
    const hands = recorder({ ...mute, crontab: undefined });
    await expect(chooseTimer(timersOf(place()), null, hands)).rejects.toMatchObject({
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
    expect(KINDS).toEqual(["systemd", "launchd", "cron", "windows", "kubernetes"]);
  });
});

describe("what is installed", () => {
  it("is current only as it would be written now", async () => {
    const hands = recorder(NO_CRON);
    await install("systemd", place(), hands);
    const [timer] = await found(place(), hands);
    expect(isCurrent(timer!, ARGV, TASK)).toBe(true);
    expect(isCurrent(timer!, ARGV, { ...TASK, every: "6h" })).toBe(false);
    expect(isCurrent(timer!, [...ARGV, "--set", "trash_days=3"], TASK)).toBe(false);
    hands.files.set(`${UNITS}/checkpoint-gc.timer`, "[Timer]\nOnCalendar=hourly\n");
    const [changed] = await found(place(), hands);
    expect(changed?.every).toBeNull();
    expect(isCurrent(changed!, ARGV, TASK)).toBe(false);
  });

  it("tells which of its paths are gone", async () => {
    const hands = recorder(NO_CRON, { [TASK.script]: "", "/home/ann/.hermes": "" });
    await install("systemd", place(), hands);
    expect((await found(place(), hands))[0]?.gone).toEqual(["/usr/bin/node"]);
    hands.files.set("/usr/bin/node", "");
    expect((await found(place(), hands))[0]?.gone).toEqual([]);
    hands.files.delete("/home/ann/.hermes");
    expect((await found(place(), hands))[0]?.gone).toEqual(["/home/ann/.hermes"]);
  });

  it("is found even where half of it is left", async () => {
    const hands = recorder(NO_CRON, { [`${UNITS}/checkpoint-gc.timer`]: "[Timer]\n" });
    expect(await found(place(), hands)).toMatchObject([{ every: null, found: { argv: null } }]);
  });
});
