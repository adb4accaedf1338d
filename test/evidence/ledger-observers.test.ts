// What other observers wrote into the ledger: another machine, or another user, on the same disk.

import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { byHand, DAY_MS, resultOf, sweep } from "../reclaim/runs.ts";
import { type World, world } from "../support/world.ts";
import { fileOf, ledgerOf, ours, outcomeOf, sweepIn } from "./ledger-file.ts";

describe("what other observers wrote", () => {
  /** As if another machine had written what we wrote. */
  async function handOver(w: World, extra: object = {}): Promise<void> {
    await sweepIn(w, 0);
    const theirs = { ...ours(w), missing: { "/long/gone": 5 }, ...extra };
    writeFileSync(fileOf(w), JSON.stringify({ version: 1, observers: { "another|host|1000|1:2": theirs } }));
  }

  it("is carried along unchanged by every run", async () => {
    const w = world();
    const repo = w.repo("p", { ageDays: 3 });
    await handOver(w);
    const theirs = ledgerOf(w).observers["another|host|1000|1:2"];
    for (const hours of [1, 2]) {
      await sweepIn(w, hours);
      expect(ledgerOf(w).observers["another|host|1000|1:2"]).toEqual(theirs);
      expect(Object.keys(ours(w).seen)).toEqual([repo.workdir]);
    }
    // Also of what is no longer in our store, and theirs alone.
    expect(theirs?.missing).toEqual({ "/long/gone": 5 });
  });

  it("is carried along unchanged where it has more in it than we know", async () => {
    const w = world();
    w.repo("p", { ageDays: 3 });
    await handOver(w, { note: "what a later version of theirs has" });
    const theirs = ledgerOf(w).observers["another|host|1000|1:2"];
    await sweepIn(w, 1);
    expect(ledgerOf(w).observers["another|host|1000|1:2"]).toEqual(theirs);
  });

  it("makes a workdir that only they saw `seen-elsewhere`, and no run takes it", async () => {
    const w = world();
    const [theirs, unseen] = [w.repo("theirs", { ageDays: 3 }), w.repo("unseen", { ageDays: 3 })];
    w.removeWorkdir(unseen);
    await handOver(w);
    w.removeWorkdir(theirs);
    const run = await sweepIn(w, 1, 0);
    expect(outcomeOf(run, theirs)).toBe("unknown");
    const row = run.plan.bases[0]?.entries.find(({ judged }) => judged.entry.id === theirs.id);
    expect(row?.judged).toMatchObject({ verdict: "unreachable", reason: "seen-elsewhere" });
    // The near twin, that nobody saw, is as at first sight.
    expect(outcomeOf(run, unseen)).toBe("trashed");
    const byPerson = await byHand(w, { now: () => Date.now() });
    expect(byPerson.bases.flatMap((base) => base.entries)).toEqual([]);
  });

  it("does not hide what we saw ourselves", async () => {
    const w = world();
    const repo = w.repo("p", { ageDays: 3 });
    await handOver(w);
    await sweepIn(w, 1);
    w.removeWorkdir(repo);
    const run = await sweepIn(w, 2);
    expect(outcomeOf(run, repo)).toBe("absent grace");
    expect(run.plan.bases[0]?.entries[0]?.judged.reason).toBe("absent-witnessed");
  });

  it("ages like everything else: a stale one goes although only they saw its workdir", async () => {
    const w = world();
    const repo = w.repo("p", { ageDays: 3 });
    await handOver(w);
    w.removeWorkdir(repo);
    w.age(repo, 30);
    const run = await sweep(w, { now: () => Date.now() + DAY_MS });
    expect(resultOf(run, repo)).toMatchObject({ outcome: "trashed", planned: { ruling: { rule: "stale" } } });
  });
});
