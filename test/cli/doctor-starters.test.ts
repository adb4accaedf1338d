// `checkpoints doctor` about what starts runs: timers and start-up hooks, each broken, its twin that works, and mended.

import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { machine, NOTHING, type Machine } from "../schedule/machine.ts";
import { doctor, type Doctor, mend, on } from "../support/doctor.ts";
import { run } from "../support/run.ts";
import { type World, world } from "../support/world.ts";

async function withTimer(): Promise<Machine> {
  const m = machine();
  m.w.repo("alpha");
  expect((await m.schedule("install", "--yes")).code).toBe(0);
  return m;
}

const seen = async ({ w, env }: Machine): Promise<Doctor> => doctor(w, [], { env });

describe("a timer", () => {
  it("that works is in order, and is what starts runs, also where auto_prune is off", async () => {
    const m = await withTimer();
    const found = await seen(m);
    expect(on("timer", found)).toMatchObject({ level: "ok", text: "systemd user timer, every 24h" });
    expect(on("automatic", found)).toMatchObject({
      level: "ok",
      text: expect.stringContaining("systemd user timer") as string,
    });
    expect(on("timer", await doctor(world()))).toMatchObject({ level: "note", text: "no timer is installed" });
  });

  it.each([
    ["that is not enabled", (m: Machine) => rmSync(join(m.env["FAKE"] ?? "", "enabled")), "fault", /is not enabled/],
    [
      "whose program is gone",
      (m: Machine) => edit(m, (text) => text.replaceAll(/\/[^\s"]*\/checkpoints\.js/g, "/nowhere/checkpoints.js")),
      "fault",
      /starts nothing, because \/nowhere\/checkpoints\.js is not there/,
    ],
    ["that was changed", (m: Machine) => edit(m, (text) => `${text}# mine\n`), "warning", /was changed/],
  ])("%s is said, and installing it again mends it", async (_, spoil, level, text) => {
    const m = await withTimer();
    spoil(m);
    const check = on("timer", await seen(m));
    expect(check).toMatchObject({
      level,
      text: expect.stringMatching(text) as string,
      fix: "checkpoints schedule install",
    });
    if (check !== undefined) await mend(check, m.w, { env: m.env });
    expect(on("timer", await seen(m))?.level).toBe("ok");
  });

  it.each([
    ["cron", "ok"],
    ["bash", "fault"],
  ])("in the crontab, with %s among the processes: %s", async (daemon, level) => {
    const m = machine(NOTHING);
    const fake = m.env["FAKE"] ?? "";
    const crontab = `#!/bin/sh\ncase "$1" in -l) cat "$FAKE/tab" 2>/dev/null || { echo "no crontab for me" >&2; exit 1; } ;; -) cat > "$FAKE/tab" ;; esac\n`;
    writeFileSync(join(fake, "crontab"), crontab);
    writeFileSync(join(fake, "ps"), `#!/bin/sh\necho ${daemon}\n`);
    chmodSync(join(fake, "ps"), 0o755);
    expect((await m.schedule("install", "--yes", "--kind", "cron")).code).toBe(0);
    expect(existsSync(join(fake, "tab"))).toBe(true);
    expect(on("timer", await seen(m))).toMatchObject({ level });
  });
});

function edit({ units }: Machine, change: (text: string) => string): void {
  const file = join(units, "checkpoint-gc.service");
  writeFileSync(file, change(readFileSync(file, "utf8")));
}

describe("a start-up hook", () => {
  const files = (w: World): string => join(w.home, "hooks", "checkpoint-gc", "handler.py");
  const installed = async (...words: readonly string[]): Promise<World> => {
    const w = world();
    w.repo("alpha");
    expect((await run(["hook", "install", "--yes", ...words], { home: w })).code).toBe(0);
    return w;
  };

  it("that works is in order; one with --opt-in needs no auto_prune", async () => {
    const found = await doctor(await installed());
    expect([on("hook", found)?.level, on("automatic", found)?.level]).toEqual(["ok", "warning"]);
    const consented = await doctor(await installed("--opt-in"));
    expect([on("hook", consented)?.level, on("automatic", consented)?.level]).toEqual(["ok", "ok"]);
    expect(on("hook", await doctor(world()))?.level).toBe("note");
  });

  it("that is not as it was installed is a warning, and installing it again mends it", async () => {
    const w = await installed();
    writeFileSync(files(w), `${readFileSync(files(w), "utf8")}\nprint(1)\n`);
    const check = on("hook", await doctor(w));
    expect(check).toMatchObject({ level: "warning", fix: "checkpoints hook install" });
    if (check !== undefined) await mend(check, w);
    expect(on("hook", await doctor(w))?.level).toBe("ok");
  });

  it("that is missing in one of its places again is a note", async () => {
    const w = await installed();
    rmSync(files(w));
    const found = await doctor(w);
    expect(found.checks.filter(({ topic }) => topic === "hook").map(({ level }) => level)).toEqual([
      "ok",
      "note",
      "ok",
    ]);
  });
});
