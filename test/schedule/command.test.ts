// The command as a person runs it, with programs of the test's own in place of systemctl, loginctl and crontab.

import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { schemaOf } from "../../src/report/schema.ts";
import { argvInService } from "../../src/schedule/render-systemd.ts";
import type { ScheduleDocument } from "../../src/report/documents.ts";
import { COMMAND, run, type RunResult } from "../support/run.ts";
import { noTerminal, runInTerminal } from "../support/terminal.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type World, world } from "../support/world.ts";

/** systemctl knows a timer that was enabled and started; loginctl says that lingering is off. */
const SYSTEMCTL = `#!/bin/sh
echo "$*" >> "$FAKE/log"
case "$*" in
  *show*) exit 0 ;;
  *is-enabled*) [ -e "$FAKE/enabled" ] ;;
  *is-active*) [ -e "$FAKE/active" ] ;;
  *enable*) [ ! -e "$FAKE/refuse" ] || { echo "Failed to enable unit: refused" >&2; exit 1; }; : > "$FAKE/enabled" ;;
  *restart*) : > "$FAKE/active" ;;
  *disable*) rm -f "$FAKE/enabled" "$FAKE/active" ;;
esac
`;
const LOGINCTL = "#!/bin/sh\necho Linger=no\n";
const NOTHING = "#!/bin/sh\necho not here >&2\nexit 1\n";

interface Machine {
  readonly w: World;
  readonly units: string;
  readonly env: Record<string, string>;
  schedule(...words: readonly string[]): Promise<RunResult>;
  /** What systemctl was told to change. */
  told(): readonly string[];
}

function machine(systemctl = SYSTEMCTL): Machine {
  const w = world();
  const fake = join(w.root, "fake");
  mkdirSync(fake);
  const programs = { systemctl, loginctl: LOGINCTL, crontab: NOTHING };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(fake, name), text);
    chmodSync(join(fake, name), 0o755);
  }
  const env = { FAKE: fake, PATH: `${fake}:${process.env["PATH"]}` };
  return {
    w,
    env,
    units: join(w.root, ".config", "systemd", "user"),
    schedule: (...words) => run(["schedule", ...words], { home: w, env }),
    told() {
      const log = join(fake, "log");
      const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
      return lines.filter((line) => !/ (?:show|is-)/.test(line)).map((line) => line.replace("--user ", ""));
    },
  };
}

function documentOf(result: RunResult): ScheduleDocument {
  const document = result.json() as ScheduleDocument;
  expect(schemaOf(document.command).safeParse(document).error).toBeUndefined();
  return document;
}

const beside = { ignore: (path: string) => path === "fake" };

describe("schedule install", () => {
  it("says all that it will write and run, and without an answer does nothing", async () => {
    const m = machine();
    const before = fingerprint(m.w.root, beside);
    const { code, stdout, stderr } = await m.schedule("install", "--every", "6h");
    expect(code).toBe(3);
    expect(stderr).toBe(
      "checkpoints: no terminal to ask on, so nothing was changed\n" +
        "To do it: checkpoints schedule install --every 6h --yes\n",
    );
    expect(stdout).toContain("A systemd user timer, every 6h.");
    expect(stdout).toContain(` ${COMMAND} auto --opt-in --now --home ${m.w.home}`);
    for (const name of ["checkpoint-gc.service", "checkpoint-gc.timer"]) {
      expect(stdout).toContain(`Write ${join(m.units, name)}`);
    }
    expect(stdout).toContain("OnCalendar=*-*-* 00/6:00:00");
    expect(stdout).toContain("Run systemctl --user enable checkpoint-gc.timer");
    expect(stdout).toContain("Note: lingering is off");
    expect(diff(before, fingerprint(m.w.root, beside))).toEqual([]);
    expect(m.told()).toEqual([]);
  });

  it("--dry-run says the same and ends with 0", async () => {
    const m = machine();
    const before = fingerprint(m.w.root, beside);
    const { code, stdout } = await m.schedule("install", "--dry-run");
    expect(code).toBe(0);
    expect(stdout).toMatch(/Write .*Dry run: nothing was changed\.\n$/s);
    expect(diff(before, fingerprint(m.w.root, beside))).toEqual([]);
  });

  it("does it once, and is then content", async () => {
    const m = machine();
    const first = await m.schedule("install", "--yes");
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toMatch(/\nInstalled\. /);
    expect(m.told()).toEqual(["daemon-reload", "enable checkpoint-gc.timer", "restart checkpoint-gc.timer"]);
    const argv = argvInService(readFileSync(join(m.units, "checkpoint-gc.service"), "utf8")) ?? [];
    expect(argv.slice(1)).toEqual([COMMAND, "auto", "--opt-in", "--now", "--home", m.w.home]);
    const before = fingerprint(m.w.root, beside);
    const second = await m.schedule("install");
    expect(second.code).toBe(0);
    expect(second.stdout).toContain("is installed and up to date, every 24h: nothing to do.");
    expect(diff(before, fingerprint(m.w.root, beside))).toEqual([]);
    expect(m.told()).toHaveLength(3);
  });

  it("what it installs runs, and sweeps", async () => {
    const m = machine();
    const old = m.w.repo("old", { ageDays: 30 });
    m.w.repo("alive");
    await m.schedule("install", "--yes");
    const [, script, ...words] = argvInService(readFileSync(join(m.units, "checkpoint-gc.service"), "utf8")) ?? [];
    expect(script).toBe(COMMAND);
    expect((await run(words, { env: { HOME: m.w.root }, cwd: "/" })).code).toBe(0);
    expect(existsSync(old.path)).toBe(false);
    const status = await m.schedule("status");
    expect(status.stdout).toMatch(/Last sweep of ~\/\.hermes\/checkpoints: .* \(just now\): 1 to trash .*0 failed/);
    const document = documentOf(await m.schedule("status", "--json"));
    expect(document.lastSweeps).toMatchObject([{ base: m.w.base, error: null }]);
  });

  it("takes homes, bases and settings along, absolute", async () => {
    const m = machine();
    const other = world();
    const words = ["--home", ".hermes", "--base", other.base, "--set", "trash_days=3"];
    expect((await m.schedule("install", "--yes", ...words)).code).toBe(0);
    const argv = argvInService(readFileSync(join(m.units, "checkpoint-gc.service"), "utf8")) ?? [];
    expect(argv.slice(5)).toEqual(["--home", m.w.home, "--base", other.base, "--set", "trash_days=3"]);
  });

  it("brings another interval", async () => {
    const m = machine();
    await m.schedule("install", "--yes");
    expect((await m.schedule("install", "--yes", "--every", "7d")).code).toBe(0);
    expect(documentOf(await m.schedule("status", "--json")).timers).toMatchObject([{ every: "7d" }]);
  });

  it("--json never asks, and tells every step", async () => {
    const m = machine();
    const declined = await m.schedule("install", "--json");
    expect(declined.code).toBe(3);
    expect(documentOf(declined)).toMatchObject({ status: "declined", error: { code: "declined" } });
    const done = documentOf(await m.schedule("install", "--json", "--yes"));
    expect(done).toMatchObject({ status: "done", timers: [{ kind: "systemd", installed: true, active: true }] });
    expect(done.steps.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual(
      ["write", "write", "run", "run", "run"].map((kind) => `${kind} done`),
    );
  });

  it("says what failed, and ends with 1", async () => {
    const m = machine();
    writeFileSync(join(m.w.root, "fake", "refuse"), "");
    const { code, stderr } = await m.schedule("install", "--yes");
    expect(code).toBe(1);
    expect(stderr).toMatch(/run systemctl --user enable checkpoint-gc.timer: Failed to enable unit: refused/);
    expect(stderr).toContain("checkpoints schedule remove takes away");
    expect((await m.schedule("remove", "--yes")).code).toBe(0);
    expect(existsSync(join(m.w.root, ".config"))).toBe(true);
  });

  it.each([
    [["--every", "36h"], /--every is "36h": expected 5m, 10m/],
    [["--kind", "systemctl"], /--kind is "systemctl": expected systemd or launchd/],
    [["--kind", "launchd"], /--kind is "launchd": launchd is a part of macOS/],
    [["--kind", "kubernetes"], /a CronJob is not installed from here/],
    [["--home", "/nowhere/at/all"], /the home \/nowhere\/at\/all does not exist/],
    [["--home", "a\nb"], /cannot be written into a timer/],
  ])("refuses %j", async (words, message) => {
    const m = machine();
    const { code, stderr } = await m.schedule("install", "--yes", ...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(m.told()).toEqual([]);
  });

  it("refuses where no agent has ever run", async () => {
    const m = machine();
    const env = { ...m.env, HERMES_HOME: join(m.w.root, "nothing") };
    const { code, stderr } = await run(["schedule", "install", "--yes"], { home: m.w, env });
    expect([code, stderr]).toEqual([2, expect.stringContaining("does not exist: expected a Hermes home")]);
  });
});

describe("schedule remove", () => {
  it("leaves nothing", async () => {
    const m = machine();
    const before = fingerprint(m.w.root, { ...beside, times: false });
    mkdirSync(join(m.w.root, ".config"));
    await m.schedule("install", "--yes");
    const wants = join(m.units, "timers.target.wants");
    mkdirSync(wants);
    symlinkSync(join(m.units, "checkpoint-gc.timer"), join(wants, "checkpoint-gc.timer"));
    const { code, stdout } = await m.schedule("remove", "--yes");
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nRemoved\. /);
    expect(diff(before, fingerprint(m.w.root, { ...beside, times: false }))).toEqual([
      expect.stringMatching(/^\+ \.config$/),
    ]);
    expect(await m.schedule("remove", "--yes")).toMatchObject({
      code: 0,
      stdout: "No timer is installed: nothing to remove.\n",
    });
  });

  it("asks", async () => {
    const m = machine();
    await m.schedule("install", "--yes");
    const before = fingerprint(m.w.root, beside);
    expect((await m.schedule("remove")).code).toBe(3);
    expect((await m.schedule("remove", "--dry-run")).code).toBe(0);
    expect(diff(before, fingerprint(m.w.root, beside))).toEqual([]);
  });

  it("leaves what others have put there", async () => {
    const m = machine();
    await m.schedule("install", "--yes");
    writeFileSync(join(m.units, "mine.service"), "");
    await m.schedule("remove", "--yes");
    expect(existsSync(join(m.units, "mine.service"))).toBe(true);
  });
});

describe("schedule status", () => {
  it("tells that there is none", async () => {
    const m = machine();
    const { code, stdout } = await m.schedule();
    expect(code).toBe(0);
    expect(stdout).toBe(
      "No timer is installed. To install one: checkpoints schedule install\n" +
        "Last sweep of ~/.hermes/checkpoints: never\n",
    );
  });

  it("tells when what it needs is gone", async () => {
    const m = machine();
    await m.schedule("install", "--yes");
    const service = join(m.units, "checkpoint-gc.service");
    const node = join(m.w.root, "versions", "node v20");
    writeFileSync(service, readFileSync(service, "utf8").replace(/ExecStart="[^"]*"/, `ExecStart="${node}"`));
    const { stdout } = await m.schedule("status");
    expect(stdout).toContain("node v20 is gone (upgraded, moved or deleted): it cannot run");
    expect(stdout).toContain("to put it right: checkpoints schedule install");
    expect(documentOf(await m.schedule("status", "--json")).timers).toMatchObject([{ gone: [node] }]);
  });

  it("tells when its home is gone, and that it is not switched on", async () => {
    const m = machine();
    await m.schedule("install", "--yes");
    renameSync(join(m.w.root, "fake", "active"), join(m.w.root, "fake", "inactive"));
    renameSync(m.w.home, `${m.w.home}-moved`);
    const { code, stdout } = await m.schedule("status");
    expect(code).toBe(0);
    expect(stdout).toContain(".hermes is gone");
    expect(stdout).toContain("is not switched on: nothing starts it");
  });
});

describe("schedule print", () => {
  const KINDS = ["systemd", "launchd", "cron", "windows", "kubernetes"];

  it.each(KINDS)("%s, on a machine that has none of it, and writes nothing", async (kind) => {
    const m = machine(NOTHING);
    const before = fingerprint(m.w.root);
    const { code, stdout, stderr } = await m.schedule("print", "--kind", kind, "--every", "30m");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("--opt-in");
    expect(stdout).toContain(m.w.home);
    const document = documentOf(await m.schedule("print", "--kind", kind, "--every", "30m", "--json"));
    expect(document.timers).toMatchObject([{ kind, every: "30m", installed: false }]);
    expect(stdout).toContain(document.timers[0]?.files.at(-1)?.text);
    expect(diff(before, fingerprint(m.w.root))).toEqual([]);
  });

  it("needs no home that is there", async () => {
    const { code, stdout } = await run(["schedule", "print", "--kind", "cron", "--home", "/srv/other machine"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--home '/srv/other machine'");
  });
});

const noTty = noTerminal();
if (noTty !== null) process.stdout.write(`${noTty}\n`);

describe.skipIf(noTty !== null)("the question", () => {
  const asked = (m: Machine, ...press: string[]): ReturnType<typeof runInTerminal> =>
    runInTerminal(["schedule", "install"], {
      home: m.w,
      env: m.env,
      rows: 60,
      keys: [{ after: /\[N\]o/, press }],
    });

  it("y installs", async () => {
    const m = machine();
    const { code, text } = await asked(m, "y", "Enter");
    expect(code, text).toBe(0);
    expect(existsSync(join(m.units, "checkpoint-gc.timer"))).toBe(true);
  });

  it.each(["n", "Enter"])("%s does not", async (key) => {
    const m = machine();
    const { code, text } = await asked(m, key, "Enter");
    expect([code, text]).toEqual([3, expect.stringContaining("Nothing was changed.")]);
    expect(existsSync(m.units)).toBe(false);
  });
});
