// A directory that its desktop can put back is not deleted, also where the trash of the desktop is not in the usual place: in
// what a hook and a timer start.

import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startupSweep } from "../src/hook.ts";
import type { ScheduleDocument } from "../src/report/schema.ts";
import { stateOf } from "./hook/support.ts";
import { cleanEnv, run } from "./support/run.ts";
import { until } from "./support/until.ts";
import { type ShadowRepo, type World, world } from "./support/world.ts";

interface Trashed {
  readonly w: World;
  readonly data: string;
  /** Its directory lies in the desktop's trash. */
  readonly kept: ShadowRepo;
  /** Its directory was deleted. */
  readonly gone: ShadowRepo;
}

function trashed(): Trashed {
  const w = world();
  const data = join(w.root, "data");
  const kept = w.repo("kept", { ageDays: 3 });
  const gone = w.repo("gone", { workdir: "delete", ageDays: 3 });
  w.repo("neighbour");
  for (const name of ["files", "info"]) mkdirSync(join(data, "Trash", name), { recursive: true, mode: 0o700 });
  const when = "2026-11-01T10:00:00";
  writeFileSync(
    join(data, "Trash/info/kept.trashinfo"),
    `[Trash Info]\nPath=${encodeURI(kept.workdir)}\nDeletionDate=${when}\n`,
  );
  renameSync(kept.workdir, join(data, "Trash/files/kept"));
  writeFileSync(join(w.home, "config.yaml"), "checkpoint_gc:\n  orphan_grace_hours: 0\n");
  return { w, data, kept, gone };
}

function expectOneGone({ kept, gone }: Trashed): void {
  expect(lstatSync(kept.path).isDirectory()).toBe(true);
  expect(existsSync(gone.path)).toBe(false);
}

describe("a trash of the desktop by XDG_DATA_HOME is found", () => {
  it("by a sweep that a hook started", async () => {
    const t = trashed();
    const env = cleanEnv({ home: t.w, env: { XDG_DATA_HOME: t.data } });
    const state = stateOf(t.w.base);
    mkdirSync(state, { mode: 0o700 });
    expect(startupSweep({ enabled: true, env }).status).toBe("started");
    await until(state, () => [join(state, "notice")].filter((path) => existsSync(path)), 1);
    expectOneGone(t);
  });

  it("and without the variable both go", async () => {
    const t = trashed();
    expect((await run(["auto", "--opt-in"], { home: t.w })).code).toBe(0);
    expect([existsSync(t.kept.path), existsSync(t.gone.path)]).toEqual([false, false]);
  });

  it.each(["systemd", "cron", "launchd"])(
    "by what a timer of %s runs, with the environment of a timer",
    async (kind) => {
      const t = trashed();
      const env = { XDG_DATA_HOME: t.data };
      const printed = await run(["schedule", "print", "--json", "--kind", kind], { home: t.w, env });
      const [program = "", ...args] = (printed.json() as ScheduleDocument).timers[0]?.argv ?? [];
      const swept = spawnSync(program, args, { env: { HOME: t.w.root }, encoding: "utf8" });
      expect(swept.status, swept.stderr).toBe(0);
      expectOneGone(t);
    },
  );
});
