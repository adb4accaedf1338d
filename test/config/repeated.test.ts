// A key that a file of an agent has twice. The agent takes the last one, and what the first one keeps would go.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../support/run.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";

function withSettings(text: (old: string) => string): { w: World; old: ShadowRepo; file: string } {
  const w = world();
  const old = w.repo("old", { ageDays: 30 });
  const file = join(w.home, "config.yaml");
  writeFileSync(file, text(join(w.work, "old")));
  return { w, old, file };
}

describe("a key of ours that stands twice", () => {
  it.each<[string, (old: string) => string, string]>([
    [
      "the block, where the first one keeps the repo",
      (old) => `checkpoint_gc:\n  keep: [${old}]\nmodel: x\ncheckpoint_gc:\n  auto_prune: true\n`,
      "checkpoint_gc is in FILE twice, in lines 1 and 4: expected once",
    ],
    [
      "a setting in it",
      (old) => `checkpoint_gc:\n  keep: [${old}]\n  retention_days: 7\n  keep: [/elsewhere]\n`,
      "checkpoint_gc.keep is in FILE twice, in lines 2 and 4: expected once",
    ],
    [
      "the block of the agent",
      () => "checkpoints:\n  retention_days: 90\ncheckpoints:\n  enabled: true\n",
      "checkpoints is in FILE twice, in lines 1 and 3: expected once",
    ],
    [
      "a setting that the agent shares with us",
      () => "checkpoints:\n  retention_days: 90\n  retention_days: 7\n",
      "checkpoints.retention_days is in FILE twice, in lines 2 and 3: expected once",
    ],
    [
      "three times, once with a value that is wrong",
      () => "checkpoint_gc:\n  retention_days: x\n  retention_days: 90\n  retention_days: 7\n",
      "checkpoint_gc.retention_days is in FILE twice, in lines 2 and 4: expected once",
    ],
  ])("%s: is an error with both lines, and nothing goes", async (_, text, message) => {
    const { w, old, file } = withSettings(text);
    for (const words of [["prune", "--yes"], ["auto", "--opt-in", "--now"], ["status"]]) {
      const { code, stdout, stderr } = await run(words, { home: w });
      expect(code, stdout + stderr).toBe(2);
      expect((stdout + stderr).replaceAll(/\s+/g, " ")).toContain(message.replace("FILE", file));
    }
    expect(existsSync(old.path)).toBe(true);
  });

  it.each<[string, string]>([
    ["once", "checkpoint_gc:\n  retention_days: 7\n"],
    ["beside a key of others that stands twice", "model: x\nmodel: y\ncheckpoint_gc:\n  retention_days: 7\n"],
    [
      "beside one of the agent's own that stands twice",
      "checkpoints:\n  enabled: true\n  enabled: false\n  retention_days: 7\n",
    ],
    ["once in each of two blocks", "checkpoints:\n  retention_days: 9\ncheckpoint_gc:\n  retention_days: 7\n"],
    [
      "beside several merges",
      "a: &a {x: 1}\nb: &b {y: 2}\nc:\n  <<: *a\n  <<: *b\ncheckpoint_gc:\n  retention_days: 7\n",
    ],
  ])("%s: is none, and the repo goes", async (_, text) => {
    const { w, old } = withSettings(() => text);
    const { code, stderr } = await run(["prune", "--yes"], { home: w });
    expect([code, existsSync(old.path)], stderr).toEqual([0, false]);
  });
});
