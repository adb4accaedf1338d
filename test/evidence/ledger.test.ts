// The ledger: what each run that writes leaves behind, and what the grace of a sweep makes of it.

import { observeMachine } from "../../src/resolve/machine.ts";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { scan } from "../../src/index.ts";
import type { Ancestor } from "../../src/model/ledger.ts";
import { writeLedger } from "../../src/state/ledger.ts";
import { byHand, common, namesIn, stateOf, sweep } from "../reclaim/runs.ts";
import { world } from "../support/world.ts";
import { fileOf, ledgerOf, ours, outcomeOf, sweepIn, us } from "./ledger-file.ts";

describe("what a run that writes leaves", () => {
  it("tells when, who, and every directory on the way, once, with what it was on", async () => {
    const w = world();
    const repos = ["clients/acme", "clients/bolt", "alone"].map((name) => w.repo(name));
    const before = Date.now();
    await sweep(w);

    const { version, observers } = ledgerOf(w);
    expect(version).toBe(1);
    expect(Object.keys(observers)).toEqual([us()]);
    expect(us()).toBe(observeMachine().observer.id);
    const { places, seen, missing } = ours(w);
    expect(missing).toEqual({});
    expect(Object.keys(seen).toSorted()).toEqual(repos.map(({ workdir }) => workdir).toSorted());
    for (const { workdir } of repos) {
      const [at, index] = seen[workdir] ?? [0, -1];
      expect(at).toBeGreaterThanOrEqual(before - 1000);
      expect(at).toBeLessThanOrEqual(Date.now());
      let path = workdir;
      for (let place = places[index]; place !== undefined; place = places[place.above]) {
        const stat = statSync(path, { bigint: true });
        expect(place).toMatchObject({ name: path === "/" ? "/" : path.slice(path.lastIndexOf("/") + 1) });
        expect([place.ino, place.birth]).toEqual([String(stat.ino), String(stat.birthtimeNs)]);
        expect(place.mount[2]).not.toBe("");
        path = dirname(path);
      }
      expect(path).toBe("/");
    }
    // Shared directories are there once: /, those of the root and work, then clients, acme, bolt and alone.
    const shared = w.work.split("/").length;
    expect(places).toHaveLength(shared + 4);
  });

  it("is the same for a manual run, and nothing for a read-only one", async () => {
    const w = world();
    const kept = w.repo("kept");
    w.repo("gone", { workdir: "delete" });
    await scan(common(w));
    expect(namesIn(stateOf(w))).toEqual([]);
    await byHand(w);
    expect(Object.keys(ours(w).seen)).toEqual([kept.workdir]);
  });

  it("is for its owner alone, whatever the umask and whatever was there before", async () => {
    const w = world();
    w.repo("kept");
    const umask = process.umask(0);
    try {
      await sweep(w);
      expect(statSync(fileOf(w)).mode & 0o7777).toBe(0o600);
      writeFileSync(join(w.root, "open"), "{}", { mode: 0o666 });
      await sweep(w);
      expect(statSync(fileOf(w)).mode & 0o7777).toBe(0o600);
      expect(namesIn(stateOf(w)).filter((name) => name.startsWith(".tmp-"))).toEqual([]);
    } finally {
      process.umask(umask);
    }
  });

  it("forgets what nothing is about any more", async () => {
    const w = world();
    const [stays, goes] = [w.repo("stays"), w.repo("goes")];
    await sweepIn(w, 0);
    w.removeWorkdir(goes);
    w.age(goes, 30);
    await byHand(w);
    await sweepIn(w, 1);
    expect(Object.keys(ours(w).seen)).toEqual([stays.workdir]);
    expect(ours(w).missing).toEqual({});
  });

  it("knows names that mean something to JavaScript", async () => {
    const w = world();
    const names = ["constructor", "__proto__", "toString", "hasOwnProperty"];
    const repos = names.map((name) => w.repo(name, { ageDays: 3 }));
    await sweepIn(w, 0);
    for (const repo of repos) w.removeWorkdir(repo);
    const run = await sweepIn(w, 1);
    for (const repo of repos) {
      expect(ours(w).seen[repo.workdir]).toBeDefined();
      expect(outcomeOf(run, repo)).toBe("absent grace");
    }
  });

  it("is bounded: of more workdirs than any store has, the last ones seen are kept", async () => {
    const w = world();
    mkdirSync(stateOf(w), { mode: 0o700 });
    const point = { ino: "2", birth: "0", source: "/dev/x", root: "/", type: "ext4", begins: false };
    const alive = (from: number, count: number): ReadonlyMap<string, readonly Ancestor[]> =>
      new Map(
        Array.from({ length: count }, (_, n) => {
          const path = `/p${from + n}`;
          return [
            path,
            [
              { ...point, path: "/" },
              { ...point, path },
            ],
          ];
        }),
      );
    const known = new Set(alive(0, 50_020).keys());
    await writeLedger(stateOf(w), {
      observer: observeMachine().observer,
      now: 1000,
      alive: alive(0, 50_000),
      absent: [],
      known,
      unsure: false,
    });
    await writeLedger(stateOf(w), {
      observer: observeMachine().observer,
      now: 2000,
      alive: alive(50_000, 20),
      absent: [],
      known,
      unsure: false,
    });
    const { seen } = ours(w);
    expect(Object.keys(seen)).toHaveLength(50_000);
    for (const path of alive(50_000, 20).keys()) expect(seen[path]?.[0]).toBe(2000);
    expect(statSync(fileOf(w)).size).toBeLessThan(16 << 20);
  });
});

describe("since when a workdir is missing", () => {
  it("is set by the first run that sees it gone, and by no later one", async () => {
    const w = world();
    const repo = w.repo("p", { ageDays: 3 });
    await sweepIn(w, 0);
    w.removeWorkdir(repo);
    await sweepIn(w, 1, 1000);
    const first = ours(w).missing[repo.workdir];
    expect(first).toBeGreaterThan(Date.now());
    for (const hours of [2, 30, 500]) {
      await sweepIn(w, hours, 1000);
      expect(ours(w).missing[repo.workdir]).toBe(first);
    }
  });

  it("begins again after one sighting", async () => {
    const w = world();
    const repo = w.repo("p", { ageDays: 3 });
    await sweepIn(w, 0);
    w.removeWorkdir(repo);
    expect(outcomeOf(await sweepIn(w, 1), repo)).toBe("absent grace");
    w.restoreWorkdir(repo);
    expect(outcomeOf(await sweepIn(w, 20), repo)).toBe("present");
    expect(ours(w).missing).toEqual({});
    w.removeWorkdir(repo);
    // Without the sighting its grace would have been over at 25 h.
    expect(outcomeOf(await sweepIn(w, 26), repo)).toBe("absent grace");
    expect(outcomeOf(await sweepIn(w, 49), repo)).toBe("absent grace");
    expect(outcomeOf(await sweepIn(w, 51), repo)).toBe("trashed");
  });

  it("is what the grace of a sweep counts from", async () => {
    const w = world();
    const repo = w.repo("p", { ageDays: 6 });
    w.removeWorkdir(repo);
    expect(outcomeOf(await sweepIn(w, 0), repo)).toBe("absent grace");
    expect(outcomeOf(await sweepIn(w, 23.9), repo)).toBe("absent grace");
    expect(outcomeOf(await sweepIn(w, 24.1), repo)).toBe("trashed");
  });

  it("does not matter where the grace is switched off", async () => {
    const w = world();
    const repo = w.repo("p", { ageDays: 1, workdir: "delete" });
    expect(outcomeOf(await sweepIn(w, 0, 0), repo)).toBe("trashed");
  });

  it("is not counted while the workdir is only out of sight", async () => {
    const w = world();
    const repo = w.repo("p", { ageDays: 3, workdir: "empty-parent" });
    for (const hours of [0, 30, 60]) {
      expect(outcomeOf(await sweepIn(w, hours), repo)).toBe("unknown");
      expect(ours(w).missing).toEqual({});
    }
    mkdirSync(join(dirname(repo.workdir), "another"));
    expect(outcomeOf(await sweepIn(w, 61), repo)).toBe("absent grace");
  });
});
