// Tests run the built command in processes that earlier runs had already (support/run-shared.ts). That shows what a process
// of its own shows only if the two are alike in what is printed, in how it ends, and in what is left on disk.

import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isRoot, letPass, loudly, OTHER_UID } from "./fs/support.ts";
import { namesIn } from "./reclaim/runs.ts";
import { run, runAlone, type RunResult } from "./support/run.ts";
import { world, type World } from "./support/world.ts";

/** One live repo, an orphan, a stale one, and one in the trash. */
async function scene(): Promise<World> {
  const w = world();
  w.repo("trashed", { workdir: "delete" });
  await run(["prune", "--yes", "--trash"], { home: w });
  w.repo("alive");
  w.repo("gone", { workdir: "delete" });
  w.repo("old", { ageDays: 60 });
  return w;
}

/** Without what differs from run to run: where the scene is, dates, durations, process ids and ids made of paths. */
function plain({ code, signal, stdout, stderr }: RunResult, { root }: World): readonly unknown[] {
  const text = (printed: string): string =>
    printed
      .replaceAll(root, "<root>")
      .replaceAll(/\b[0-9a-f]{16}\b/g, "<id>")
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<date>")
      .replaceAll(/"(durationMs|at|since|until|sequence)": ?\d+/g, '"$1": <n>')
      .replaceAll(/<id>\.\d{13}\.[0-9a-f]{8}/g, "<item>")
      .replaceAll(/pid \d+/g, "<pid>")
      .replaceAll(/\b\d+(?:\.\d+)? m?s\b/g, "<duration>")
      .split("\n")
      .toSorted()
      .join("\n");
  return [code, signal, text(stdout), text(stderr)];
}

describe("a run in a process that stays", () => {
  it.each([
    [[]],
    [["--version"]],
    [["help", "prune"]],
    [["prun"]],
    [["prune", "--no-such-option"]],
    [["prune", "--set", "retention_days=x"]],
    [["status", "--home", "/nonexistent"]],
    [["status", "--json"]],
    [["status", "-v"]],
    [["prune", "-n"]],
    [["prune", "-n", "--json"]],
    [["prune", "--json"]],
    [["prune", "--yes"]],
    [["prune", "--yes", "--trash", "--json"]],
    [["prune", "nothing-such"]],
    [["explain", "old"]],
    [["history"]],
    [["undo", "--yes"]],
    [["trash", "list"]],
    [["trash", "empty", "--yes"]],
    [["trash", "restore", "nothing-such"]],
    [["config", "set", "retention_days", "9"]],
    [["config", "list"]],
    [["doctor"]],
    [["auto", "--opt-in", "--now"]],
    [["auto", "--opt-in", "--json"]],
    [["compact", "--yes"]],
    [["completion", "bash"]],
    [["schema", "prune"]],
    [["sessions", "stats"]],
  ])("%j prints, ends and leaves the same as in one of its own", async (args) => {
    const [one, other] = [await scene(), await scene()];
    const [shared, own] = [await run(args, { home: one }), await runAlone(args, { home: other })];
    expect(plain(shared, one)).toEqual(plain(own, other));
    const left = ({ base, home }: World): unknown => [
      namesIn(base).map((name) => (name.startsWith(".") ? name : "<id>")),
      namesIn(home),
      namesIn(join(home, ".checkpoints.gc")),
    ];
    expect(left(one)).toEqual(left(other));
  });

  it("sees its own directory, environment and home, and nothing of the run before", async () => {
    const [one, other] = [world(), world()];
    one.repo("first");
    other.repo("second");
    const narrow = await run(["status", "--all"], { home: one, columns: 40 });
    const own = await runAlone(["status", "--all"], { home: one, columns: 40 });
    const wide = await run(["status", "--all"], { home: other, columns: 200, env: { HERMES_HOME: undefined } });
    expect(narrow.stdout).toBe(own.stdout);
    expect(narrow.stdout).not.toContain("second");
    expect(wide.stdout).not.toContain("first");
    const failed = await run(["prun"], { home: one });
    const fine = await run(["--version"], { home: one });
    expect([failed.code, fine.code, fine.stderr]).toEqual([2, 0, ""]);
    const relative = await run(["status", "--all", "--base", "checkpoints"], { home: one, cwd: one.home });
    expect(relative.stdout).toContain("first");
  });

  it("runs at the same time in processes of their own", async () => {
    const worlds = [world(), world(), world()];
    for (const [at, w] of worlds.entries()) w.repo(`repo-${at}`);
    const all = await Promise.all(worlds.map((w) => run(["status", "--all"], { home: w })));
    for (const [at, { code, stdout }] of all.entries()) {
      expect(code).toBe(0);
      expect(stdout.match(/repo-\d/g)).toEqual([`repo-${at}`]);
    }
  });

  it("that takes too long is killed and rejected, and the next one runs", async () => {
    const w = world();
    w.repo("alive");
    await expect(run(["status"], { home: w, timeout: 1 })).rejects.toThrow("checkpoints status took over 1 ms");
    expect((await run(["status", "--all"], { home: w })).stdout).toContain("alive");
  });

  it("of another user has the rights of that user", async (test) => {
    if (!isRoot()) loudly(test, "runs of another user need root");
    const w = world();
    w.repo("alive");
    letPass(w.root);
    chmodSync(w.base, 0o700);
    const denied = await run(["status", "--all"], { home: w, uid: OTHER_UID });
    expect([denied.code, denied.stdout]).toEqual([2, expect.not.stringContaining("alive")]);
    expect((await run(["status", "--all"], { home: w })).stdout).toContain("alive");
  });
});
