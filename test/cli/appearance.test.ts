// What is printed where: colours, width, rows, quiet, verbose, progress.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { run } from "../support/run.ts";
import { noTerminal, runInTerminal } from "../support/terminal.ts";
import { type World, world } from "../support/world.ts";

const missing = noTerminal();

function mixed(): World {
  const w = world();
  for (let n = 0; n < 5; n++) w.repo(`gone-${n}`, { workdir: "delete" });
  w.repo("a/rather/long/way/down/to/a/project/that/has/a/name", { ageDays: 40 });
  w.repo("alive");
  return w;
}

describe("colour", () => {
  it.each([
    ["a pipe", {}, [], false],
    ["a pipe in CI", { CI: "true" }, [], false],
    ["a pipe and FORCE_COLOR", { FORCE_COLOR: "1" }, [], true],
    ["FORCE_COLOR and NO_COLOR", { FORCE_COLOR: "1", NO_COLOR: "1" }, [], false],
    ["FORCE_COLOR and --no-color", { FORCE_COLOR: "1" }, ["--no-color"], false],
  ])("%s", async (_, env, flags, coloured) => {
    for (const args of [
      ["prune", "-n"],
      ["help", "removal"],
    ]) {
      const { stdout } = await run([...args, ...flags], { home: mixed(), env });
      expect(stdout.includes("\u001b["), args.join(" ")).toBe(coloured);
    }
  });

  it.skipIf(missing !== null).each([
    ["a terminal", {}, [], true],
    ["a terminal and NO_COLOR", { NO_COLOR: "1" }, [], false],
    ["a terminal and --no-color", {}, ["--no-color"], false],
  ])("%s", async (_, env, flags, coloured) => {
    const { ansi } = await runInTerminal(["prune", "-n", ...flags], { home: mixed(), env });
    expect(ansi.includes("\u001b[3")).toBe(coloured);
  });
});

describe("width", () => {
  it.skipIf(missing !== null).each([
    [40, ["status", "prune -n", "trash list", "config"]],
    [60, ["status", "prune -n", "help", "help prune", "help trash restore", "schedule print --help"]],
    [80, ["status", "prune -n"]],
    [120, ["status", "prune -n"]],
    [200, ["status", "prune -n"]],
  ])("nothing is wider than a terminal of %i columns, and no id is cut", async (columns, lines) => {
    const w = mixed();
    const ids = (await run(["status", "--json"], { home: w }))
      .report()
      .entries.filter(({ verdict }) => verdict !== "live");
    for (const line of lines) {
      const { text, code } = await runInTerminal(line.split(" "), { home: w, columns, rows: 50 });
      expect(code, text).toBe(0);
      expect(text.split("\n").filter((each) => each.length > columns)).toEqual([]);
      if (line === "status" || line === "prune -n") for (const { id } of ids) expect(text).toContain(id);
    }
  });

  it("is not a matter on a pipe: paths are whole", async () => {
    const { stdout } = await run(["status"], { home: mixed(), columns: 40 });
    expect(stdout).toContain("~/work/a/rather/long/way/down/to/a/project/that/has/a/name");
  });

  it("prints ASCII where the locale is not UTF-8", async () => {
    const { stdout } = await run(["prune", "-n", "--rows", "1"], { home: mixed(), env: { LC_ALL: "C" } });
    expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
    expect(stdout).toContain("... and ");
  });
});

describe("rows", () => {
  it.each([
    [["--rows", "2"], 2],
    [["--rows", "all"], 6],
    [["--rows", "2", "-v"], 2],
    [["--rows", "0"], 0],
  ])("%j shows %i of them, and sums up the rest", async (flags, rows) => {
    const { stdout } = await run(["prune", "-n", ...flags], { home: mixed() });
    expect(stdout.match(/^(?:orphan|stale) .*\b[0-9a-f]{16}\b/gm) ?? []).toHaveLength(rows);
    expect(/… and (\d) more/.exec(stdout)?.[1]).toBe(rows === 6 ? undefined : String(6 - rows));
  });
});

describe("--quiet and --verbose", () => {
  it.each(["status -q", "prune -n -q", "auto -n -q"])("checkpoints %s prints the totals alone", async (line) => {
    const { stdout, stderr, code } = await run(line.split(" "), { home: mixed() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^7 repos[,;] .*\n(?:Dry run: nothing was changed\.\n)?$/);
  });

  it("prune -y -q prints what was done, and not the plan", async () => {
    const { stdout } = await run(["prune", "-y", "-q"], { home: mixed() });
    expect(stdout).not.toContain("VERDICT");
    expect(stdout).toMatch(/^Removed 6 repos/);
  });

  it("-v reports progress on stderr, and stdout does not change", async () => {
    const w = mixed();
    const plain = await run(["prune", "-y", "--json"], { home: w });
    expect(plain.stderr).toBe("");
    w.repo("gone-again", { workdir: "delete" });
    const verbose = await run(["prune", "-y", "--json", "-v"], { home: w });
    expect(verbose.stderr).toMatch(/^debug: .*outcome=removed/m);
    expect(verbose.report().totals.removed).toBe(1);
  });
});

describe("the next command to type", () => {
  it("repeats the places and the settings that were named", async () => {
    const w = mixed();
    const flags = ["--home", w.home, "--set", "retention_days=30"];
    const { stdout } = await run(["status", ...flags]);
    expect(stdout).toContain(`checkpoints prune --home ${w.home} --set retention_days=30\n`);
    const narrowed = await run(["prune", "-n", "nothing-*", "--only", "orphan", "--trash", ...flags], { cwd: w.work });
    expect(narrowed.code).toBe(2);
    const dry = await run(["prune", "-n", "./gone-*", "--only", "orphan", "--trash", ...flags], { cwd: w.work });
    expect(dry.stdout).toContain(`checkpoints prune '${w.work}/gone-*' --only orphan --trash --home ${w.home}`);
  });
});

describe.skipIf(missing !== null)("progress", () => {
  it("is one line on a terminal for long work, cleared before anything else is written; Ctrl-C ends it", async () => {
    const w = mixed();
    const state = join(w.home, ".checkpoints.gc");
    mkdirSync(state, { mode: 0o700 });
    // Another process holds the lock, which reliably makes the run wait.
    const holder = spawn("sh", ["-c", `exec flock "$1" sh -c "echo ready; read -r _"`, "sh", join(state, "lock")]);
    onTestFinished(() => void holder.kill());
    await once(holder.stdout, "data");
    const { text, code } = await runInTerminal(["prune", "--yes", "--rows", "0"], {
      home: w,
      keys: [{ after: /^Looking…$/m, press: ["C-c"] }],
    });
    expect(code, text).toBe(130);
    expect(text).not.toContain("Looking");
    expect(text).toMatch(
      /Finishing the current entry.*\ncheckpoints: interrupted before it was finished\nNothing was changed\.\n?$/,
    );
    const plan = (await run(["prune", "-n", "--json"], { home: w })).report();
    expect(plan.totals).toMatchObject({ toRemove: 6 });
  });

  it("is not on a pipe", async () => {
    const { stderr } = await run(["prune", "--yes"], { home: mixed() });
    expect(stderr).toBe("");
  });
});
