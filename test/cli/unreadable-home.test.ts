// What this user cannot read or move is said once, and in one line where little is printed.

import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { give, isRoot, letPass, OTHER_UID } from "../fs/support.ts";
import { OLD } from "../support/own-settings.ts";
import { run, type RunResult } from "../support/run.ts";
import { world, type World } from "../support/world.ts";

const REASON = (path: string): string => `Skipped: cannot look into ${path}: EACCES: permission denied\n`;

/** As another user than root, by the usual places of all agents below HOME. */
async function asOther(words: readonly string[], w: World): Promise<RunResult> {
  return run(words, { env: { HOME: w.root, HERMES_HOME: undefined }, uid: OTHER_UID, cwd: "/" });
}

describe.runIf(isRoot())("a home that another user owns", () => {
  function locked(): World {
    const w = world();
    w.repo("gone", { ...OLD, workdir: "delete" });
    letPass(w.root);
    chmodSync(w.root, 0o700);
    return w;
  }

  it("has one block in status, with the places of all agents above it", async () => {
    const w = locked();
    const { code, stdout } = await asOther(["status"], w);
    expect(code).toBe(2);
    expect(stdout.split(REASON(w.root))).toHaveLength(2);
    expect(stdout).toMatch(/^~\/\.gemini\/history {2}gemini\n~\//);
    expect(stdout.match(/Skipped/g)).toHaveLength(1);
  });

  it.each([["status"], ["prune", "-n"]])("prints no totals in %s, and leads to doctor", async (...words) => {
    const { code, stdout } = await asOther(words, locked());
    expect(code).toBe(2);
    expect(stdout).not.toContain("0 repos");
    expect(stdout).toContain("To see what is wrong: checkpoints doctor");
  });

  it.each([
    ["status", "-q"],
    ["prune", "-q", "--yes"],
  ])("is the one line of %s %s", async (...words) => {
    const w = locked();
    expect(await asOther(words, w)).toMatchObject({ code: 2, stdout: REASON(w.root) });
  });

  it("has a reason of its own where only the place of one agent is locked, beside the totals of the others", async () => {
    const w = world();
    w.repo("gone", { ...OLD, workdir: "delete" });
    mkdirSync(join(w.root, ".openclaw"));
    give(w.root);
    chmodSync(w.root, 0o755);
    chmodSync(join(w.root, ".openclaw"), 0o000);
    const { code, stdout } = await asOther(["status", "-q"], w);
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /^1 repo, .*prune would remove 1 .*\nSkipped: cannot list .*\.openclaw\/agents: EACCES.*\n$/,
    );
  });
});

describe.runIf(isRoot())("repos that another user owns", () => {
  it("are the reason why prune -q has nothing to remove", async () => {
    const w = world();
    w.repo("gone", { ...OLD, workdir: "delete" });
    letPass(w.root);
    const { code, stdout } = await run(["prune", "-q", "--yes"], { home: w, uid: OTHER_UID });
    expect([code, stdout]).toEqual([0, "Nothing to remove: kept 1 that this user cannot move.\n"]);
  });

  it("are not, where nothing is to be removed anyway", async () => {
    const w = world();
    w.repo("live");
    letPass(w.root);
    const { stdout } = await run(["prune", "-q", "--yes"], { home: w, uid: OTHER_UID });
    expect(stdout).toBe("Nothing to remove.\n");
  });
});
