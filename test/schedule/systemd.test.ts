// The units in systemd's own eyes, and the hardening that must not be in them.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { EVERY } from "../../src/schedule/every.ts";
import { SERVICE, serviceText, TIMER, timerText } from "../../src/schedule/render-systemd.ts";
import { argvOf } from "../../src/schedule/task.ts";
import { has, skipped } from "../support/mounts.ts";
import { COMMAND } from "../support/run.ts";
import { removeTree } from "../support/paths.ts";
import { HARD, TASK } from "./build.ts";

/**
 * What gives a service mounts of its own: every setting that systemd's exec_needs_mount_namespace() asks for
 * (src/core/execute.c), with those that imply one of them. In a user's own systemd each of these needs PrivateUsers=,
 * and makes /home, /tmp or an automounted directory another one than the agent sees.
 */
const MAKES_A_MOUNT_NAMESPACE = new RegExp(
  `^(?:${[
    "Root(?:Directory|Image|Ephemeral)",
    "MountAPIVFS|MountFlags|MountImages|BindLogSockets|TemporaryFileSystem",
    "(?:ReadWrite|ReadOnly|Inaccessible|Exec|NoExec|Bind|BindReadOnly)(?:Paths|Directories)",
    "Extension(?:Images|Directories)",
    "Private(?:Tmp|Devices|Mounts|Network|IPC|Users|PIDs|BPF)",
    "NetworkNamespacePath|IPCNamespacePath|JoinsNamespaceOf|LogNamespace",
    "Protect(?:System|Home|Kernel\\w+|ControlGroups|Proc|Hostname|Clock)|ProcSubset",
    "DynamicUser|(?:State|Cache|Logs|Runtime|Configuration)Directory",
    "(?:Load|Set|Import)Credential\\w*",
  ].join("|")})$`,
);

/** What has another price that a sweep cannot pay; render-systemd.ts says which. */
const HURTS =
  /^(?:MemoryDenyWriteExecute|RestrictSUIDSGID|KeyringMode|SystemCallFilter|RestrictFileSystems|RemoveIPC)$/;

const ALLOWED = new Set([
  "Type",
  "ExecStart",
  "WorkingDirectory",
  "UMask",
  "Nice",
  "IOSchedulingClass",
  "TimeoutStartSec",
  "NoNewPrivileges",
  "LockPersonality",
  "RestrictNamespaces",
  "RestrictRealtime",
]);

describe("the service", () => {
  const service = serviceText(argvOf(TASK)).split("[Service]")[1] ?? "";
  const directives = [...service.matchAll(/^([A-Za-z]+)=/gm)].map(([, name = ""]) => name);

  it("makes no mount namespace, in which a workdir could be hidden", () => {
    expect(directives.filter((name) => MAKES_A_MOUNT_NAMESPACE.test(name))).toEqual([]);
    expect(directives.filter((name) => HURTS.test(name))).toEqual([]);
  });

  it("has no option beyond the reviewed ones", () => {
    expect(directives.filter((name) => !ALLOWED.has(name))).toEqual([]);
  });

  it.each(["ProtectSystem", "PrivateTmp", "ProtectHome", "ReadOnlyPaths", "BindReadOnlyPaths", "ProtectKernelLogs"])(
    "%s would be found",
    (name) => {
      expect(MAKES_A_MOUNT_NAMESPACE.test(name)).toBe(true);
    },
  );
});

describe("the timer", () => {
  it.each(EVERY)("%s makes up for what was missed, and does not start with a hundred others", (every) => {
    const timer = timerText(every);
    expect(timer).toMatch(/^Persistent=true$/m);
    expect(Number(/^RandomizedDelaySec=(\d+)$/m.exec(timer)?.[1])).toBeGreaterThan(0);
    expect(timer).toMatch(/^WantedBy=timers\.target$/m);
  });
});

const missing = has("systemd-analyze") ? null : "SKIPPED: the units in systemd-analyze verify need the package systemd";

describe.skipIf(skipped(missing))("systemd-analyze", () => {
  it.each([
    ["plain", TASK],
    ["hard", HARD],
  ])("verify finds nothing to complain about: %s", (_, task) => {
    const scratch = mkdtempSync(join(tmpdir(), "cgc-units-"));
    onTestFinished(() => removeTree(scratch));
    mkdirSync(join(scratch, "run"), { mode: 0o700 });
    // It looks whether the program is there.
    writeFileSync(join(scratch, SERVICE), serviceText(argvOf({ ...task, node: process.execPath, script: COMMAND })));
    writeFileSync(join(scratch, TIMER), timerText(task.every));
    const env = { PATH: process.env["PATH"], HOME: scratch, XDG_RUNTIME_DIR: join(scratch, "run") };
    const { status, stdout, stderr } = spawnSync(
      "systemd-analyze",
      ["--user", "verify", join(scratch, SERVICE), join(scratch, TIMER)],
      { encoding: "utf8", env },
    );
    // Other units of the machine may have problems too, which are reported as well.
    const ours = `${stdout}\n${stderr}`.split("\n").filter((line) => line.includes("checkpoint-gc"));
    expect({ status, ours }).toEqual({ status: 0, ours: [] });
  });

  it.each(EVERY)("calendar understands every %s, and comes to the same number in a week", (every) => {
    const [, calendar = ""] = /^OnCalendar=(.*)$/m.exec(timerText(every)) ?? [];
    const minutes = { m: 1, h: 60, d: 1440 }[every.at(-1) ?? ""] ?? 0;
    const step = minutes * Number.parseInt(every, 10);
    const { status, stdout, stderr } = spawnSync(
      "systemd-analyze",
      ["calendar", "--iterations=3", "--base-time=2026-11-20 00:00:00", calendar],
      { encoding: "utf8", env: { PATH: process.env["PATH"], TZ: "UTC", LC_ALL: "C" } },
    );
    expect(status, stderr).toBe(0);
    const times = [...stdout.matchAll(/(?:Next elapse|Iter\. #\d+|Iteration #\d+): \w+ (\S+ \S+) UTC/g)].map(
      ([, time = ""]) => Date.parse(`${time.replace(" ", "T")}Z`),
    );
    expect(times.length).toBeGreaterThanOrEqual(3);
    expect((times[2]! - times[1]!) / 60_000).toBe(step);
  });
});
