// `auto -v` and `auto --detach -v` say in one line why nothing was done; without -v they print nothing.

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stateOf } from "./reclaim/runs.ts";
import { type Fault, faulty } from "./support/faults.ts";
import { run, start } from "./support/run.ts";
import { appears } from "./support/until.ts";
import { type World, world } from "./support/world.ts";

type Args = readonly string[];

/** Of the verbose run: lines of its log are for each step. */
async function linesOf(args: Args, w: World | string, env: Record<string, string> = {}): Promise<readonly string[]> {
  const silent = await run(args, { home: w, env });
  expect(silent).toMatchObject({ code: 0, stdout: "", stderr: "" });
  const { code, stdout, stderr } = await run([...args, "-v"], { home: w, env });
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  return stderr.split("\n").filter((line) => line !== "" && !line.startsWith("debug: "));
}

describe.each([
  ["auto", ["auto"]],
  ["auto --detach", ["auto", "--detach"]],
])("%s -v", (_, command) => {
  it("says that sweeps are off, and what turns them on", async () => {
    const w = world();
    await run(["auto"], { home: w });
    expect(await linesOf(command, w)).toEqual([
      "Automatic sweeps are off: nothing was done. To turn them on: checkpoints config set auto_prune true",
    ]);
  });

  it("says until when none is due, and what sweeps now", async () => {
    const w = world();
    w.settings({ auto_prune: true });
    await run(["auto"], { home: w });
    expect(await linesOf(command, w)).toEqual([
      expect.stringMatching(
        /^Not due until \d+ \w{3} \d\d:\d\d: nothing was done\. To sweep now: checkpoints auto --now$/,
      ),
    ]);
    const [line] = await linesOf([...command, "--opt-in"], w);
    expect(line).toMatch(/ checkpoints auto --now --opt-in$/);
  });

  it("says that the environment switches it off, and sweeps nothing", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete", ageDays: 30 });
    expect(await linesOf([...command, "--opt-in", "--now"], w, { CHECKPOINT_GC: "off" })).toEqual([
      "CHECKPOINT_GC=off is set in the environment: nothing was done. To sweep all the same, unset it.",
    ]);
    expect(existsSync(gone.path)).toBe(true);
  });

  it("says that there is no base", async () => {
    const w = world();
    expect(await linesOf(command, join(w.root, "nothing"))).toEqual([
      "No base was found from which anything is collected: nothing was done.",
    ]);
  });

  it.each([
    ["of", true],
    ["0", true],
    ["on", false],
    ["", false],
    [" OFF ", false],
  ])("CHECKPOINT_GC=%j: says that it has no effect: %j", async (value, isSaid) => {
    const w = world();
    await run(["auto"], { home: w });
    const lines = await linesOf(command, w, { CHECKPOINT_GC: value });
    const said = `CHECKPOINT_GC is "${value}", which has no effect: expected off, or nothing`;
    expect(lines.includes(said)).toBe(isSaid);
    expect(lines).toHaveLength(isSaid ? 2 : 1);
  });
});

describe("auto -v", () => {
  it("says that another run is at work, and who it is", async () => {
    const w = world();
    w.settings({ auto_prune: true, orphan_grace_hours: 0 }, "checkpoint_gc");
    w.repo("gone", { workdir: "delete" });
    const [reached, go] = [join(w.root, "reached"), join(w.root, "go")];
    const fault: Fault = { kind: "wait", at: "point:isolated", reached, go };
    const first = start(["auto"], faulty(fault, { home: w }));
    await appears(reached);
    const [line, ...others] = await linesOf(["auto"], w);
    writeFileSync(go, "");
    await first.done;
    expect(line).toMatch(
      /^Another run is in progress on .*\.hermes\/checkpoints: .*, pid \d+, since .*: nothing was done\.$/,
    );
    expect(others).toEqual([]);
    expect(existsSync(stateOf(w))).toBe(true);
  });

  it("of two bases with different reasons names each", async () => {
    const w = world();
    w.settings({ auto_prune: true });
    const profile = w.profile("work");
    profile.repo("alpha");
    await run(["auto"], { home: w });
    const lines = await linesOf(["auto"], w);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^~\/\.hermes\/checkpoints: Not due until /);
    expect(lines[1]).toMatch(/^~\/\.hermes\/profiles\/work\/checkpoints: Automatic sweeps are off: /);
  });
});
