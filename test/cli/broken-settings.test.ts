// With mistakes in the settings the commands that only show something do so, and those that act refuse.

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OLD } from "../support/own-settings.ts";
import { run } from "../support/run.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { world, type ShadowRepo, type World } from "../support/world.ts";

const WRONG = "checkpoint_gc:\n  retention_days: soon\n  retension: 3\n  keep: thesis\n";
const RIGHT = "checkpoint_gc:\n  retention_days: 5\n";

interface Orphan {
  readonly w: World;
  readonly repo: ShadowRepo;
}

function orphan(settings: string): Orphan {
  const w = world();
  const repo = w.repo("gone", { ...OLD, workdir: "delete" });
  w.repo("old", OLD);
  writeFileSync(join(w.home, "config.yaml"), settings);
  return { w, repo };
}

const SHOWING: readonly (readonly string[])[] = [
  ["status"],
  ["status", "-q"],
  ["config"],
  ["trash", "list"],
  ["explain", "gone"],
];
const ACTING: readonly (readonly string[])[] = [
  ["prune", "--yes"],
  ["prune", "--dry-run"],
  ["auto", "--now", "--opt-in"],
  ["compact", "--yes"],
  ["trash", "empty", "--yes"],
  ["report", "--html", "r.html"],
];

function named(all: readonly (readonly string[])[]): (readonly [string, readonly string[]])[] {
  return all.map((words) => [words.join(" "), words]);
}

describe("mistakes in the settings", () => {
  it.each(named(SHOWING))("are all told by %s, which shows the rest", async (_name, words) => {
    const { w } = orphan(WRONG);
    const { code, stdout, stderr } = await run(words, { home: w });
    expect(code).toBe(2);
    expect(stderr.split("\n").map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "checkpoints: 3",
      "- checkpoint_gc.retention_days",
      "- checkpoint_gc.retension",
      "- checkpoint_gc.keep",
      "",
      "",
    ]);
    expect(stdout).not.toBe("");
  });

  it.each(named(ACTING))("stop %s, which changes nothing", async (_name, words) => {
    const { w } = orphan(WRONG);
    const before = fingerprint(w.base);
    const { code, stdout, stderr } = await run(words, { home: w });
    expect([code, stdout, stderr.split("\n")[0]]).toEqual([2, "", "checkpoints: 3 mistakes in the settings:"]);
    expect(diff(before, fingerprint(w.base))).toEqual([]);
  });

  it("leave an orphan in the list as kept, and nothing is called stale", async () => {
    const { w, repo } = orphan(WRONG);
    const { stdout } = await run(["status"], { home: w });
    expect(stdout).toContain("Nothing can be freed until the settings are corrected: 2 repos");
    expect(stdout).toMatch(/^Kept:\n +[\d.]+ kB {2}2 until the settings are corrected$/m);
    expect(stdout).toMatch(new RegExp(`orphan .*${repo.id}.* kept until the mistakes in the settings are corrected`));
    expect(stdout).toContain("Automatic sweep: none until the settings are corrected.");
    expect(stdout).not.toContain("stale");
  });

  it("are not there once they are corrected: then the same repos can be removed", async () => {
    const { w, repo } = orphan(RIGHT);
    const { code, stdout, stderr } = await run(["status"], { home: w });
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("2 of 2 repos");
    expect((await run(["prune", "--yes"], { home: w })).code).toBe(0);
    expect(existsSync(repo.path)).toBe(false);
  });

  it("are an error of the base for programs, whose rows are kept for them", async () => {
    const { w } = orphan(WRONG);
    const { code, stdout, stderr } = await run(["status", "--json"], { home: w });
    expect([code, stderr]).toEqual([2, ""]);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "error",
      error: { code: "settings-invalid" },
      bases: [{ status: "error", error: { code: "settings-invalid" } }],
    });
    expect(stdout).toMatch(/"rule": "orphan",[^{}]*"holds": \[\s*"settings-unknown"\s*\]/);
  });

  it("of one profile leave the other as it is in the list, and prune refuses for both", async () => {
    const { w } = orphan(RIGHT);
    const profile = w.profile("work");
    profile.repo("else", OLD);
    writeFileSync(join(profile.home, "config.yaml"), WRONG);
    const { code, stdout } = await run(["status"], { home: w });
    expect(code).toBe(2);
    expect(stdout).toContain("2 of 3 repos");
    expect(stdout.match(/Its settings have mistakes/g)).toHaveLength(1);
    expect((await run(["prune", "--yes"], { home: w })).code).toBe(2);
  });

  it("have a line each in doctor", async () => {
    const { w } = orphan(WRONG);
    const { stdout } = await run(["doctor", "-q"], { home: w });
    expect(stdout.match(/^fault {4}settings: checkpoint_gc\./gm)).toHaveLength(3);
  });
});
