// A clock that is wrong, for a run or for a while. No automatic run destroys what one with a right clock would not; what
// it moved can be put back, and what is not restored expires in the end.

import { describe, expect, it } from "vitest";
import { scan } from "../../src/index.ts";
import { common, DAY_MS, giveBack, isolatedId, stateOf, sweep, trashNames, trashResults } from "../reclaim/runs.ts";
import { assertSound } from "../support/git.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { isThere } from "./mounted.ts";

const HOUR = 3_600_000;
const IN_2099 = Date.UTC(2099, 5, 1);
const AT_1970 = 12 * HOUR;

type Swept = Awaited<ReturnType<typeof sweep>>;

const at = async (w: World, now: number, settings = {}): Promise<Swept> => sweep(w, { now: () => now, settings });
const trashed = (w: World): readonly (string | null)[] => trashNames(w).map(isolatedId);
const destroyedIn = (run: Swept): number =>
  run.bases.flatMap((base) => [...base.entries, ...base.trash]).filter(({ outcome }) => outcome === "removed").length;

interface Store {
  readonly w: World;
  readonly fresh: ShadowRepo;
  readonly unused: ShadowRepo;
  readonly gone: ShadowRepo;
  readonly old: ShadowRepo;
  readonly all: readonly ShadowRepo[];
}

/** One used today, one three days ago, one whose workdir was deleted just now, and an old one. */
async function store(now: number): Promise<Store> {
  const w = world();
  const [fresh, unused, gone] = [w.repo("fresh"), w.repo("unused", { ageDays: 3 }), w.repo("gone", { ageDays: 3 })];
  await at(w, now);
  w.removeWorkdir(gone);
  const old = w.repo("old", { ageDays: 60 });
  return { w, fresh, unused, gone, old, all: [fresh, unused, gone, old] };
}

const isSomewhere = (w: World, { id, path }: ShadowRepo): boolean => isThere(path) || trashed(w).includes(id);

/** Puts all of them back, untouched. */
async function expectRestorable(w: World, repos: readonly ShadowRepo[], now: number): Promise<void> {
  const ids = repos.filter(({ id }) => trashed(w).includes(id)).map(({ id }) => id);
  if (ids.length > 0) await giveBack(w, { ids, now: () => now });
  expect(trashed(w)).toEqual([]);
  for (const { path } of repos) assertSound(path);
}

const WRONG: readonly { readonly name: string; readonly by: (now: number) => number }[] = [
  { name: "back by two hours", by: (now) => now - 2 * HOUR },
  { name: "back by 20 days", by: (now) => now - 20 * DAY_MS },
  { name: "back by ten years", by: (now) => now - 3650 * DAY_MS },
  { name: "back to 1970, as a machine without a battery has it", by: () => AT_1970 },
  { name: "ahead by 31 days", by: (now) => now + 31 * DAY_MS },
  { name: "ahead to 2099", by: () => IN_2099 },
  { name: "read in milliseconds where seconds were meant", by: (now) => now * 1000 },
  { name: "read in seconds where milliseconds were meant", by: (now) => Math.round(now / 1000) },
];

describe("a clock that is", () => {
  it.each(WRONG)("$name for a row of runs: none destroys anything", async ({ by }) => {
    const now = Date.now();
    const { w, all } = await store(now);
    for (const hours of [0, 1, 5, 23])
      for (const settings of [{}, { trash_days: 0 }, { orphan_grace_hours: 0, trash_days: 0 }]) {
        const run = await at(w, by(now) + hours * HOUR, settings);
        expect(run.status).toBe("done");
        expect(destroyedIn(run)).toBe(0);
      }
    for (const repo of all) expect(isSomewhere(w, repo)).toBe(true);
    await expectRestorable(w, all, by(now) + 24 * HOUR);
  });

  it.each(WRONG)("$name, and right again: what is live comes back whole", async ({ by }) => {
    const now = Date.now();
    const { w, all, fresh, unused } = await store(now);
    const before = fingerprint(unused.path);
    await at(w, by(now));
    const right = await at(w, now + HOUR);
    for (const repo of [fresh, unused]) expect(isSomewhere(w, repo)).toBe(true);
    // Nothing that was moved since is past its date, whatever the date was.
    for (const { planned, outcome } of trashResults(right))
      expect([fresh.id, unused.id].includes(planned.item.entryId) && outcome === "removed").toBe(false);
    if (trashed(w).includes(unused.id)) await giveBack(w, { ids: [unused.id], now: () => now + 2 * HOUR });
    expect(diff(before, fingerprint(unused.path))).toEqual([]);
    expect(all).toHaveLength(4);
  });

  it.each(WRONG)("$name, and right again: what is not restored expires in the end, once", async ({ by }) => {
    const now = Date.now();
    const { w, old, fresh } = await store(now);
    await at(w, by(now));
    let destroyed = 0;
    for (let day = 1; day <= 20; day++) {
      w.freshen(isThere(fresh.path) ? fresh : w.base);
      const run = await at(w, now + day * DAY_MS + HOUR);
      destroyed += trashResults(run).filter(
        ({ planned, outcome }) => planned.item.entryId === old.id && outcome === "removed",
      ).length;
    }
    expect(isSomewhere(w, old)).toBe(false);
    expect(destroyed).toBe(1);
  });
});

describe("a clock that was in 2099", () => {
  it("leaves no date that holds anything for good: the period begins with the first run that sees it", async () => {
    const now = Date.now();
    const { w, unused } = await store(now);
    await at(w, IN_2099);
    expect(trashed(w)).toContain(unused.id);
    await at(w, now + HOUR);
    for (const days of [1.1, 3, 6.9]) {
      await at(w, now + days * DAY_MS);
      expect(trashed(w)).toContain(unused.id);
    }
    await at(w, now + 9 * DAY_MS);
    expect(trashed(w)).not.toContain(unused.id);
  });

  it("is reported, and sweeps continue a day after it is right again", async () => {
    const now = Date.now();
    const { w, old } = await store(now);
    await at(w, now, { trash_days: 0, retention_days: 0 });
    const doubted = await at(w, IN_2099);
    expect(doubted.plan.bases[0]?.clockDoubt).toMatchObject({ recorded: now, now: IN_2099 });
    const back = await at(w, now + HOUR);
    expect(back.plan.bases[0]?.clockDoubt).toMatchObject({ recorded: IN_2099 });
    const later = await at(w, now + 26 * HOUR);
    expect(later.plan.bases[0]?.clockDoubt).toBeNull();
    expect(isSomewhere(w, old)).toBe(true);
  });

  it("leaves no marker that holds the next sweep back, nor one of milliseconds", async () => {
    const now = Date.now();
    for (const marker of [Math.round(IN_2099 / 1000), now, now * 1000, -5]) {
      const w = world();
      w.repo("kept");
      w.marker(marker);
      const run = await sweep(w, { force: false, now: () => now });
      expect(run.status).toBe("done");
      expect((await sweep(w, { force: false, now: () => now + HOUR })).status).toBe("not-due");
    }
  });

  it("leaves no restore that holds an entry for good", async () => {
    const now = Date.now();
    const { w, old } = await store(now);
    await at(w, IN_2099);
    await giveBack(w, { ids: [old.id], now: () => IN_2099 + HOUR });
    for (let day = 1; day <= 25; day++) await at(w, now + day * DAY_MS);
    expect(isSomewhere(w, old)).toBe(false);
  });
});

describe("a clock that was back for a run", () => {
  it("does not make the grace of a directory that was deleted just now older than it is", async () => {
    const now = Date.now();
    const { w, gone } = await store(now);
    const careless = { trash_days: 0, retention_days: 0 };
    await at(w, now - 20 * DAY_MS, careless);
    await at(w, now + HOUR, careless);
    expect(isThere(gone.path)).toBe(true);
    await at(w, now + 26 * HOUR, careless);
    expect(isSomewhere(w, gone)).toBe(false);
  });

  it("does not cut the period in the trash short", async () => {
    const now = Date.now();
    const { w, old } = await store(now);
    await at(w, now - 20 * DAY_MS);
    expect(trashed(w)).toEqual([old.id]);
    await at(w, now + HOUR);
    expect(isSomewhere(w, old)).toBe(true);
  });
});

describe("files whose times are", () => {
  const TIMES: readonly { readonly name: string; readonly when: (now: number) => number; readonly stale: boolean }[] = [
    { name: "all equal, three days ago", when: (now) => now - 3 * DAY_MS, stale: false },
    { name: "all equal, now", when: (now) => now, stale: false },
    { name: "all equal, 30 days ago: the near twin", when: (now) => now - 30 * DAY_MS, stale: true },
    { name: "all at 1970", when: () => 0, stale: false },
    { name: "all before 1970", when: () => -DAY_MS, stale: false },
    { name: "all in 2099", when: () => IN_2099, stale: false },
    { name: "all in milliseconds for seconds", when: (now) => now * 1000, stale: false },
  ];

  it.each(TIMES)("$name", async ({ when, stale }) => {
    const now = Date.now();
    const w = world();
    const [live, unsure] = [w.repo("live"), w.repo("unsure", { workdir: "empty-parent" })];
    for (const repo of [live, unsure]) w.age(repo, { at: when(now) });
    const rows = (await scan(common(w))).bases.flatMap((base) => base.entries);
    for (const { judged, ruling } of rows) {
      expect(judged.verdict === "stale").toBe(stale);
      expect(ruling.action).toBe(stale ? "remove" : "keep");
    }
    await at(w, now, { trash_days: 0 });
    for (const { path } of [live, unsure]) expect(isThere(path)).toBe(!stale);
  });

  it.for(TIMES.filter(({ stale }) => !stale))(
    "$name, where the workdir is gone: reclaimed in the end, but not within its grace",
    async (row) => {
      const w = world();
      const gone = w.repo("gone", { workdir: "delete" });
      // After the base was made: a clock that is behind its birth is another matter.
      const now = Date.now() + 1000;
      w.age(gone, { at: row.when(now) });
      await at(w, now);
      await at(w, now + 23 * HOUR);
      expect(isThere(gone.path)).toBe(true);
      const after = await at(w, now + 30 * HOUR);
      expect(after.status).toBe("done");
      expect(isThere(gone.path)).toBe(false);
      expect(isThere(stateOf(w))).toBe(true);
    },
  );
});
