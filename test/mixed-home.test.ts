// A home as they are after a year: forgotten shadow repos, the single store, archives, two profiles, pieces of killed
// gits, and a clone that a user put there. One status, one prune, right totals, and Hermes works as before.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assertSound, git } from "./support/git.ts";
import { unpackGolden } from "./support/golden.ts";
import { type HermesStore, hermesStore } from "./support/hermes-store.ts";
import { DAY_MS, hash16 } from "./support/paths.ts";
import type { ReportEntry } from "./support/report.ts";
import { run } from "./support/run.ts";
import { plantShadow } from "./support/shadow.ts";
import { diff, fingerprint } from "./support/tree.ts";
import { type World, world } from "./support/world.ts";

const ALL = "hermes-shadow,hermes-store,hermes-archive,hermes-debris";
const ARCHIVE = "legacy-20260601-101500";

interface Mixed {
  readonly w: World;
  readonly work: World;
  readonly stores: readonly HermesStore[];
  /** Paths of what must not be touched. */
  readonly foreign: readonly string[];
}

/** In each of two profiles: of every kind one that is removed and one that stays. */
function mixed(): Mixed {
  const w = world();
  const work = w.profile("work");
  const stores = [w, work].map((one, n) => fill(one, n));
  const clone = join(w.base, "my-clone");
  mkdirSync(clone);
  git({ repo: join(clone, ".git"), workdir: clone }, "init", "--quiet");
  const foreign = [
    clone,
    w.stray("notes.txt"),
    join(w.base, ARCHIVE, "stray.txt"),
    join(work.base, ARCHIVE, "stray.txt"),
  ];
  return { w, work, stores, foreign };
}

function fill(w: World, n: number): HermesStore {
  w.repo(`shadow-live-${n}`);
  w.repo(`shadow-gone-${n}`, { workdir: "delete" });
  const store = hermesStore(w.base);
  store.snapshot(join(w.work, `store-live-${n}`), { "a.txt": "live\n" });
  store.snapshot(join(w.work, `store-old-${n}`), { "a.txt": "old\n" }, Date.now() - 60 * DAY_MS);
  for (const [name, days] of [
    [`archived-live-${n}`, 1],
    [`archived-old-${n}`, 90],
  ] as const) {
    const path = join(w.base, ARCHIVE, hash16(join(w.work, name)));
    plantShadow(path, join(w.work, name), 2);
    w.age(path, days);
  }
  writeFileSync(join(w.base, ARCHIVE, "stray.txt"), "stray\n");
  for (const [name, hours] of [
    ["tmp_pack_old", 30],
    ["tmp_pack_new", 3],
  ] as const) {
    const path = join(store.path, "objects", "pack", name);
    writeFileSync(path, "x".repeat(9000));
    utimesSync(path, Date.now() / 1000 - hours * 3600, Date.now() / 1000 - hours * 3600);
  }
  return store;
}

function told(entries: readonly ReportEntry[]): readonly (readonly [string, string, string])[] {
  return entries
    .filter(({ action }) => action === "remove")
    .map(({ store, subject, rule }) => [store, subject?.value.split("/").at(-1) ?? "", rule ?? ""] as const)
    .toSorted(byText);
}

function byText(a: readonly string[], b: readonly string[]): number {
  return a.join("\0") < b.join("\0") ? -1 : 1;
}

const GOING = [0, 1]
  .flatMap((n) => [
    ["hermes-archive", `archived-old-${n}`, "stale"],
    ["hermes-debris", "", "debris"],
    ["hermes-shadow", `shadow-gone-${n}`, "orphan"],
    ["hermes-store", `store-old-${n}`, "stale"],
  ])
  .toSorted(byText);

describe("a mixed home", () => {
  it("one status lists every kind, one prune removes what it showed, and Hermes still works", async () => {
    const { w, work, stores, foreign } = mixed();
    const before = foreign.map((path) => fingerprint(path));
    const [whole, set] = [fingerprint(w.root), ["--set", `stores=${ALL}`]];

    const status = await run(["status", ...set], { home: w, columns: 160 });
    expect(status.code, status.stderr).toBe(0);
    expect(status.stdout).toContain(`(in ${ARCHIVE})`);
    expect(status.stdout).toContain("(in store");
    expect(status.stdout).toContain("my-clone");
    expect(status.stdout).toContain(`${ARCHIVE}/stray.txt`);
    const shown = (await run(["status", "--json", ...set], { home: w })).report();
    expect(told(shown.entries)).toEqual(GOING);
    expect(shown.totals).toMatchObject({ scanned: 12, toRemove: 8, live: 6, orphan: 2, stale: 4, debris: 2 });
    expect(shown.bases.map((base) => base.foreign)).toEqual([3, 1]);
    expect(diff(whole, fingerprint(w.root))).toEqual([]);

    const done = await run(["prune", "--yes", "--json", ...set], { home: w });
    expect(done.code, done.stdout).toBe(0);
    const report = done.report();
    expect(told(report.entries)).toEqual(GOING);
    expect(report.totals).toMatchObject({
      toRemove: 8,
      removed: 8,
      failed: 0,
      bytesToReclaim: shown.totals.bytesToReclaim,
    });
    expect(foreign.flatMap((path, at) => diff(before[at]!, fingerprint(path)))).toEqual([]);
    const again = (await run(["prune", "--yes", "--json", ...set], { home: w })).report();
    expect(again.totals).toMatchObject({ toRemove: 0, removed: 0, live: 6 });

    for (const [n, store] of stores.entries()) {
      assertSound(store.path);
      const live = join(w.work, `store-live-${n}`);
      const commit = store.snapshot(live, { "a.txt": "afterwards\n" });
      expect([store.list(live)[0], store.list(live).length]).toEqual([commit, 2]);
      expect(store.show(store.list(live)[1]!, "a.txt")).toBe("live");
      // Restoring is Hermes' checkout of a tree.
      git(
        { repo: store.path, workdir: live, env: { GIT_INDEX_FILE: store.project(live).index } },
        "checkout",
        store.list(live)[1]!,
        "--",
        ".",
      );
      expect(store.list(join(w.work, `store-old-${n}`))).toEqual([]);
      expect(existsSync(join(store.path, "objects", "pack", "tmp_pack_new"))).toBe(true);
    }
    expect([w, work].map((one) => readdirSync(one.base).includes("store"))).toEqual([true, true]);
  });

  it("without a setting, only shadow repos of the base are removed", async () => {
    const { w, stores } = mixed();
    const before = stores.map((store) => fingerprint(store.path));
    const report = (await run(["prune", "--yes", "--json"], { home: w })).report();
    expect(told(report.entries).map(([store]) => store)).toEqual(["hermes-shadow", "hermes-shadow"]);
    const auto = (await run(["auto", "--now", "--opt-in", "--json"], { home: w })).report();
    expect(auto.totals).toMatchObject({ removed: 0, trashed: 0 });
    expect(stores.flatMap((store, at) => diff(before[at]!, fingerprint(store.path)))).toEqual([]);
    const status = (await run(["status", "--json"], { home: w })).report();
    const waiting = status.entries.filter(({ holds }) => holds.includes("not-enabled"));
    expect(waiting.map(({ store }) => store).toSorted()).toEqual(
      ["hermes-archive", "hermes-debris", "hermes-store"].flatMap((kind) => [kind, kind]),
    );
  });

  it("a sweep moves the kinds that the file names to the trash, and all of it can be restored", async () => {
    const { w, stores } = mixed();
    w.settings({ auto_prune: true, stores: ["hermes-store", "hermes-archive"] }, "checkpoint_gc");
    const history = stores[0]!.list(join(w.work, "store-old-0"));
    const report = (await run(["auto", "--now", "--json"], { home: w })).report();
    expect(report.totals).toMatchObject({ trashed: 2, failed: 0 });
    const back = await run(["trash", "restore", "--last", "--json"], { home: w });
    expect(back.code, back.stdout).toBe(0);
    expect(stores[0]!.list(join(w.work, "store-old-0"))).toEqual(history);
    expect(existsSync(join(w.base, ARCHIVE, hash16(join(w.work, "archived-old-0"))))).toBe(true);
  });
});

describe("the golden stores", () => {
  it("v2: the stale project and the deleted one are removed, and Hermes' commands work on what is left", async () => {
    const golden = unpackGolden("v2");
    const store = hermesStore(golden.base);
    const args = ["--home", golden.home, "--set", `stores=${ALL}`, "--json"];
    const alpha = golden.project("alpha").workdir;
    const history = store.list(alpha);
    expect(history).toHaveLength(3);
    const report = (await run(["prune", "--yes", ...args])).report();
    expect(told(report.entries)).toEqual([
      ["hermes-store", "gone-a", "orphan"],
      ["hermes-store", "stale", "stale"],
    ]);
    expect(report.totals).toMatchObject({ scanned: 7, live: 3, unreachable: 2, removed: 2, failed: 0 });
    expect(report.entries.map(({ snapshots }) => snapshots?.count).filter((count) => count !== undefined)).toEqual([
      2, 2,
    ]);
    assertSound(store.path);
    expect(store.list(alpha)).toEqual(history);
    expect(store.list(alpha)[0]).not.toBe(store.snapshot(alpha, { "a.txt": "more\n" }));
    expect(store.list(alpha)).toHaveLength(4);
  });

  it("migrated: the archive is judged repo by repo and stays with its strays", async () => {
    const golden = unpackGolden("migrated");
    const args = ["--home", golden.home, "--set", `stores=${ALL}`, "--json"];
    const archive = join(golden.base, "legacy-20261120-131744");
    const report = (await run(["prune", "--yes", "--trash", ...args])).report();
    expect(told(report.entries)).toEqual([
      ["hermes-archive", "gone-a", "orphan"],
      ["hermes-archive", "stale", "stale"],
    ]);
    expect(readdirSync(archive)).toHaveLength(5 + 2);
    // The newer Hermes moves a base aside that it does not know: the trash is beside it and still there.
    renameSync(archive, `${archive}-moved`);
    expect((await run(["trash", "list", "--json", "--home", golden.home])).report().trash).toHaveLength(2);
    rmSync(`${archive}-moved`, { recursive: true });
  });
});
