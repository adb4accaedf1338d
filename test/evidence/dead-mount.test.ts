// Paths out of the settings, an argument or a repo that are on a mount without an answer, or lead there through a
// symlink on a local disk: every run ends, the rest is judged, and what cannot be decided is kept.
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratch } from "../fs/support.ts";
import { noDeadMounts, whileDead } from "../support/dead-mount.ts";
import { skipped } from "../support/mounts.ts";
import { entryOf, type Report } from "../support/report.ts";
import { run } from "../support/run.ts";
import { PROJECT } from "../support/paths.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type World, world } from "../support/world.ts";
import { repoOf } from "./mounted.ts";

const dead = describe.skipIf(skipped(noDeadMounts()));

function reportOf(stdout: string | undefined): Report {
  return JSON.parse(stdout ?? "") as Report;
}

dead("keep on a mount that does not answer", () => {
  it.each([
    ["by its own name", "~/far/proj", ["auto", "--opt-in", "--now"]],
    ["through a symlink on a local disk", "~/link/proj", ["prune", "-n"]],
    ["before a glob", "~/link/*/proj", ["status"]],
  ])("%s: the run ends, keeps what is below it and judges the rest", (_, pattern, command) => {
    const w = world();
    const far = join(w.root, "far");
    symlinkSync("far", join(w.root, "link"));
    const live = w.repo("live");
    const old = w.repo("old", { ageDays: 20 });
    // The mount may have a link of its own that leads here.
    const onIt = repoOf(w, join(far, "archive/proj"), 20);
    w.settings({ keep: [pattern] }, "checkpoint_gc");
    const [ended] = whileDead(w, far, [[...command, "--json"]]);
    expect(ended?.code).toBe(0);
    const report = reportOf(ended?.stdout);
    expect(report.bases[0]).toMatchObject({ keepProblems: [{ pattern, code: "ETIMEDOUT" }] });
    expect(entryOf(report, live.id).verdict).toBe("live");
    expect(entryOf(report, old.id)).toMatchObject({
      action: "remove",
      outcome: command[0] === "auto" ? "trashed" : null,
    });
    expect(entryOf(report, onIt.id)).toMatchObject({ action: "keep", holds: ["kept"] });
  });

  it("keeps what it led to when it last answered, and nothing more", async () => {
    const w = world();
    const far = join(w.root, "far");
    const there = w.repo(join(w.root, "data/proj"), { ageDays: 20 });
    const other = repoOf(w, join(far, "other"), 20);
    // What is a link on the mount today is a plain link here before it is mounted over.
    w.repo(join(far, "filler"));
    symlinkSync(join(w.root, "data/proj"), join(far, "proj"));
    w.settings({ keep: ["~/far/proj"] }, "checkpoint_gc");
    await run(["auto", "--opt-in", "--now", "--set", "retention_days=60"], { home: w });
    const [planned] = whileDead(w, far, [["prune", "-n", "--json"]]);
    const report = reportOf(planned?.stdout);
    expect(entryOf(report, there.id)).toMatchObject({ action: "keep", holds: ["kept"] });
    expect(entryOf(report, other.id).action).toBe("remove");
  });
});

dead("a word on a mount that does not answer", () => {
  it("names what is recorded by exactly it, and no more; every command ends", () => {
    const w = world();
    const far = join(w.root, "far");
    symlinkSync("far", join(w.root, "link"));
    const old = w.repo("old", { ageDays: 20 });
    const onIt = repoOf(w, join(far, "proj"), 20);
    const beside = repoOf(w, join(far, "beside"), 20);
    const [found, missing] = whileDead(w, far, [
      ["prune", "-n", "--json", join(w.root, "link/proj")],
      ["explain", join(far, "other")],
    ]);
    const report = reportOf(found?.stdout);
    expect(entryOf(report, onIt.id).action).toBe("remove");
    for (const { id } of [old, beside]) expect(entryOf(report, id).action).toBe("keep");
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("no checkpoint matches") as string });
  });
});

dead("what a repo borrows from a mount that does not answer", () => {
  it("holds the base's entries in a sweep, names it, and the run ends", () => {
    const w = world();
    const old = w.repo("old", { ageDays: 20 });
    w.repo("borrower", { inside: { "objects/info/alternates": `${join(w.root, "link/lender/objects")}\n` } });
    symlinkSync("far", join(w.root, "link"));
    const [swept] = whileDead(w, join(w.root, "far"), [["auto", "--opt-in", "--now", "--json"]]);
    expect(swept?.code).toBe(0);
    expect(entryOf(reportOf(swept?.stdout), old.id)).toMatchObject({ action: "keep", holds: ["referenced"] });
    expect(entryOf(reportOf(swept?.stdout), old.id).detail).toContain(join(w.root, "far"));
  });
});

dead("what a home keeps on a mount that does not answer, through a symlink", () => {
  it.each([
    [".local/share", "absent-observed", "remove"],
    [".local/share/Trash", "absent-observed", "remove"],
    // Its units may name any place as one where something is mounted.
    [".config/systemd", "mounts-unknown", "keep"],
    [".pam_mount.conf.xml", "mounts-unknown", "keep"],
  ])("%s: the run ends, and what is missing is %s", (name, reason, action) => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete", ageDays: 3 });
    const old = w.repo("old", { ageDays: 20 });
    mkdirSync(dirname(join(w.root, name)), { recursive: true });
    symlinkSync(join(w.root, "far"), join(w.root, name));
    const [planned] = whileDead(w, join(w.root, "far"), [["prune", "-n", "--json"]]);
    expect(planned?.code).toBe(0);
    expect(entryOf(reportOf(planned?.stdout), gone.id)).toMatchObject({ reason, action });
    expect(entryOf(reportOf(planned?.stdout), old.id)).toMatchObject({ reason: "unused", action: "remove" });
  });
});

dead("a place that is to be read on a mount that does not answer", () => {
  it.each([".config", ".config/checkpoint-gc", ".config/checkpoint-gc/config.yaml"])(
    "is reported where our own settings may be there, through %s, and nothing is removed",
    (name) => {
      const w = world();
      const old = w.repo("old", { ageDays: 20 });
      mkdirSync(dirname(join(w.root, name)), { recursive: true });
      symlinkSync(join(w.root, "far"), join(w.root, name));
      const words = ["prune", "--yes"];
      const [pruned, swept] = whileDead(w, join(w.root, "far"), [words, ["auto", "--opt-in", "--now"]]);
      for (const ended of [pruned, swept]) {
        expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining("ETIMEDOUT") as string });
      }
      expect(existsSync(old.path)).toBe(true);
    },
  );

  it("is reported where config.yaml leads there", () => {
    const w = world();
    const far = join(w.root, "far");
    symlinkSync(join(far, "config.yaml"), join(w.home, "config.yaml"));
    const [status] = whileDead(w, far, [["status"]]);
    expect(status).toMatchObject({ code: 2, stderr: expect.stringContaining("does not answer") as string });
  });

  it("is not looked at where the last run has said that nothing is due", async () => {
    const w = world();
    const far = join(w.root, "far");
    mkdirSync(far);
    writeFileSync(join(far, "config.yaml"), "checkpoints: { auto_prune: true }\n");
    symlinkSync(join(far, "config.yaml"), join(w.home, "config.yaml"));
    expect((await run(["auto"], { home: w })).code).toBe(0);
    const [again] = whileDead(w, far, [["auto"]]);
    expect(again).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("is not looked at either where our own settings are there", async () => {
    const w = world();
    const far = join(w.root, "far");
    mkdirSync(join(far, "checkpoint-gc"), { recursive: true });
    writeFileSync(join(far, "checkpoint-gc", "config.yaml"), "auto_prune: true\n");
    symlinkSync(far, join(w.root, ".config"));
    expect((await run(["auto"], { home: w })).code).toBe(0);
    const [again] = whileDead(w, far, [["auto"]]);
    expect(again).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("is reported where restore or the metrics file would write there", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete", ageDays: 3 });
    expect((await run(["prune", "--yes", "--trash"], { home: w })).code).toBe(0);
    const far = join(w.root, "far");
    const [restored, swept] = whileDead(w, far, [
      ["trash", "restore", gone.id, "--to", join(far, "x")],
      ["auto", "--now", "--opt-in", "--metrics-file", join(far, "metrics")],
    ]);
    expect(restored).toMatchObject({ code: 2, stderr: expect.stringContaining("does not answer") as string });
    expect(swept).toMatchObject({ code: 1, stderr: expect.stringContaining("does not answer") as string });
    expect((await run(["trash", "restore", gone.id], { home: w })).code).toBe(0);
  });

  it.each([
    ["the mount point", "far"],
    ["below it", "far/saved/here"],
    ["through a symlink", "link/saved"],
  ])("is reported where prune would save there (%s), and nothing is removed", async (_, place) => {
    const w = world();
    symlinkSync("far", join(w.root, "link"));
    const gone = w.repo("gone", { workdir: "delete", ageDays: 3 });
    const before = fingerprint(w.base);
    const far = join(w.root, "far");
    const [ended] = whileDead(w, far, [["prune", "--yes", "--to", join(w.root, place)]]);
    expect(ended).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("does not answer") as string });
    expect(diff(before, fingerprint(w.base))).toEqual([]);
    // A directory that answers: the near twin.
    const saved = await run(["prune", "--yes", "--to", scratch("/dev/shm")], { home: w });
    expect(saved.code, saved.stderr).toBe(0);
    expect(existsSync(gone.path)).toBe(false);
  });

  it("is reported where the base itself is on it", () => {
    const w = world();
    const far = join(w.root, "far");
    const commands = [
      ["status", "--base", join(far, "checkpoints")],
      ["auto", "--opt-in", "--home", far],
    ];
    for (const ended of whileDead(w, far, commands))
      expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining("does not answer") as string });
  });
});

dead("the start-up hook", () => {
  const HOOK = `const [hook, home] = process.argv.slice(1);
const { startupSweep } = await import(hook);
console.log(startupSweep({ home, command: ["true"] }).status);`;

  it.each<[string, (w: World, far: string) => void, string]>([
    [
      "the base",
      (w, far) => {
        rmSync(w.base, { recursive: true });
        symlinkSync(join(far, "checkpoints"), w.base);
      },
      "started",
    ],
    [
      "all profiles",
      (w, far) => {
        rmSync(w.base, { recursive: true });
        symlinkSync(join(far, "profiles"), join(w.home, "profiles"));
      },
      "not-due",
    ],
  ])("does not wait for it where a symlink puts %s there", (_, plant, status) => {
    const w = world();
    const far = join(w.root, "far");
    plant(w, far);
    const args = ["--input-type=module", "-e", HOOK, join(PROJECT, "dist/hook.js"), w.home];
    const [ended] = whileDead(w, far, [args], [process.execPath]);
    expect(ended).toEqual({ code: 0, stdout: `${status}\n`, stderr: "" });
  });
});
