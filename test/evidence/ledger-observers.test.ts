// What other observers wrote into the ledger: another machine, or another user, on the same disk.

import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { byHand, DAY_MS, resultOf, sweep } from "../reclaim/runs.ts";
import { type World, world } from "../support/world.ts";
import { observeMachine } from "../../src/resolve/machine.ts";
import { fileOf, ledgerOf, ours, outcomeOf, sweepIn, us } from "./ledger-file.ts";

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

  it("makes a workdir that only they saw `seen-elsewhere`, and no run removes it", async () => {
    const w = world();
    const [theirs, unseen] = [w.repo("theirs", { ageDays: 3 }), w.repo("unseen", { ageDays: 3 })];
    w.removeWorkdir(unseen);
    await handOver(w);
    w.removeWorkdir(theirs);
    const run = await sweepIn(w, 1, 0);
    expect(outcomeOf(run, theirs)).toBe("unknown");
    const row = run.plan.bases[0]?.entries.find(({ judged }) => judged.entry.id === theirs.id);
    expect(row?.judged).toMatchObject({ verdict: "unreachable", reason: "seen-elsewhere" });
    // The near twin, which no observer recorded, is as at first sight.
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

  it("is this machine's own where 1.0.0 wrote it here, before a reboot or under another host name", async () => {
    const w = world();
    const [early, late, gone] = ["early", "late", "gone"].map((name) => w.repo(name, { ageDays: 3 }));
    if (early === undefined || late === undefined || gone === undefined) throw new Error("three were made");
    w.removeWorkdir(gone);
    await sweepIn(w, 0);
    const [machine = "", , user = "", root = ""] = observeMachine().observer.former.split("|");
    if (machine === "-") return;
    const [first, second] = [0, 1].map((run) => ({ ...ours(w), missing: { [gone.workdir]: 5 + run } }));
    const formerly = {
      [`${machine}|ann-laptop|${user}|64512:2`]: first,
      [`${machine}|ann-laptop.lan|${user}|${root}`]: second,
      [`${machine}|ann-laptop|another-${user}|64512:2`]: { ...first, seen: {} },
    };
    writeFileSync(fileOf(w), JSON.stringify({ version: 1, observers: formerly }));
    for (const repo of [early, late]) w.removeWorkdir(repo);
    const run = await sweepIn(w, 1, 0);
    for (const repo of [early, late]) {
      const row = run.plan.bases[0]?.entries.find(({ judged }) => judged.entry.id === repo.id);
      expect(row?.judged.reason).toBe("absent-witnessed");
    }
    // One record from now on, and the other user's as it was.
    expect(Object.keys(ledgerOf(w).observers)).toEqual([`${machine}|ann-laptop|another-${user}|64512:2`, us()]);
    expect(ours(w).missing[gone.workdir]).toBe(5);
  });

  it("does not stop ageing: a stale one is removed although only they saw its workdir", async () => {
    const w = world();
    const repo = w.repo("p", { ageDays: 3 });
    await handOver(w);
    w.removeWorkdir(repo);
    w.age(repo, 30);
    const run = await sweep(w, { now: () => Date.now() + DAY_MS });
    expect(resultOf(run, repo)).toMatchObject({ outcome: "trashed", planned: { ruling: { rule: "stale" } } });
  });
});
