// `schedule install` as a person runs it.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { splitPath } from "../../src/schedule/program-path.ts";
import { argvInService } from "../../src/schedule/render-systemd.ts";
import { COMMAND, run } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { world } from "../support/world.ts";
import { beside, documentOf, machine } from "./machine.ts";

describe("schedule install", () => {
  it("says all that it will write and run, and without an answer does nothing", async () => {
    const m = machine();
    const before = fingerprint(m.w.root, beside);
    const { code, stdout, stderr } = await m.schedule("install", "--every", "6h");
    expect(code).toBe(3);
    expect(stderr).toBe(
      "checkpoints: no terminal to ask on, so nothing was changed\n" +
        "To run it: checkpoints schedule install --every 6h --yes\n",
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
    const { argv } = splitPath(argvInService(readFileSync(join(m.units, "checkpoint-gc.service"), "utf8")) ?? []);
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
    const { argv } = splitPath(argvInService(readFileSync(join(m.units, "checkpoint-gc.service"), "utf8")) ?? []);
    const [, script, ...words] = argv;
    expect(script).toBe(COMMAND);
    expect((await run(words, { env: { HOME: m.w.root }, cwd: "/" })).code).toBe(0);
    expect(existsSync(old.path)).toBe(false);
    const status = await m.schedule("status");
    expect(status.stdout).toMatch(/Last sweep of ~\/\.hermes\/checkpoints: .* \(just now\): 1 to trash .*0 failed/);
    const document = documentOf(await m.schedule("status", "--json"));
    expect(document.lastSweeps).toMatchObject([{ base: m.w.base, error: null }]);
  });

  it("passes on homes, bases and settings, as absolute paths", async () => {
    const m = machine();
    const other = world();
    const words = ["--home", ".hermes", "--base", other.base, "--set", "trash_days=3"];
    expect((await m.schedule("install", "--yes", ...words)).code).toBe(0);
    const { argv } = splitPath(argvInService(readFileSync(join(m.units, "checkpoint-gc.service"), "utf8")) ?? []);
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
    expect(stderr).toContain("To remove what was installed so far: checkpoints schedule remove");
    expect((await m.schedule("remove", "--yes")).code).toBe(0);
    expect(existsSync(join(m.w.root, ".config"))).toBe(true);
  });

  it.each([
    [["--every", "36h"], /--every is "36h": expected 5m, 10m/],
    [["--kind", "systemctl"], /--kind is "systemctl": expected systemd, launchd, cron or windows$/m],
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
    expect([code, stderr]).toEqual([2, expect.stringContaining("does not exist: expected a home of Hermes")]);
  });
});
