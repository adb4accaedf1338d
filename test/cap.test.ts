// `max_size` with real repos and the built command: the least recently used are removed, no more than needed, and what
// happens between the look and the removal counts.

import { existsSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune } from "../src/runs/prune.ts";
import { scan } from "../src/runs/scan.ts";
import { run } from "./support/run.ts";
import { diff, fingerprint } from "./support/tree.ts";
import { type ShadowRepo, type World, world } from "./support/world.ts";

const HOUR_MS = 3_600_000;

interface Three {
  readonly oldest: ShadowRepo;
  readonly older: ShadowRepo;
  readonly recent: ShadowRepo;
  /** Of one of them, in bytes: they are alike. */
  readonly each: number;
}

/** Live, none of them stale; one used within a day. */
async function three(w: World): Promise<Three> {
  const [oldest, older, recent] = [w.repo("oldest"), w.repo("older"), w.repo("recent")];
  w.age(oldest, { at: Date.now() - 90 * HOUR_MS });
  w.age(older, { at: Date.now() - 60 * HOUR_MS });
  w.age(recent, { at: Date.now() - 23 * HOUR_MS });
  const plan = await scan({ home: w.home, env: { HOME: w.root }, everything: true });
  return { oldest, older, recent, each: plan.bases[0]?.entries[0]?.judged.bytes ?? 0 };
}

function capIn(document: { readonly bases: readonly unknown[] }): unknown {
  const [base] = document.bases;
  return typeof base === "object" && base !== null && "cap" in base ? base.cap : undefined;
}

describe("a manual run", () => {
  it.each([
    [0, []],
    [-1, ["oldest"]],
  ])("three repos and a cap of their size %i: %j", async (less, gone) => {
    const w = world();
    const { each, ...repos } = await three(w);
    const max = 3 * each + less;
    const shown = (await run(["prune", "-n", "--max-size", `${max}B`, "--json"], { home: w })).report();
    const done = await run(["prune", "-y", "--max-size", `${max}B`, "--json"], { home: w });
    const report = done.report();
    for (const [name, { id }] of Object.entries(repos)) {
      const [planned, entry] = [shown, report].map(({ entries }) => entries.find((one) => one.id === id));
      const goes = gone.includes(name);
      expect(planned).toMatchObject({
        verdict: "live",
        action: goes ? "remove" : "keep",
        rule: goes ? "over-cap" : null,
      });
      expect(entry).toMatchObject({ verdict: "live", outcome: goes ? "trashed" : null });
    }
    expect(capIn(report)).toEqual({ maxSize: max, size: 3 * each, shortfall: 0 });
    expect(report.totals).toMatchObject({ removed: 0, trashed: gone.length });
    const trash = (await run(["trash", "list", "--json"], { home: w })).stdout;
    for (const name of gone) expect(trash).toContain(repos[name as keyof typeof repos].id);
    const again = (await run(["prune", "-y", "--max-size", `${max}B`, "--json"], { home: w })).report();
    expect(again.totals.toRemove).toBe(0);
    // The second run has the trash in view, and leaves it its time.
    expect(again.trash.filter(({ action }) => action !== "keep")).toEqual([]);
  });

  it("keeps what was used within a day, and reports the shortfall", async () => {
    const w = world();
    const { each, recent } = await three(w);
    const before = fingerprint(recent.path);
    const { stdout, code } = await run(["prune", "-y", "--max-size", "1kB"], { home: w });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /Still [\d.]+ kB over max_size \(1\.0 kB\): the rest was used within a day or is protected\./,
    );
    expect(stdout).toContain("Moved to the trash: 2 repos least recently used, to get under max_size");
    expect(diff(before, fingerprint(recent.path))).toEqual([]);
    const report = (await run(["prune", "-n", "--max-size", "1kB", "--json"], { home: w })).report();
    expect(capIn(report)).toEqual({ maxSize: 1000, size: each, shortfall: each - 1000 });
    expect((await run(["explain", recent.id, "--set", "max_size=1kB"], { home: w })).stdout).toContain(
      "no rule matches",
    );
  });

  it("empties the trash first, and says so", async () => {
    const w = world();
    const { each, oldest } = await three(w);
    w.repo("stale", { ageDays: 40 });
    await run(["prune", "-y", "--trash"], { home: w });
    const enough = ["prune", "-y", "--max-size", `${3 * each}B`];
    const shown = (await run([...enough, "-n", "--json"], { home: w })).report();
    expect(shown.trash).toMatchObject([{ action: "destroy", reason: "over-cap" }]);
    expect(shown.totals.toRemove).toBe(0);
    const { stdout } = await run(enough, { home: w });
    expect(stdout).toContain("Deleted 1 repo from the trash to get under max_size");
    const after = (await run(["status", "--json"], { home: w })).report();
    expect(after.trash).toEqual([]);
    expect(after.entries.map(({ id }) => id)).toContain(oldest.id);
  });

  it.each([
    ["--max-size=2", "--max-size is "],
    ["--max-size=500", "--max-size is "],
    ["--set=max_size=2", "--set max_size is "],
  ])("%s has no unit: it is refused, and nothing is done", async (flag, message) => {
    const w = world();
    const { oldest } = await three(w);
    const before = fingerprint(w.root);
    const { stderr, code } = await run(["prune", "-y", flag], { home: w });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/(2G is 2|500G is 500) GiB/);
    expect(diff(before, fingerprint(w.root))).toEqual([]);
    expect((await run(["prune", "-y", "--max-size=2G"], { home: w })).code).toBe(0);
    expect(diff(before, fingerprint(w.root)).filter((line) => line.includes(oldest.id))).toEqual([]);
  });

  it.each(["checkpoint_gc", "checkpoints"] as const)(
    "max_size: 2 below %s stops everything, and 2G nothing",
    async (block) => {
      const w = world();
      await three(w);
      w.settings({ max_size: 2 }, block);
      for (const command of [["prune", "-y"], ["status"]]) expect((await run(command, { home: w })).code).toBe(2);
      const swept = (await run(["auto", "--opt-in", "--now", "--json"], { home: w })).report();
      expect(swept.entries).toEqual([]);
      w.settings({ max_size: "2G" }, block);
      expect((await run(["config"], { home: w })).stdout).toMatch(/max_size +2GiB /);
      expect((await run(["prune", "-y"], { home: w })).stdout).toContain("Nothing to remove.");
    },
  );

  it("moves unreachable entries to the trash, from where they can be restored", async () => {
    const w = world();
    const away = w.repo("away", { workdir: "delete-parent" });
    w.age(away, { at: Date.now() - 90 * HOUR_MS });
    w.repo("alive");
    const shown = (await run(["prune", "-y", "--max-size", "1kB", "--json"], { home: w })).report();
    expect(shown.entries.find(({ id }) => id === away.id)).toMatchObject({ outcome: "trashed" });
    expect((await run(["trash", "restore", away.id], { home: w })).code).toBe(0);
    expect(existsSync(away.path)).toBe(true);
  });
});

describe("in a sweep", () => {
  it("moves them to the trash, which does not count and is not emptied early; a restore counts as a use", async () => {
    const w = world();
    const { each, oldest, older } = await three(w);
    w.settings({ max_size: `${3 * each - 1}B` }, "checkpoint_gc");
    const auto = ["auto", "--opt-in", "--now", "--json"];
    const first = (await run(auto, { home: w })).report();
    expect(first.entries.filter(({ outcome }) => outcome !== null)).toMatchObject([
      { id: oldest.id, rule: "over-cap", outcome: "trashed" },
    ]);
    const second = (await run(auto, { home: w })).report();
    expect(second.totals.toRemove).toBe(0);
    expect(second.trash).toMatchObject([{ entryId: oldest.id, rule: "over-cap", action: "keep", reason: "waiting" }]);
    await run(["trash", "restore", oldest.id], { home: w });
    const third = (await run(auto, { home: w })).report();
    expect(third.entries.filter(({ outcome }) => outcome !== null)).toMatchObject([
      { id: older.id, outcome: "trashed" },
    ]);
    expect((await run(["history"], { home: w })).stdout).toContain("1 over-cap");
  });

  it("ignores the size limit that Hermes itself uses", async () => {
    const w = world();
    await three(w);
    w.settings({ max_total_size_mb: 0.001 });
    const { totals } = (await run(["auto", "--opt-in", "--now", "--json"], { home: w })).report();
    expect(totals.toRemove).toBe(0);
  });
});

describe("between the plan and the removal", () => {
  it.each<readonly [string, (w: World, repo: ShadowRepo) => void]>([
    ["it was used", (_, repo) => utimesSync(join(repo.path, "index"), new Date(), new Date())],
    ["a snapshot was taken", (w, repo) => w.snapshot(repo)],
  ])("%s: it stays, and its twin is removed", async (_, act) => {
    const w = world();
    const { oldest, older } = await three(w);
    const options = { home: w.home, env: { HOME: w.root }, settings: { max_size: 1 } };
    const plan = await scan(options);
    act(w, oldest);
    const done = await prune(plan, options);
    const outcomeOf = ({ id }: ShadowRepo): unknown =>
      done.bases[0]?.entries.find(({ planned }) => planned.judged.entry.id === id)?.outcome;
    expect([outcomeOf(oldest), outcomeOf(older)]).toEqual(["changed", "trashed"]);
  });

  it("`keep` names it now: it stays", async () => {
    const w = world();
    const { oldest } = await three(w);
    const options = { home: w.home, env: { HOME: w.root }, settings: { max_size: 1 } };
    const plan = await scan(options);
    const [base] = plan.bases;
    if (base === undefined) throw new Error("no base");
    const kept = { ...plan, bases: [{ ...base, settings: { ...base.settings, keep: [oldest.workdir] } }] };
    const done = await prune(kept, options);
    expect(done.bases[0]?.entries.map(({ outcome }) => outcome).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      "changed",
      "trashed",
    ]);
  });
});
