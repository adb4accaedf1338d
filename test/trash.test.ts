// What is in the trash: it is restored automatically, expires on proof, and is restored on request.

import { mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formatTrashName, parseTrashName } from "../src/model/trash-name.ts";
import { emptyTrash, type RunResult, scan } from "../src/index.ts";
import {
  byHand,
  common,
  giveBack,
  inDays,
  namesIn,
  outcomes,
  resultOf,
  stateOf,
  sweep,
  trashNames,
  trashOf,
  trashResults,
} from "./reclaim/runs.ts";
import { assertSound } from "./support/git.ts";
import { failCalls, stopIntercepting } from "./support/intercept-calls.ts";
import { run, type RunResult as CommandResult } from "./support/run.ts";
import { diff, fingerprint } from "./support/tree.ts";
import { type ShadowRepo, type World, world } from "./support/world.ts";

describe("a workdir that is back", () => {
  it.each(["manual", "automatic"] as const)(
    "brings its orphan back at the next run, %s; its twin stays",
    async (mode) => {
      const { w, repo, twin, before } = await trashed();
      w.restoreWorkdir(repo);
      expect(trashResults(await next(w, mode)).map(({ outcome }) => outcome)).toEqual(["returned"]);
      expect(diff(before, fingerprint(repo.path))).toEqual([]);
      expect((await trashOf(w)).map(({ item }) => item.entryId)).toEqual([twin.id]);
    },
  );

  it("restores no stale one: its directory was never missing", async () => {
    const { w, repo } = await trashed({ ageDays: 60 });
    expect(outcomes(await next(w, "manual"))).toEqual({});
    expect(trashNames(w).filter((name) => name.startsWith(repo.id))).toHaveLength(1);
  });

  it("with its place occupied: conflict, its period begins again, nothing is overwritten", async () => {
    const { w, repo, before } = await trashed();
    mkdirSync(repo.path);
    w.restoreWorkdir(repo);
    const later = inDays(3);
    const run = await next(w, "manual", later);
    expect(trashResults(run).map(({ outcome }) => outcome)).toEqual(["conflict"]);
    expect(readdirSync(repo.path)).toEqual([]);
    const row = (await trashOf(w, { now: later })).find(({ item }) => item.entryId === repo.id);
    expect(row).toMatchObject({ reason: "place-taken", item: { conflicted: true, since: later() } });
    expect(diff(before, fingerprint(row?.item.members[0]?.path ?? ""))).toEqual([]);
    // Reported once; not again at every run.
    expect(outcomes(await next(w, "manual", inDays(4)))).toEqual({});
  });
});

describe("expiry", () => {
  it.each(["manual", "automatic"] as const)(
    "destroys an orphan whose absence is proved again, %s, and not a second earlier",
    async (mode) => {
      const { w, since } = await trashed();
      const end = since + 7 * 86_400_000;
      expect(outcomes(await next(w, mode, () => end - 1))).toEqual({});
      expect(outcomes(await next(w, mode, () => end))).toEqual({ removed: 2 });
      expect(trashNames(w)).toEqual([]);
    },
  );

  it("keeps an orphan whose directory cannot be proved deleted now, until it is old", async () => {
    const { w, repo } = await trashed();
    // Neither present nor proved absent: the directory above is gone too.
    renameSync(w.work, `${w.work}-aside`);
    w.settings({ retention_days: 30 });
    expect(outcomes(await next(w, "manual", inDays(8)))).toEqual({});
    const rows = await trashOf(w, { now: inDays(8) });
    expect(rows.map(({ reason }) => reason)).toEqual(["not-proved", "not-proved"]);
    expect(outcomes(await next(w, "manual", inDays(31)))).toEqual({ removed: 2 });
    expect(namesIn(w.base)).not.toContain(repo.id);
  });

  it("looks again at the last moment: a workdir that comes back after the plan saves it", async () => {
    const { w, repo, before } = await trashed();
    const plan = await scan({ ...common(w), now: inDays(8) });
    w.restoreWorkdir(repo);
    const { prune } = await import("../src/index.ts");
    const run = await prune(plan, { ...common(w), now: inDays(8) });
    expect(outcomes(run)).toEqual({ changed: 1, removed: 1 });
    const [name = ""] = trashNames(w);
    expect(diff(before, fingerprint(join(stateOf(w), "trash", name)))).toEqual([]);
  });

  it("counts a date in the future from the first run that sees it", async () => {
    const { w } = await trashed({}, inDays(365));
    expect(outcomes(await next(w, "manual"))).toEqual({});
    // The first run that trusts its clock again: a day after one that did not.
    expect(outcomes(await next(w, "manual", inDays(6.9)))).toEqual({});
    expect(outcomes(await next(w, "manual", inDays(13.8)))).toEqual({});
    expect(outcomes(await next(w, "manual", inDays(14)))).toEqual({ removed: 2 });
  });
});

describe("restore", () => {
  it("puts it back to the byte, holds it for its retention, and removes it again after that", async () => {
    const { w, repo, before } = await trashed();
    expect((await giveBack(w, { ids: [repo.id] })).rows).toMatchObject([{ outcome: "restored", path: repo.path }]);
    expect(diff(before, fingerprint(repo.path))).toEqual([]);
    const plan = await scan(common(w));
    expect(plan.bases[0]?.entries.find((row) => row.judged.entry.id === repo.id)?.ruling).toMatchObject({
      action: "keep",
      holds: [{ code: "restored" }],
    });
    expect(outcomes(await sweep(w, { now: inDays(6.9) }))["trashed"]).toBeUndefined();
    expect(resultOf(await byHand(w, { now: inDays(7.1) }), repo).outcome).toBe("removed");
  });

  it("--swap exchanges the two, and again exchanges them back", async () => {
    const { w, repo, before } = await trashed();
    renameSync(w.repo("fresh").path, repo.path);
    const fresh = fingerprint(repo.path);
    expect((await giveBack(w, { ids: [repo.id] })).rows).toMatchObject([{ outcome: "conflict" }]);
    expect(diff(fresh, fingerprint(repo.path))).toEqual([]);
    for (const [inPlace, inTrash] of [
      [before, fresh],
      [fresh, before],
      [before, fresh],
    ] as const) {
      expect((await giveBack(w, { ids: [repo.id], swap: true })).rows).toMatchObject([{ outcome: "restored" }]);
      expect(diff(inPlace, fingerprint(repo.path))).toEqual([]);
      const name = trashNames(w).find((each) => each.startsWith(repo.id)) ?? "";
      expect(diff(inTrash, fingerprint(join(stateOf(w), "trash", name)))).toEqual([]);
    }
  });

  it.each(["by its whole id", "again", "with --swap", "with --to"])(
    "names what was refused by the id that was shown before: %s",
    async (how) => {
      const { w, repo, before } = await trashed();
      const fresh = w.repo("fresh");
      renameSync(fresh.path, repo.path);
      const shown = (await trashOf(w)).find(({ item }) => item.entryId === repo.id);
      const id = shown?.item.id ?? "";
      const later = inDays(3);
      expect((await giveBack(w, { ids: [id], now: later })).rows).toMatchObject([{ outcome: "conflict" }]);
      const listed = (await trashOf(w)).find(({ item }) => item.entryId === repo.id);
      expect(listed?.item).toMatchObject({ id, taken: shown?.item.taken, since: later(), conflicted: true });
      if (how === "by its whole id" || how === "again") renameSync(repo.path, fresh.path);
      if (how === "again") {
        mkdirSync(repo.path);
        expect((await giveBack(w, { ids: [id], now: inDays(4) })).rows).toMatchObject([{ outcome: "conflict" }]);
        renameSync(repo.path, `${repo.path}-aside`);
      }
      const to = how === "with --to" ? { to: join(w.root, "elsewhere") } : {};
      const { rows } = await giveBack(w, { ids: [id], swap: how === "with --swap", ...to });
      expect(rows).toMatchObject([{ outcome: "restored" }]);
      expect(diff(before, fingerprint(rows[0]?.path ?? ""))).toEqual([]);
    },
  );

  it("--last finds what it was refused to put back a moment ago", async () => {
    const w = world();
    w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
    w.repo("live");
    const repo = w.repo("repo", { workdir: "delete", ageDays: 2 });
    expect(outcomes(await sweep(w))).toEqual({ trashed: 1 });
    mkdirSync(repo.path);
    const again = { ids: [], last: true, now: inDays(1) };
    expect((await giveBack(w, again)).rows).toMatchObject([{ outcome: "conflict" }]);
    renameSync(repo.path, `${repo.path}-aside`);
    expect((await giveBack(w, again)).rows).toMatchObject([{ outcome: "restored", path: repo.path }]);
  });

  it("--swap whose second half fails puts the other one back", async () => {
    const { w, repo, before } = await trashed();
    renameSync(w.repo("fresh").path, repo.path);
    const fresh = fingerprint(repo.path);
    let renames = 0;
    failCalls("EIO", (operation) => operation === "rename" && ++renames === 2);
    const { rows } = await giveBack(w, { ids: [repo.id], swap: true });
    stopIntercepting();
    expect(rows).toMatchObject([{ outcome: "failed", error: { code: "EIO" } }]);
    expect(diff(fresh, fingerprint(repo.path))).toEqual([]);
    expect(
      diff(
        before,
        fingerprint((await trashOf(w)).find(({ item }) => item.entryId === repo.id)?.item.members[0]?.path ?? ""),
      ),
    ).toEqual([]);
  });

  it("--to puts it elsewhere, also where nothing is yet, and never over anything", async () => {
    const { w, repo, twin, before } = await trashed();
    const to = join(w.root, "elsewhere", "and", "deeper");
    mkdirSync(join(to, twin.id), { recursive: true });
    expect((await giveBack(w, { ids: [repo.id, twin.id], to })).rows).toMatchObject([
      { outcome: "restored", path: join(to, repo.id) },
      { outcome: "conflict" },
    ]);
    expect(diff(before, fingerprint(join(to, repo.id)))).toEqual([]);
    expect(readdirSync(join(to, twin.id))).toEqual([]);
  });

  it("refuses what is marked, what is unknown and what is ambiguous, before anything is moved", async () => {
    const { w, repo, twin } = await trashed();
    const [marked = "", whole = ""] = trashNames(w).toSorted((name) => (name.startsWith(repo.id) ? -1 : 1));
    renameSync(
      join(stateOf(w), "trash", marked),
      join(stateOf(w), "trash", formatTrashName({ ...parseTrashName(marked)!, marked: true })),
    );
    await expect(giveBack(w, { ids: [twin.id, repo.id] })).rejects.toMatchObject({ code: "not-found" });
    await expect(giveBack(w, { ids: [twin.id, "0123456789abcdef"] })).rejects.toMatchObject({ code: "not-found" });
    const again = join(stateOf(w), "trash", whole.replace(/\.[0-9a-f]{8}\./, ".00000000."));
    mkdirSync(again);
    await expect(giveBack(w, { ids: [twin.id] })).rejects.toMatchObject({ code: "ambiguous" });
    expect(namesIn(w.base).filter((name) => name === repo.id || name === twin.id)).toEqual([]);
    expect(outcomes(await next(w, "manual"))).toEqual({ removed: 1 });
    // By its name in the trash it is the only one.
    const id = whole.split(".").slice(0, 3).join(".");
    expect((await giveBack(w, { ids: [id] })).rows).toMatchObject([{ outcome: "restored" }]);
    assertSound(twin.path);
  });
});

describe("emptying", () => {
  it("destroys what was shown, and not what came meanwhile", async () => {
    const { w } = await trashed();
    const plan = await scan(common(w));
    const late = w.repo("late", { workdir: "delete" });
    await byHand(w, { disposal: "trash" });
    expect(outcomes(await emptyTrash({ ...common(w), plan }))).toEqual({ removed: 2 });
    expect(trashNames(w).map((name) => name.split(".")[0])).toEqual([late.id]);
  });

  it("restores what was shown as to be restored, and destroys the rest", async () => {
    const { w, repo, twin, before } = await trashed();
    w.restoreWorkdir(repo);
    const plan = await scan(common(w));
    const reasons = plan.bases.flatMap(({ trash }) => trash).map(({ item, reason }) => [item.entryId, reason]);
    expect(new Map(reasons as [string, string][]).get(repo.id)).toBe("workdir-back");
    expect(outcomes(await emptyTrash({ ...common(w), plan }))).toEqual({ returned: 1, removed: 1 });
    expect(diff(before, fingerprint(repo.path))).toEqual([]);
    expect([trashNames(w), namesIn(w.base).includes(twin.id)]).toEqual([[], false]);
  });

  it("says that it restored, and asks about nothing where all is to be restored", async () => {
    const { w, repo, twin } = await trashed();
    const empty = async (...more: readonly string[]): Promise<CommandResult> =>
      run(["trash", "empty", ...more], { home: w });
    w.restoreWorkdir(repo);
    w.restoreWorkdir(twin);
    const asked = await empty();
    expect([asked.code, asked.stdout]).toEqual([
      0,
      expect.stringContaining("Nothing to delete: the next run restores what is in the trash."),
    ]);
    expect(trashNames(w)).toHaveLength(2);
    const agreed = await empty("--yes");
    expect([agreed.code, agreed.stdout]).toEqual([0, expect.stringContaining("Restored 2 repos from the trash.")]);
    expect(agreed.stdout).not.toContain("deleted");
    for (const { path } of [repo, twin]) assertSound(path);
  });

  it("forgets nothing of what earlier runs saw alive", async () => {
    const { w } = await trashed();
    const ledger = join(stateOf(w), "ledger.json");
    const before = readFileSync(ledger, "utf8");
    expect(before).toContain(join(w.work, "live"));
    await emptyTrash({ ...common(w), plan: await scan(common(w)) });
    expect(readFileSync(ledger, "utf8")).toBe(before);
  });

  it("destroys nothing that was put back and is in its place again", async () => {
    const { w, repo, before } = await trashed();
    const plan = await scan(common(w));
    await giveBack(w, { ids: [repo.id] });
    expect(outcomes(await emptyTrash({ ...common(w), plan }))).toEqual({ "already-gone": 1, "removed": 1 });
    expect(diff(before, fingerprint(repo.path))).toEqual([]);
  });
});

async function next(w: World, mode: "manual" | "automatic", now?: () => number): Promise<RunResult> {
  const clock = now === undefined ? {} : { now };
  return mode === "manual" ? byHand(w, clock) : sweep(w, clock);
}

/** Two orphans in the trash (or two stale ones) and a live one beside. */
async function trashed(
  options: { readonly ageDays?: number } = {},
  now: () => number = Date.now,
): Promise<{ w: World; repo: ShadowRepo; twin: ShadowRepo; before: ReturnType<typeof fingerprint>; since: number }> {
  const w = world();
  w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
  w.repo("live", { ageDays: 0 });
  w.settings({ keep: ["live"].map((name) => join(w.work, name)) }, "checkpoint_gc");
  const workdir = options.ageDays === undefined ? "delete" : "keep";
  const [repo, twin] = [w.repo("repo", { ...options, workdir }), w.repo("twin", { ...options, workdir })];
  const before = fingerprint(repo.path);
  const at = now();
  const run = await byHand(w, { disposal: "trash", now: () => at });
  expect(outcomes(run)).toEqual({ trashed: 2 });
  return { w, repo, twin, before, since: at };
}
