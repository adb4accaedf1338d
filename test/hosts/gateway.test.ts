// A gateway holds no more after a hundred sweeps than after ten.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fakeCommand } from "../housekeeping/support.ts";
import { plantNext } from "../hook/support.ts";
import { stateOf } from "../reclaim/runs.ts";
import { cleanEnv } from "../support/run.ts";
import { PROJECT } from "../support/paths.ts";
import { world } from "../support/world.ts";

/** Says what a real sweep says, without taking a second for it: what is looked at here is the loop. */
const SWEEP = `
  const base = "/base";
  const numbers = { base, scanned: 1100, removedByRule: { orphan: 50 }, bytesTrashed: 1, bytesReclaimed: 0, failed: 0, durationMs: 5 };
  for (let n = 0; n < 50; n++) console.log(JSON.stringify({ level: "debug", event: "entry", id: String(n), rule: "orphan", ageDays: n, bytes: n }));
  console.log(JSON.stringify({ level: "info", event: "sweep", ...numbers, msg: "checkpoint-gc: 50 to trash" }));
  console.log(JSON.stringify({ event: "base", base, status: "done", error: null, sweep: numbers }));
`;

interface Held {
  readonly sweeps: number;
  readonly heap: number;
  readonly fds: number;
  readonly zombies: number;
  readonly handles: number;
}

it("runs through a hundred intervals: descriptors equal, heap within 5 %", () => {
  const w = world();
  plantNext(stateOf(w), -1);
  const command = fakeCommand(w, SWEEP)[1] ?? "";
  const gateway = join(PROJECT, "test/hosts/gateway.mjs");
  // What the compiler keeps for hot code belongs to V8, and its size varies.
  const flags = ["--expose-gc", "--no-opt", "--no-sparkplug", "--no-maglev"];
  const args = [...flags, gateway, join(PROJECT, "dist/housekeeping.js"), w.home, command, "100"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    env: cleanEnv({ home: w }),
  });
  expect([status, stderr]).toEqual([0, ""]);
  const { sweeps, seen } = JSON.parse(stdout) as { sweeps: number; seen: readonly Held[] };
  expect([sweeps, seen.length]).toEqual([100, 10]);
  const [early, late] = [leastOf(seen.slice(0, 5)), leastOf(seen.slice(5))];
  expect(new Set(seen.map(({ fds, zombies, handles }) => `${fds} ${zombies} ${handles}`)).size).toBe(1);
  expect(seen[0]?.zombies).toBe(0);
  expect(late / early).toBeLessThan(1.05);
  console.log(
    `gateway: ${Math.round(early / 1024)} KiB of heap after 10 sweeps, ${Math.round(late / 1024)} KiB after 100`,
  );
});

/** A collection now and then leaves something for the next one. */
function leastOf(seen: readonly Held[]): number {
  return Math.min(...seen.map(({ heap }) => heap));
}
