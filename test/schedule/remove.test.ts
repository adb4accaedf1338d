// `schedule remove`, and the question, as a person meets them.

import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { noTerminal, runInTerminal } from "../support/terminal.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { beside, type Machine, machine } from "./machine.ts";

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
