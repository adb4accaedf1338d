import { lstatSync, mkdirSync, type Stats } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startupSweep } from "../../src/hook.ts";
import { world } from "../support/world.ts";
import { until } from "../support/until.ts";
import { stateOf } from "./support.ts";

/** The one test here in which the built command itself is started: what it leaves is what the hook looks at. */
it("sweeps once, tells it once, and then has nothing to do", async () => {
  const made = world();
  const gone = made.repo("gone", { workdir: "delete", ageDays: 3 });
  const live = made.repo("live");
  const state = stateOf(made.base);
  mkdirSync(state, { mode: 0o700 });
  const options = { home: made.home, enabled: true, settings: { orphan_grace_hours: 0 } };

  expect(startupSweep(options)).toMatchObject({ status: "started", notice: null });
  // Announcing the notice and setting the time of `next` is the last that a sweep does.
  await until(state, () => [lstatSync(join(state, "next"), { throwIfNoEntry: false })].filter(isWritten), 1);

  const told = startupSweep(options);
  expect(told).toMatchObject({ status: "not-due", pid: null });
  expect(told.notice).toMatch(/^checkpoint-gc: 1 to trash .*checkpoints history$/);
  expect(startupSweep(options)).toEqual({ status: "not-due", pid: null, notice: null });
  expect(lstatSync(gone.path, { throwIfNoEntry: false })).toBeUndefined();
  expect(lstatSync(live.path).isDirectory()).toBe(true);
});

function isWritten(next: Stats | undefined): boolean {
  // `notice`, and beside it that this call gave settings. The time comes with it in one step (gate/write-next.ts).
  return next !== undefined && next.size % 16 === 7;
}
