// The scenarios that Hermes itself tests for its own pruning, each with a twin that differs in the one thing that
// counts, and stays. Automatic ones with `orphan_grace_hours: 0` and `trash_days: 0`, which is how Hermes behaved.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { removeTree } from "./support/paths.ts";
import { type Report, entryOf } from "./support/report.ts";
import { run } from "./support/run.ts";
import { type ShadowRepo, type World, world } from "./support/world.ts";

const KEPT = { action: "keep", outcome: null } as const;

describe("manually, through the command", () => {
  it("removes the repo whose workdir is missing and keeps the one whose workdir exists", async () => {
    const w = world();
    const [alive, gone] = [w.repo("alive"), w.repo("gone", { workdir: "delete" })];
    const report = await prune(w);
    expect(entryOf(report, gone.id)).toMatchObject({
      verdict: "orphan",
      rule: "orphan",
      action: "remove",
      outcome: "removed",
    });
    expect(entryOf(report, alive.id)).toMatchObject({ verdict: "live", rule: null, ...KEPT });
    expect(report.totals).toMatchObject({ scanned: 2, removed: 1, removedByRule: { orphan: 1, stale: 0 }, failed: 0 });
    expect(there(w)).toEqual(ids(alive));
  });

  it("removes the one unused for 60 days with a retention of 30 and orphans off, and keeps one unused for 29", async () => {
    const w = world();
    const [fresh, old] = [w.repo("fresh"), w.repo("old", { ageDays: 60 })];
    const twin = w.repo("twin", { ageDays: 29 });
    const report = await prune(w, "--retention-days", "30", "--keep-orphans");
    expect(entryOf(report, old.id)).toMatchObject({ verdict: "stale", rule: "stale", outcome: "removed" });
    expect(entryOf(report, twin.id)).toMatchObject({ verdict: "live", ...KEPT });
    expect(report.totals).toMatchObject({ scanned: 3, removed: 1, removedByRule: { orphan: 0, stale: 1 } });
    expect(there(w)).toEqual(ids(fresh, twin));
  });

  it("calls a repo that is missing and old at once an orphan, and one that is only old stale", async () => {
    const w = world();
    const both = w.repo("both", { workdir: "delete", ageDays: 60 });
    const twin = w.repo("twin", { ageDays: 60 });
    const report = await prune(w, "--retention-days", "30");
    expect(entryOf(report, both.id)).toMatchObject({ verdict: "orphan", rule: "orphan", reason: "absent-observed" });
    expect(entryOf(report, twin.id)).toMatchObject({ verdict: "stale", rule: "stale", reason: "unused" });
    expect(report.totals).toMatchObject({ orphan: 1, stale: 1, removedByRule: { orphan: 1, stale: 1 } });
  });

  it("keeps a repo whose workdir is missing where orphans are off, by flag and by setting", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    const byFlag = await prune(w, "--keep-orphans");
    expect(entryOf(byFlag, gone.id)).toMatchObject({ verdict: "orphan", rule: null, ...KEPT });
    w.settings({ delete_orphans: false });
    const bySetting = await prune(w);
    expect(entryOf(bySetting, gone.id)).toMatchObject({ verdict: "orphan", rule: null, ...KEPT });
    expect(there(w)).toEqual(ids(gone));
    // The twin: the same repo, and the switch back on.
    expect(entryOf(await prune(w, "--delete-orphans"), gone.id)).toMatchObject({ outcome: "removed" });
  });

  it("does not count a directory without HEAD", async () => {
    const w = world();
    const gone = w.repo("gone", { workdir: "delete" });
    const headless = join(w.base, "0123456789abcdef");
    mkdirSync(headless);
    writeFileSync(join(headless, "HERMES_WORKDIR"), `${join(w.work, "nowhere")}\n`);
    const report = await prune(w);
    // Remains of a repo are counted apart, and stay until they are old.
    expect(report.totals).toMatchObject({ scanned: 1, removed: 1, debris: 1 });
    expect(entryOf(report, gone.id)).toMatchObject({ outcome: "removed" });
    expect(entryOf(report, "0123456789abcdef")).toMatchObject({ verdict: "debris", action: "keep" });
    expect(readFileSync(join(headless, "HERMES_WORKDIR"), "utf8")).toContain("nowhere");
  });

  it("frees at least the 5,000 bytes of the file that an orphan holds", async () => {
    const w = world();
    const blob = { "objects/blob.bin": Buffer.alloc(5000, 120) };
    const gone = w.repo("gone", { workdir: "delete", inside: blob });
    const alive = w.repo("alive", { inside: blob });
    const report = await prune(w);
    expect(report.totals.bytesReclaimed).toBeGreaterThanOrEqual(5000);
    expect(report.totals.bytesReclaimed).toBe(entryOf(report, gone.id).bytes);
    expect(existsSync(join(alive.path, "objects", "blob.bin"))).toBe(true);
  });

  it("gives zeros for a home without checkpoints and creates nothing", async () => {
    const home = emptyHome();
    for (const command of [["status"], ["prune", "--dry-run"], ["prune", "--yes"]]) {
      const result = await run([...command, "--json", "--home", home]);
      expect(result.code, result.stderr).toBe(0);
      expect(result.report()).toMatchObject({
        status: "done",
        error: null,
        entries: [],
        totals: { scanned: 0, removed: 0, failed: 0, bytesReclaimed: 0 },
      });
      expect(readdirSync(home)).toEqual([]);
    }
  });

  it("finds nothing where no home is, says where it looked, and creates nothing", async () => {
    const home = emptyHome();
    const result = await run(["prune", "--yes"], { env: { HOME: home } });
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toContain("No checkpoints found. Looked in ");
    expect(readdirSync(home)).toEqual([]);
    // The twin: the same home, but named.
    expect((await run(["prune", "--yes", "--home", join(home, ".hermes")])).code).toBe(2);
  });
});

describe("automatic, through the command", () => {
  it("acts once, writes the marker, and skips inside the interval", async () => {
    const w = autoWorld();
    const [first, alive] = [w.repo("first", { workdir: "delete" }), w.repo("alive")];
    const started = Date.now() / 1000;
    const report = await auto(w);
    expect(report).toMatchObject({ status: "done", totals: { removed: 1, removedByRule: { orphan: 1, stale: 0 } } });
    expect(existsSync(first.path)).toBe(false);
    const marker = Number(readFileSync(join(w.base, ".last_prune"), "utf8"));
    expect(marker).toBeGreaterThanOrEqual(Math.floor(started));

    const second = w.repo("second", { workdir: "delete" });
    expect(await auto(w)).toMatchObject({ status: "not-due", totals: { removed: 0 } });
    expect(there(w)).toEqual(ids(alive, second));
    expect(Number(readFileSync(join(w.base, ".last_prune"), "utf8"))).toBe(marker);
  });

  it("runs every time where the interval is 0", async () => {
    const w = autoWorld({ min_interval_hours: 0 });
    for (const name of ["first", "second"]) {
      const gone = w.repo(name, { workdir: "delete" });
      expect(await auto(w)).toMatchObject({ status: "done", totals: { removed: 1 } });
      expect(existsSync(gone.path)).toBe(false);
    }
  });

  it("runs in spite of a corrupt marker, and repairs it", async () => {
    const w = autoWorld();
    const gone = w.repo("gone", { workdir: "delete" });
    w.marker("not-a-timestamp");
    expect(await auto(w)).toMatchObject({ status: "done", totals: { removed: 1 } });
    expect(existsSync(gone.path)).toBe(false);
    expect(Number(readFileSync(join(w.base, ".last_prune"), "utf8"))).toBeGreaterThan(0);
  });

  it("does nothing where it is not switched on", async () => {
    const w = autoWorld({ auto_prune: false });
    const gone = w.repo("gone", { workdir: "delete" });
    expect(await auto(w)).toMatchObject({ status: "disabled", totals: { removed: 0 } });
    expect(there(w)).toEqual(ids(gone));
    expect(existsSync(join(w.base, ".last_prune"))).toBe(false);
  });

  it("accepts a missing base without an error and creates none", async () => {
    const home = emptyHome();
    const result = await run(["auto", "--opt-in", "--json", "--home", home]);
    expect(result.code, result.stderr).toBe(0);
    expect(result.report()).toMatchObject({ error: null, entries: [], totals: { scanned: 0, removed: 0, failed: 0 } });
    expect(existsSync(join(home, "checkpoints"))).toBe(false);
  });
});

function autoWorld(settings: Readonly<Record<string, unknown>> = {}): World {
  const w = world();
  w.settings({ auto_prune: true, ...settings });
  w.settings({ orphan_grace_hours: 0, trash_days: 0 }, "checkpoint_gc");
  return w;
}

function emptyHome(): string {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "cgc-empty-")));
  onTestFinished(() => removeTree(home));
  return home;
}

async function prune(w: World, ...flags: readonly string[]): Promise<Report> {
  const result = await run(["prune", "--yes", "--json", "--home", w.home, ...flags], { home: w });
  expect(result.code, result.stderr).toBe(0);
  return result.report();
}

async function auto(w: World): Promise<Report> {
  const result = await run(["auto", "--json", "--home", w.home], { home: w });
  expect(result.code, result.stderr).toBe(0);
  return result.report();
}

function ids(...repos: readonly ShadowRepo[]): readonly string[] {
  return repos.map((repo) => repo.id).toSorted();
}

/** The entries that are in the base now. */
function there(w: World): readonly string[] {
  return readdirSync(w.base)
    .filter((name) => /^[0-9a-f]{16}$/.test(name))
    .toSorted();
}
