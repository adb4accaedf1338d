// `schedule status` and `schedule print` as a person runs them.

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { documentOf, machine, NOTHING } from "./machine.ts";

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

  it("does not wait for programs that are not there", async () => {
    const m = machine();
    // Neither systemctl nor crontab: half of the patience that a hanging one gets.
    const env = { PATH: join(m.w.root, "empty") };
    const { code, stdout } = await run(["schedule", "status"], { home: m.w, env, timeout: 15_000 });
    expect([code, stdout]).toEqual([0, expect.stringContaining("No timer is installed.")]);
  });

  it("tells when what it needs is gone", async () => {
    const m = machine();
    await m.schedule("install", "--yes");
    const service = join(m.units, "checkpoint-gc.service");
    const node = join(m.w.root, "versions", "node v20");
    writeFileSync(
      service,
      readFileSync(service, "utf8").replace(/"[^"]*"[ ,]"[^"]*checkpoints\.js"/g, (words) =>
        words.replace(/^"[^"]*"/, `"${node}"`),
      ),
    );
    const { stdout } = await m.schedule("status");
    expect(stdout).toContain("node v20 is missing (upgraded, moved or deleted), so it cannot run");
    expect(stdout).toContain("to fix it: checkpoints schedule install");
    expect(documentOf(await m.schedule("status", "--json")).timers).toMatchObject([{ gone: [node] }]);
  });

  it("refuses a home that was named and is not there, as every other command does", async () => {
    const m = machine();
    const { code, stdout, stderr } = await m.schedule("status", "--home", join(m.w.root, "nowhere"));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/the home \S+\/nowhere does not exist: expected a home of Hermes/);
    const there = await m.schedule("status", "--home", m.w.home);
    expect([there.code, there.stdout]).toEqual([
      0,
      expect.stringContaining("Last sweep of ~/.hermes/checkpoints: never"),
    ]);
  });

  it("tells when its home is gone, and that it is not switched on", async () => {
    const m = machine();
    await m.schedule("install", "--yes");
    renameSync(join(m.w.root, "fake", "active"), join(m.w.root, "fake", "inactive"));
    renameSync(m.w.home, `${m.w.home}-moved`);
    const { code, stdout } = await m.schedule("status");
    expect(code).toBe(0);
    expect(stdout).toContain(".hermes is missing");
    expect(stdout).toContain("is not enabled, so it does not run");
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
