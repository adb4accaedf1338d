// Every word arrives as it was: in our own readers for any words, and in the readers of others for those that hurt.

import { spawnSync } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { argvInBlock, cronBlock } from "../../src/schedule/render-cron.ts";
import { argvInPlist, plistText } from "../../src/schedule/render-launchd.ts";
import { argvInService, serviceText } from "../../src/schedule/render-systemd.ts";
import { argvInTask, taskXml } from "../../src/schedule/render-windows.ts";
import { refuseUnwritable } from "../../src/schedule/task.ts";
import { has, IS_ROOT, shell, skipped, OTHER_UID } from "../support/mounts.ts";
import { everythingBelow, removeTree } from "../support/paths.ts";
import { argvs, HARD_ARGV } from "./build.ts";
import { python } from "./python.ts";

describe("what was written is read again", () => {
  const SPREAD = 4711;
  it.each([
    ["systemd", (argv: readonly string[]) => argvInService(serviceText(argv))],
    ["launchd", (argv: readonly string[]) => argvInPlist(plistText(argv, "24h", SPREAD))],
    ["cron", (argv: readonly string[]) => argvInBlock(cronBlock(argv, "24h", SPREAD))],
    ["windows", (argv: readonly string[]) => argvInTask(taskXml(argv, "24h", SPREAD))],
  ])("%s", (name, roundTrip) => {
    fc.assert(
      fc.property(argvs, (argv) => {
        fc.pre(name !== "windows" || !/%[^%]+%|\$\(/.test(argv.join(" ")));
        expect(roundTrip(argv)).toEqual(argv);
      }),
      { numRuns: 2000 },
    );
    if (name !== "windows") expect(roundTrip(HARD_ARGV)).toEqual(HARD_ARGV);
  });

  it("gives null for a line that we did not write", () => {
    for (const read of [argvInService, argvInPlist, argvInBlock, argvInTask]) expect(read("hello\n")).toBeNull();
  });
});

describe("words that cannot be written", () => {
  it.each(["/a\nb", "/a\0b", "/a\tb", "/a\u007fb", "/a\u0085b", "/\ud800", "/\u2028"])("%j is refused", (word) => {
    expect(() => refuseUnwritable(["/usr/bin/node", word])).toThrow(/cannot be written into a timer/);
  });

  it.each(["/%PATH%/x", "/$(Arg0)"])("%s is refused for Windows alone", (word) => {
    expect(() => taskXml(["node", word], "24h", 0)).toThrow(/the Task Scheduler would replace/);
    expect(argvInService(serviceText(["/node", word]))).toEqual(["/node", word]);
  });
});

/** The command of a crontab line as the real cron system it on: a backslash before a percent sign is removed. */
function asVixieCron(command: string): string {
  expect(command.replace(/\\%/g, "")).not.toContain("%");
  return command.replace(/\\%/g, "%");
}

describe("cron's line in real shells", () => {
  const line = cronBlock(HARD_ARGV, "6h", 0).split("\n")[2] ?? "";
  const command = line.replace(/^(?:\S+ ){5}nice -n 19 /, "");

  it.each(["sh", "bash", "dash", "busybox", "zsh"])("%s", (program) => {
    if (skipped(has(program) ? null : `SKIPPED: the crontab line in ${program}, which is not installed`)) return;
    // Without SHLVL bash treats a shell on a socket as started by sshd, and reads the machine's own settings.
    const env = { PATH: process.env["PATH"], SHLVL: "2" };
    // With a cron that removes the backslash, and with BusyBox, which leaves it to the shell.
    for (const handed of [asVixieCron(command), command]) {
      const script = `for word in ${handed}; do printf '%s\\n' "$word"; done`;
      const args = program === "busybox" ? ["sh", "-c", script] : ["-c", script];
      const { stdout, stderr } = spawnSync(program, args, { encoding: "utf8", env });
      expect(stderr).toBe("");
      expect(stdout).toBe(`${HARD_ARGV.join("\n")}\n`);
    }
  });
});

const MANAGER = ["/usr/lib/systemd/systemd", "/lib/systemd/systemd"].find((path) => has(path));

describe.skipIf(skipped(MANAGER === undefined ? "SKIPPED: quoting in the real systemd needs its package" : null))(
  "ExecStart in the real systemd",
  () => {
    it("has every word", () => {
      const scratch = mkdtempSync(join(tmpdir(), "cgc-systemd-"));
      onTestFinished(() => removeTree(scratch));
      const units = join(scratch, "config", "systemd", "user");
      mkdirSync(units, { recursive: true });
      mkdirSync(join(scratch, "run"), { mode: 0o700 });
      // `env` is a program that is there; the rest are the hard words.
      const argv = ["/usr/bin/env", ...HARD_ARGV.slice(1)];
      writeFileSync(join(units, "checkpoint-gc.service"), serviceText(argv));
      // Started by root it prints nothing.
      for (const path of IS_ROOT ? everythingBelow(scratch) : []) chownSync(path, OTHER_UID, OTHER_UID);
      const { stdout, stderr } = spawnSync(MANAGER ?? "", ["--user", "--test", "--unit=checkpoint-gc.service"], {
        encoding: "utf8",
        maxBuffer: 64 << 20,
        timeout: 200_000,
        ...(IS_ROOT ? { uid: OTHER_UID, gid: OTHER_UID } : {}),
        env: {
          PATH: process.env["PATH"],
          LC_ALL: "C.UTF-8",
          HOME: scratch,
          XDG_CONFIG_HOME: join(scratch, "config"),
          XDG_RUNTIME_DIR: join(scratch, "run"),
        },
      });
      // It prints them as a shell would take them, before variables are put in.
      const shown = /Command Line: (\/usr\/bin\/env .*checkpoints\.js.*)$/m.exec(`${stdout}\n${stderr}`)?.[1];
      expect(shown, stderr).toBeDefined();
      const printed = shell(`for word in ${shown}; do printf '%s\\n' "$word"; done`);
      expect(printed.replaceAll("$$", "$")).toBe(`${argv.join("\n")}\n`);
    });
  },
);

describe("XML in a real parser", () => {
  it("the plist has every word, and every time of the day", () => {
    const plist = python(
      "import sys, json, plistlib; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))",
      plistText(HARD_ARGV, "6h", 60 * 2 + 5),
    );
    if (plist === null) return;
    expect(plist).toMatchObject({
      Label: "checkpoint-gc.auto",
      ProgramArguments: HARD_ARGV,
      StartCalendarInterval: [2, 8, 14, 20].map((Hour) => ({ Hour, Minute: 5 })),
      ProcessType: "Background",
      LowPriorityIO: true,
      Nice: 19,
      Umask: 0o77,
    });
  });

  it("the task has every word, its elements in the order of the schema", () => {
    const argv = ["C:\\Program Files\\node.exe", "C:\\x.js", "--home", "C:\\Zoë & Söhne\\100% <x>\\"];
    const task = python(
      `import sys, json, xml.etree.ElementTree as E
root = E.fromstring(sys.stdin.buffer.read())
n = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
print(json.dumps({"root": root.tag, "parts": [c.tag.replace(n, "") for c in root],
  "trigger": [c.tag.replace(n, "") for c in root.find(f"{n}Triggers/{n}CalendarTrigger")],
  "command": root.findtext(f".//{n}Command"), "arguments": root.findtext(f".//{n}Arguments")}))`,
      taskXml(argv, "6h", 60 * 2 + 5),
    );
    if (task === null) return;
    expect(task).toEqual({
      root: "{http://schemas.microsoft.com/windows/2004/02/mit/task}Task",
      parts: ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"],
      trigger: ["StartBoundary", "Repetition", "ScheduleByDay"],
      command: argv[0],
      // A backslash at the end would otherwise take the closing quote with it.
      arguments: 'C:\\x.js --home "C:\\Zoë & Söhne\\100% <x>\\\\"',
    });
  });
});
