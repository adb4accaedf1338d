// `checkpoints housekeeping` and `checkpoints auto --detach` as a person or an init system starts them.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { schemaOf } from "../../src/report/schema.ts";
import { plantNext } from "../hook/support.ts";
import { namesIn, stateOf } from "../reclaim/runs.ts";
import { run, start, type Started } from "../support/run.ts";
import { appears } from "../support/until.ts";
import { type World, world } from "../support/world.ts";

function dueWorld(): World {
  const w = world();
  w.settings({ auto_prune: true });
  w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
  return w;
}

/** Resolves when the text was on stderr. */
async function says({ child }: Started, text: string): Promise<void> {
  let heard = "";
  for await (const chunk of child.stderr ?? []) {
    heard += String(chunk);
    if (heard.includes(text)) return;
  }
  throw new Error(`it ended and said ${heard}`);
}

describe("housekeeping", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("sweeps, says so in one line, and ends with 0 at %s", async (signal) => {
    const w = dueWorld();
    const gone = w.repo("gone", { workdir: "delete" });
    const started = start(["housekeeping", "--jitter", "0", "--json"], { home: w });
    await says(started, "failed");
    started.child.kill(signal);
    const done = await started.done;
    expect(done.code).toBe(0);
    expect(done.stderr).toMatch(/^checkpoint-gc: 1 to trash \(.*\), 0 kept, 0 failed, [\d.]+ m?s\n/);
    expect(schemaOf("housekeeping").parse(done.json())).toMatchObject({
      command: "housekeeping",
      status: "done",
      error: null,
    });
    expect(namesIn(w.base)).not.toContain(gone.id);
  });

  it("passes its flags on to the sweep, and writes the metrics file", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    const file = join(w.root, "cgc.prom");
    const flags = ["--opt-in", "--set", "orphan_grace_hours=0", "--keep-orphans", "--metrics-file", "cgc.prom", "-v"];
    const started = start(["housekeeping", "--jitter", "0", ...flags], { home: w, cwd: w.root });
    await appears(file);
    started.child.kill("SIGTERM");
    const { code, stderr } = await started.done;
    expect(code).toBe(0);
    expect(stderr).toMatch(/^Stopping\.$/m);
    expect(stderr).not.toContain("Ctrl-C");
    expect(namesIn(w.base)).toContain(gone.id);
    expect(readFileSync(file, "utf8")).toContain('verdict="orphan"} 1\n');
  });

  it("ends also before its first sweep, and where there is nothing to do", async () => {
    const w = world();
    const started = start(["housekeeping", "--verbose"], { home: w });
    await says(started, "the first sweep is not before");
    started.child.kill("SIGTERM");
    expect(await started.done).toMatchObject({ code: 0, stdout: "" });
  });

  it("reports a home that does not exist, and nothing of one that exists", async () => {
    const [w, other] = [world(), world()];
    for (const [home, isThere] of [
      [join(w.root, "nope"), false],
      [other.home, true],
    ] as const) {
      const started = start(["housekeeping", "--verbose", "--home", home], { home: w });
      await says(started, "the first sweep is not before");
      started.child.kill("SIGTERM");
      const { code, stderr } = await started.done;
      expect(code).toBe(0);
      expect(stderr.includes(`${home} does not exist: it is swept once it does`)).toBe(!isThere);
    }
  });

  it.each([
    ["--jitter", "soon"],
    ["--metrics-file", ""],
  ])("refuses %s %j", async (...flags) => {
    expect((await run(["housekeeping", ...flags], { home: world() })).code).toBe(2);
  });
});

describe("auto --detach", () => {
  it("returns at once, and the sweep continues without it", async () => {
    const w = dueWorld();
    const gone = w.repo("gone", { workdir: "delete" });
    plantNext(stateOf(w), -1);
    const { code, stdout, stderr } = await run(["auto", "--detach"], { home: w });
    expect([code, stdout, stderr]).toEqual([0, "", ""]);
    await appears(join(stateOf(w), "notice"));
    expect(namesIn(w.base)).not.toContain(gone.id);
    const told = await run(["auto", "--detach"], { home: w });
    expect(told.stderr).toMatch(/^checkpoint-gc: 1 to trash .*; undo until .*: checkpoints history\n$/);
    expect((await run(["auto", "--detach"], { home: w })).stderr).toBe("");
  });

  it("starts nothing where nothing is due, or it is switched off", async () => {
    const w = dueWorld();
    w.repo("gone", { workdir: "delete" });
    plantNext(stateOf(w), 3_600_000);
    for (const env of [{}, { CHECKPOINT_GC: "off" }]) {
      expect(await run(["auto", "--detach"], { home: w, env })).toMatchObject({ code: 0, stdout: "", stderr: "" });
    }
    expect(namesIn(stateOf(w))).toEqual(["next"]);
  });

  it("says what is wrong where a sweep could do nothing", async () => {
    const w = dueWorld();
    execFileSync("mkdir", ["-m", "777", stateOf(w)]);
    const { code, stderr } = await run(["auto", "--detach"], { home: w });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^checkpoints: cannot sweep: the state directory /);
  });

  it.each([["--json"], ["--dry-run"], ["--events"]])("refuses %s, since its output would be lost", async (flag) => {
    const { code, stderr } = await run(["auto", "--detach", flag], { home: world() });
    expect([code, stderr]).toEqual([2, expect.stringContaining(`--detach and ${flag} cannot be used together`)]);
  });
});

describe("what went wrong in a detached sweep", () => {
  it("is in the log of the state and in status, until one succeeds", async () => {
    const w = dueWorld();
    w.config("checkpoints: {auto_prune: maybe}\n");
    const env = { CHECKPOINT_GC_DETACHED: "1" };
    expect((await run(["auto"], { home: w, env })).code).toBe(2);
    expect((await run(["auto"], { home: w })).code).toBe(2);
    const log = (): string => readFileSync(join(stateOf(w), "log"), "utf8");
    expect(log().split("\n")).toHaveLength(2);
    w.settings({ auto_prune: true });
    const { stdout } = await run(["status"], { home: w });
    expect(stdout).toMatch(/\nLast error: \d+ \w+ .*: settings-invalid: checkpoints.auto_prune .*"maybe"/);
    const document = (await run(["status", "--json"], { home: w })).json();
    expect(document).toMatchObject({ bases: [{ lastError: { message: expect.stringContaining("maybe") as string } }] });
    expect((await run(["auto", "--now"], { home: w })).code).toBe(0);
    expect((await run(["status"], { home: w })).stdout).not.toContain("Last error");
  });
});
