// What a killed run leaves beside a file in a directory of others is removed by the next that writes the same file, and
// nothing else is.

import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bytePath } from "../../src/fs/syscalls.ts";
import { writeElsewhere } from "../../src/fs/write-atomic.ts";
import { namesIn } from "../reclaim/runs.ts";
import { runFaulty } from "../support/faults.ts";
import { HOUR_MS } from "../support/paths.ts";
import { run } from "../support/run.ts";
import { world } from "../support/world.ts";
import { scratch } from "./support.ts";

function aged(path: string, hours: number): void {
  const at = new Date(Date.now() - hours * HOUR_MS);
  utimesSync(path, at, at);
}

it("a temporary file of a killed metrics run is removed by a later one, an hour after at the earliest", async () => {
  const w = world();
  const directory = scratch();
  const args = ["auto", "--opt-in", "--now", "--metrics-file", join(directory, "cgc.prom")];
  const killed = await runFaulty({ kind: "kill", at: "point:written", nth: 1, path: "cgc.prom" }, args, { home: w });
  expect(killed.signal).toBe("SIGKILL");
  const [left = ""] = namesIn(directory);
  expect(left).toMatch(/^\.tmp-/);
  // It may be of a run that is at work.
  expect((await run(args, { home: w })).code).toBe(0);
  expect(namesIn(directory).toSorted()).toEqual([left, "cgc.prom"]);
  aged(join(directory, left), 2);
  expect((await run(args, { home: w })).code).toBe(0);
  expect(namesIn(directory)).toEqual(["cgc.prom"]);
});

it("temporary files of other files and of other programs stay, however old", () => {
  const directory = scratch();
  const others = [".tmp-0123456789abcdef", ".tmp-note", `.tmp-${"0".repeat(16)}-${"1".repeat(16)}`];
  for (const name of others) writeFileSync(join(directory, name), "");
  for (const name of others) aged(join(directory, name), 1000);
  writeElsewhere(bytePath(join(directory, "unit.timer")), "text");
  expect(readFileSync(join(directory, "unit.timer"), "utf8")).toBe("text");
  for (const name of others) expect(existsSync(join(directory, name)), name).toBe(true);
});
