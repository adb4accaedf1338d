// How a run ends: what is removed and reported when it is stopped, locked out, partly failed, or its output is closed.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { COMMAND, cleanEnv, run, start } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";

function orphans(w: World, count: number): readonly ShadowRepo[] {
  return Array.from({ length: count }, (_, n) => w.repo(`gone-${n}`, { workdir: "delete" }));
}

/** Node's own file system, tampered with before the command loads it. */
function tampered(w: World, code: string): readonly string[] {
  const file = join(w.root, "tamper.mjs");
  writeFileSync(
    file,
    `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";\n${code}\nsyncBuiltinESMExports();\n`,
  );
  return ["--import", file];
}

/** Sends a signal from inside the second rename into the trash, and gives the event loop reason for a turn. */
const SIGNAL_AT_SECOND = (signal: string, times = 1): string => `
const rename = fs.renameSync; let seen = 0;
fs.renameSync = (from, to) => {
  rename(from, to);
  if (!/checkpoints[/][0-9a-f]{16}$/.test(String(from)) || ++seen !== 2) return;
  for (let n = 0; n < ${times}; n++) process.kill(process.pid, ${JSON.stringify(signal)});
  const end = performance.now() + 30; while (performance.now() < end);
};`;

describe("interrupted", () => {
  it.each([
    ["SIGHUP", 129],
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])("%s stops between two entries with a true summary: exit %i", async (signal, code) => {
    const w = world();
    const gone = orphans(w, 6);
    const node = tampered(w, SIGNAL_AT_SECOND(signal));
    const result = await run(["prune", "--yes", "--json"], { home: w, node });
    expect(result.code, result.stderr).toBe(code);
    // Nothing was destroyed yet: what was only moved is in its place again.
    expect(gone.filter(({ path }) => existsSync(path))).toHaveLength(6);
    const report = result.report();
    expect(report).toMatchObject({ status: "interrupted", totals: { toRemove: 6, removed: 0, failed: 0 } });
    const outcomes = report.entries.map(({ outcome }) => outcome);
    expect(outcomes.filter((one) => one === "returned")).toHaveLength(2);
    expect(outcomes.filter((one) => one === null)).toHaveLength(4);
    expect(result.stderr).toContain("Finishing");

    // The next run removes what is left.
    expect((await run(["prune", "--yes", "--json"], { home: w })).report().totals).toMatchObject({ removed: 6 });
  });

  it("says so to people, with how far it came", async () => {
    const w = world();
    orphans(w, 6);
    const result = await run(["prune", "--yes"], { home: w, node: tampered(w, SIGNAL_AT_SECOND("SIGINT")) });
    expect(result.code).toBe(130);
    expect(result.stdout).toMatch(/\nInterrupted: 0 removed, 2 put back, 4 left untouched\.\n/);
  });

  it("before anything was removed: nothing is", async () => {
    const w = world();
    const gone = orphans(w, 3);
    const code = `
const lstat = fs.lstatSync; let seen = false;
fs.lstatSync = (path, ...rest) => {
  if (!seen && /[0-9a-f]{16}[/]HERMES_WORKDIR$/.test(String(path))) {
    seen = true;
    process.kill(process.pid, "SIGINT");
    const end = performance.now() + 30; while (performance.now() < end);
  }
  return lstat(path, ...rest);
};`;
    const result = await run(["prune", "--yes", "--json"], { home: w, node: tampered(w, code) });
    expect(result.code, result.stderr).toBe(130);
    expect(result.report()).toMatchObject({ status: "interrupted", totals: { removed: 0, failed: 0 } });
    expect(gone.map(({ path }) => existsSync(path))).toEqual([true, true, true]);
    // Who only looked did not ask what was changed.
    const looked = await run(["status"], { home: w, node: tampered(w, code) });
    expect(looked.stderr).not.toContain("changed");
  });

  it("tells what was done also where other bases come after it", async () => {
    const [one, two] = [world(), world()];
    orphans(one, 4);
    orphans(two, 3);
    const node = tampered(one, SIGNAL_AT_SECOND("SIGINT"));
    const line = ["prune", "--yes", "--json", "--base", one.base, "--base", two.base];
    const result = await run(line, { home: one, node });
    expect(result.code, result.stderr).toBe(130);
    expect(result.report()).toMatchObject({ status: "interrupted", totals: { toRemove: 7, removed: 0, failed: 0 } });
    expect(result.report().entries.filter(({ outcome }) => outcome === "returned")).toHaveLength(2);
  });

  it("does not count a hang-up as a second signal: the shell and the kernel both send it", async () => {
    const w = world();
    const gone = orphans(w, 6);
    // Two of a kind at once may be one to the system; two events are two.
    const twice = SIGNAL_AT_SECOND("SIGHUP", 2).replace(/process\.kill\(.*?\);/, "process.emit('SIGHUP');");
    const result = await run(["prune", "--yes", "--json"], { home: w, node: tampered(w, twice) });
    expect(result.code, result.stderr).toBe(129);
    expect(result.report()).toMatchObject({ status: "interrupted", totals: { toRemove: 6, removed: 0, failed: 0 } });
    expect(gone.filter(({ path }) => existsSync(path))).toHaveLength(6);
  });

  it("stops at once at a second signal, and the next run finishes the work", async () => {
    const w = world();
    const gone = orphans(w, 6);
    // Two of a kind are one to the system; two of different kinds are not.
    const twice = SIGNAL_AT_SECOND("SIGINT").replace(
      "process.kill",
      "process.kill(process.pid, 'SIGTERM'); process.kill",
    );
    const result = await run(["prune", "--yes"], { home: w, node: tampered(w, twice) });
    expect([130, 143]).toContain(result.code);
    expect((await run(["prune", "--yes"], { home: w })).code).toBe(0);
    expect(gone.filter(({ path }) => existsSync(path))).toEqual([]);
    // What was moved and not begun to be destroyed can be put back; nothing is lost unreported.
    const report = (await run(["trash", "list", "--json"], { home: w })).report();
    expect(report.trash.map(({ action }) => action)).toEqual(report.trash.map(() => "keep"));
    expect(readdirSync(w.base).filter((name) => name.includes("."))).toEqual([]);
  });
});

describe("locked", () => {
  it("prune waits ten seconds, then exits with 75 and names the holder; auto does not wait and exits with 0", async () => {
    const w = world();
    const [gone] = orphans(w, 1);
    const state = join(w.home, ".checkpoints.gc");
    mkdirSync(state, { mode: 0o700 });
    const holder = spawn("sh", ["-c", `exec flock "$1" sh -c "echo ready; exec sleep 60"`, "sh", join(state, "lock")], {
      detached: true,
    });
    onTestFinished(() => void process.kill(-(holder.pid ?? 0), "SIGKILL"));
    await once(holder.stdout, "data");

    const begin = performance.now();
    const byHand = await run(["prune", "--yes", "--json"], { home: w });
    expect(performance.now() - begin).toBeGreaterThan(9_000);
    expect(byHand.code, byHand.stderr).toBe(75);
    expect(byHand.report()).toMatchObject({ status: "locked", error: { code: "locked" } });
    expect(byHand.stderr).toMatch(/^checkpoints: another run is in progress/);

    const automatic = await run(["auto", "--opt-in", "--json"], { home: w });
    expect(automatic).toMatchObject({ code: 0, stderr: "" });
    expect(automatic.report().status).toBe("locked");
    expect(existsSync(gone!.path)).toBe(true);
  });
});

describe("failed", () => {
  it("ends with 1 when some entry failed, and does the rest", async () => {
    const w = world();
    const gone = orphans(w, 3);
    const bad = gone[1]!;
    const node = tampered(
      w,
      `const rename = fs.renameSync;
       fs.renameSync = (from, to) => {
         if (String(from).endsWith(${JSON.stringify(bad.id)})) throw Object.assign(new Error("EPERM: operation not permitted"), { code: "EPERM" });
         rename(from, to);
       };`,
    );
    const result = await run(["prune", "--yes", "--json"], { home: w, node });
    expect(result.code, result.stderr).toBe(1);
    expect(result.report()).toMatchObject({ status: "done", totals: { toRemove: 3, removed: 2, failed: 1 } });
    expect(gone.map(({ path }) => existsSync(path))).toEqual([false, true, false]);
  });

  it("unexpectedly: exits with 1 and prints one line, the stack only when asked for", async () => {
    const w = world();
    orphans(w, 1);
    const code = `fs.lstatSync = () => { throw new TypeError("a planted fault"); };`;
    const node = tampered(w, code);
    const plain = await run(["status"], { home: w, node });
    expect(plain.code).toBe(1);
    expect(plain.stderr).toMatch(/^checkpoints: this is a bug: a planted fault\n.*--verbose.*\n$/);
    const verbose = await run(["status", "-v", "--json"], { home: w, node });
    expect(verbose.stderr).toMatch(/TypeError: a planted fault\n {4}at /);
    expect(verbose.json()).toMatchObject({ status: "error", error: { code: "internal" } });
  });
});

describe("a closed or full output", () => {
  it("a closed pipe ends quietly", async () => {
    const w = world();
    orphans(w, 40);
    const line = `"${process.execPath}" "${COMMAND}" status --all --json | head -1; exit "\${PIPESTATUS[0]}"`;
    const shell = spawnSync("bash", ["-c", line], { env: cleanEnv({ home: w }), encoding: "utf8" });
    expect({ code: shell.status, out: shell.stdout, err: shell.stderr }).toEqual({ code: 0, out: "{\n", err: "" });
  });

  it("a reader that closes the pipe does not stop a removal", async () => {
    const w = world();
    const gone = orphans(w, 5);
    const { child, done } = start(["prune", "--yes"], { home: w });
    child.stdout?.destroy();
    const { code, stderr } = await done;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(gone.filter(({ path }) => existsSync(path))).toEqual([]);
  });

  it.skipIf(!existsSync("/dev/full"))(
    "a full disk under the log does not stop the run: it is reported, with exit 1",
    () => {
      const w = world();
      const [gone] = orphans(w, 1);
      const line = `exec "${process.execPath}" "${COMMAND}" prune --yes > /dev/full`;
      const shell = spawnSync("bash", ["-c", line], { env: cleanEnv({ home: w }), encoding: "utf8" });
      expect(shell.status).toBe(1);
      expect(shell.stderr).toMatch(/^checkpoints: the results could not be written: ENOSPC/);
      expect(existsSync(gone!.path)).toBe(false);
    },
  );
});

describe("nothing is written", () => {
  it.each([
    "status",
    "prune --dry-run",
    "prune --dry-run --trash -v",
    "auto --dry-run",
    "explain ID",
    "trash list",
    "history",
    "config",
    "schema",
  ])("by checkpoints %s", async (line) => {
    const w = world();
    const [gone] = orphans(w, 3);
    w.repo("alive");
    const before = fingerprint(w.root);
    const result = await run(line.replace("ID", gone!.id).split(" "), { home: w });
    expect(result.code, result.stderr).toBe(0);
    if (line.includes("--dry-run")) expect(result.stdout).toMatch(/\nDry run: nothing was changed\.\n$/);
    expect(diff(before, fingerprint(w.root))).toEqual([]);
  });

  it("and nothing made where nothing was: no home, no base", async () => {
    const w = world();
    const root = join(w.root, "empty");
    mkdirSync(root);
    for (const line of ["status", "prune --yes", "auto --opt-in", "trash list", "trash empty --yes", "config"]) {
      const result = await run(line.split(" "), { env: { HOME: root } });
      expect(result.code, `${line}: ${result.stderr}`).toBe(0);
      if (/^(?:status|prune|trash list)/.test(line)) {
        expect(result.stdout).toBe("No checkpoints found. Looked in ~/.hermes/checkpoints.\n");
      }
      expect(readdirSync(root)).toEqual([]);
    }
  });
});
