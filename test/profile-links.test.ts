// A profile that is a symlink to a directory (on a larger disk, say) is a profile like any other: for every command, and
// for those whose objects its repos borrow.
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { scan } from "../src/runs/scan.ts";
import { noDeadMounts, whileDead } from "./support/dead-mount.ts";
import { skipped } from "./support/mounts.ts";
import { entryOf, type Report } from "./support/report.ts";
import { run } from "./support/run.ts";
import { type World, world } from "./support/world.ts";

/** Moves a profile to another place, and leaves a symlink to it. */
function moveAway(w: World, profile: World): string {
  const away = join(w.root, "disk", "profile");
  mkdirSync(dirname(away));
  renameSync(profile.home, away);
  symlinkSync(away, profile.home);
  return away;
}

function borrow(from: string, by: string): void {
  mkdirSync(join(by, "objects/info"), { recursive: true });
  writeFileSync(join(by, "objects/info/alternates"), `${from}/objects\n`);
}

const sweep = ["auto", "--opt-in", "--now", "--json"];

describe("a profile that is a symlink", () => {
  it("is shown, swept by its own settings, and named by a word", async () => {
    const w = world();
    const profile = w.profile("work");
    profile.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
    const gone = profile.repo("gone", { workdir: "delete", ageDays: 3 });
    const away = moveAway(w, profile);
    symlinkSync("../../work", join(w.home, "profiles/no-home"));
    writeFileSync(join(w.root, "file"), "");
    symlinkSync("../../file", join(w.home, "profiles/file"));
    const status = (await run(["status", "--json"], { home: w })).report();
    expect(status.bases.map(({ path, profile: name }) => [path, name])).toContainEqual([
      join(away, "checkpoints"),
      "work",
    ]);
    expect(status.bases.map(({ profile: name }) => name)).not.toContain("file");
    expect((await run(["explain", gone.workdir], { home: w })).code).toBe(0);
    expect(entryOf((await run(sweep, { home: w })).report(), gone.id).outcome).toBe("trashed");
    expect(existsSync(join(away, ".checkpoints.gc"))).toBe(true);
  });

  it("holds what its repos borrow, also while its disk is unplugged", async () => {
    const w = world();
    const lender = w.repo("lender", { ageDays: 20 });
    const other = w.repo("other", { ageDays: 20 });
    const profile = w.profile("work");
    borrow(lender.path, profile.repo("borrower").path);
    moveAway(w, profile);
    const plugged = await scan({ home: w.home, env: { HOME: w.root } });
    const held = (plan: typeof plugged, id: string): unknown =>
      plan.bases.flatMap(({ entries }) => entries).find(({ judged }) => judged.entry.id === id)?.sweep.holds[0]?.code;
    expect([held(plugged, lender.id), held(plugged, other.id)]).toEqual(["referenced", undefined]);
    renameSync(join(w.root, "disk"), join(w.root, "unplugged"));
    const { code, report } = await sweepOf(w);
    expect(code).toBe(0);
    for (const { id } of [lender, other])
      expect(entryOf(report, id)).toMatchObject({ holds: ["referenced"], outcome: null });
    rmSync(join(w.home, "profiles/work"));
    const { report: after } = await sweepOf(w);
    for (const { id } of [lender, other]) expect(entryOf(after, id).outcome).toBe("trashed");
  });
});

async function sweepOf(w: World): Promise<{ readonly code: number | null; readonly report: Report }> {
  const done = await run(sweep, { home: w });
  return { code: done.code, report: done.report() };
}

describe.skipIf(skipped(noDeadMounts()))("a profile on a mount that does not answer", () => {
  it("is reported, and does not delay the others; what it may borrow from is kept until it answers", () => {
    const w = world();
    const old = w.repo("old", { ageDays: 20 });
    w.profile("near").repo("one");
    symlinkSync(join(w.root, "far/profile"), join(w.home, "profiles/far"));
    const [status, pruned] = whileDead(w, join(w.root, "far"), [
      ["status", "--json"],
      ["prune", "--yes", "--json"],
    ]);
    expect(status?.code).toBe(2);
    const report = JSON.parse(status?.stdout ?? "") as Report;
    expect(report.bases.map(({ profile, status: one }) => [profile, one])).toEqual([
      [null, "done"],
      ["far", "error"],
      ["near", "done"],
    ]);
    expect(report.bases[1]?.error).toMatchObject({
      code: "base-unreadable",
      message: expect.stringContaining("does not answer") as string,
    });
    expect(entryOf(report, old.id)).toMatchObject({ action: "keep", holds: ["referenced"] });
    expect(entryOf(JSON.parse(pruned?.stdout ?? "") as Report, old.id)).toMatchObject({ action: "keep" });
  });
});
