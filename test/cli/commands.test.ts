// explain, trash and auto, as a person or a timer sees them.

import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../support/run.ts";
import { world } from "../support/world.ts";

describe("explain", () => {
  it("finds a repo by its id, its directory, a path below the current one, and through a symlink", async () => {
    const w = world();
    const repo = w.repo("code/thesis");
    symlinkSync(join(w.work, "code"), join(w.root, "short"));
    const [first, ...others] = await Promise.all(
      [repo.id, repo.workdir, "~/work/code/thesis", "./thesis", join(w.root, "short", "thesis"), repo.path].map(
        (word) => run(["explain", word], { home: w, cwd: join(w.work, "code") }),
      ),
    );
    expect(first?.code, first?.stderr).toBe(0);
    expect(first?.stdout).toContain(`${repo.id}  live, kept`);
    for (const each of others) expect(each.stdout).toBe(first?.stdout);
    expect((await run(["explain", "."], { home: w, cwd: repo.workdir })).stdout).toBe(first?.stdout);
  });

  it("tells what decided, in that order", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    const { stdout, code } = await run(["explain", gone.id], { home: w });
    expect(code).toBe(0);
    const order = [
      "HERMES_WORKDIR",
      "core.worktree",
      "hash check",
      "presence",
      "last used",
      "size",
      "snapshots",
      "hold",
      "trash",
      "rule",
    ];
    const topics = stdout.split("\n").map((line) => line.split(/ {2,}/)[0]);
    expect(topics.filter((topic) => order.includes(topic ?? ""))).toEqual(order);
    expect(stdout).toContain("absent, observed");
  });

  it("accepts a directory with one repo below it, and refuses one with several", async () => {
    const w = world();
    const one = w.repo("one/thesis");
    const two = [w.repo("two/a"), w.repo("two/b")];
    expect((await run(["explain", "~/work/one"], { home: w })).stdout).toContain(one.id);
    const several = await run(["explain", "~/work/two", "--json"], { home: w });
    expect(several.code).toBe(2);
    expect(several.json()).toMatchObject({ command: "explain", error: { code: "ambiguous" }, explanations: [] });
    for (const { id } of two) expect(several.stderr).toContain(id);
  });

  it("knows what is in the trash", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    await run(["prune", "--yes", "--trash"], { home: w });
    const { stdout, code } = await run(["explain", gone.workdir], { home: w });
    expect(code).toBe(0);
    expect(stdout).toContain("in the trash");
    expect(stdout).toContain(`checkpoints trash restore ${gone.id}`);
  });
});

describe("trash", () => {
  it("lists, restores by id and by the name in the trash, and empties", async () => {
    const w = world();
    const [a, b, c] = [0, 1, 2].map((n) => w.repo(`gone-${n}`, { workdir: "delete" }));
    expect((await run(["prune", "--yes", "--trash"], { home: w })).stdout).toContain("Moved to the trash: 3 repos");
    const list = await run(["trash"], { home: w });
    for (const repo of [a, b, c]) expect(list.stdout).toContain(repo!.id);
    expect((await run(["trash", "list", "--quiet"], { home: w })).stdout).toMatch(
      /^In the trash: 3 repos, [\d.]+ kB\n$/,
    );
    const named = (await run(["trash", "list", "--json"], { home: w }))
      .report()
      .trash.find(({ entryId }) => entryId === b!.id);

    const restored = await run(["trash", "restore", a!.id, named!.id], { home: w });
    expect(restored.code, restored.stderr).toBe(0);
    expect(restored.stdout).toMatch(new RegExp(`^Restored: ${a!.id}, the snapshots of ~/work/gone-0\\.$`, "m"));
    expect([a, b, c].map((repo) => existsSync(repo!.path))).toEqual([true, true, false]);
    // A restore counts as a use.
    expect((await run(["prune", "--yes"], { home: w })).stdout).toContain("Nothing to remove.");

    const emptied = await run(["trash", "empty", "--yes"], { home: w });
    expect(emptied.code, emptied.stderr).toBe(0);
    expect(emptied.stdout).toContain("Permanently deleted from the trash: 1 repo");
    expect(emptied.stdout).toContain(c!.id);
    expect(emptied.stdout).not.toContain("trash restore");
    expect((await run(["trash", "list"], { home: w })).stdout).toBe("The trash is empty.\n");
  });

  it("restores elsewhere with --to", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    await run(["prune", "--yes", "--trash"], { home: w });
    mkdirSync(join(w.root, "look"));
    const { code, stdout, stderr } = await run(["trash", "restore", gone.id, "--to", "look"], { home: w, cwd: w.root });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("The trash no longer has it: this is the only copy.");
    expect(stdout).toContain("Restored in ~/look");
    expect([existsSync(gone.path), existsSync(join(w.root, "look", gone.id, "HEAD"))]).toEqual([false, true]);
  });

  it("overwrites nothing: an occupied place is a conflict, and --swap exchanges the two", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    await run(["prune", "--yes", "--trash"], { home: w });
    w.repo("gone", { snapshots: 1 });
    writeFileSync(join(gone.path, "new"), "the new one\n");
    const conflict = await run(["trash", "restore", gone.id], { home: w });
    expect(conflict.code, conflict.stderr).toBe(1);
    expect(conflict.stdout).toContain(`checkpoints trash restore ${gone.id} --swap`);
    expect(readFileSync(join(gone.path, "new"), "utf8")).toBe("the new one\n");

    const swapped = await run(["trash", "restore", gone.id, "--swap"], { home: w });
    expect(swapped.code, swapped.stderr).toBe(0);
    expect(existsSync(join(gone.path, "new"))).toBe(false);
    expect(swapped.stdout).toContain(`What was in its place is now in the trash: ${gone.id}.`);
    expect((await run(["trash", "list"], { home: w })).stdout).toMatch(new RegExp(`^swapped .*${gone.id}`, "m"));
  });
});

describe("auto", () => {
  it("says one line on stderr when it did something, and nothing at all when it did not", async () => {
    const w = world();
    w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
    const gone = w.repo("gone", { workdir: "delete" });
    w.repo("alive");
    const off = await run(["auto"], { home: w });
    expect(off).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(await run(["auto", "--verbose"], { home: w })).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "Automatic sweeps are off: nothing was done. To turn them on: checkpoints config set auto_prune true\n",
    });
    const swept = await run(["auto", "--opt-in"], { home: w });
    expect(swept).toMatchObject({ code: 0, stdout: "" });
    expect(swept.stderr).toMatch(
      /^checkpoint-gc: 1 to trash \([\d.]+ kB: 1 orphan\), 1 kept, 0 failed, [\d.]+ m?s; undo until \d+ \w{3}: checkpoints history\n$/,
    );
    expect(existsSync(gone.path)).toBe(false);
    expect(await run(["auto", "--opt-in"], { home: w })).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(await run(["auto", "--opt-in", "--now"], { home: w })).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  it("--now and --opt-in are two things", async () => {
    const w = world();
    w.settings({ auto_prune: true });
    w.settings({ orphan_grace_hours: 0, trash_days: 0 }, "checkpoint_gc");
    w.marker(Math.floor(Date.now() / 1000));
    const gone = w.repo("gone", { workdir: "delete" });
    const status = async (...flags: string[]): Promise<string> =>
      (await run(["auto", "--json", ...flags], { home: w })).report().status;
    expect(await status()).toBe("not-due");
    expect(await status("--opt-in")).toBe("not-due");
    expect(existsSync(gone.path)).toBe(true);
    expect(await status("--now")).toBe("done");
    expect(existsSync(gone.path)).toBe(false);
  });

  it("is stopped by CHECKPOINT_GC=off, whatever else was said", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    const result = await run(["auto", "--opt-in", "--now", "--json"], { home: w, env: { CHECKPOINT_GC: "off" } });
    expect(result.code).toBe(0);
    expect(result.report().status).toBe("disabled");
    expect(existsSync(gone.path)).toBe(true);
  });

  it("tells of broken settings once, leaves that home alone, and ends with 2", async () => {
    const w = world();
    w.config("checkpoint_gc: {retention_days: soon}\n");
    w.repo("gone", { workdir: "delete" });
    const { code, stdout, stderr } = await run(["auto", "--opt-in"], { home: w });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.match(/retention_days/g)).toHaveLength(2);
    expect(stderr.match(/expected a number of days/g)).toHaveLength(1);
  });

  it("--dry-run shows what a sweep would do, due or not, on or off", async () => {
    const w = world();
    w.marker(Math.floor(Date.now() / 1000));
    const [fresh, old] = [w.repo("fresh", { workdir: "delete" }), w.repo("old", { ageDays: 30 })];
    const { code, stdout } = await run(["auto", "-n"], { home: w });
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^stale .*${old.id}`, "m"));
    expect(stdout).toMatch(new RegExp(`^orphan .*${fresh.id}.*kept until`, "m"));
    expect(stdout).toMatch(/\nDry run: nothing was changed\.\n$/);
  });
});

describe("a home that is named", () => {
  it("must be there, but needs no checkpoints", async () => {
    const w = world();
    rmSync(w.base, { recursive: true });
    expect((await run(["status", "--home", w.home])).code).toBe(0);
    rmSync(w.home, { recursive: true });
    expect((await run(["status", "--home", w.home])).code).toBe(2);
  });
});
