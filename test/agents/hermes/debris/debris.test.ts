// Leftovers that Hermes does not collect: each kind is removed when it is old, and its near twin stays.

import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { autoPrune, prune, restore, scan, type Plan, type RunResult, type ScanOptions } from "../../../../src/index.ts";
import { assertSound, git } from "../../../support/git.ts";
import { type HermesStore, hermesStore } from "../../../support/hermes-store.ts";
import { DAY_MS } from "../../../support/paths.ts";
import { failCalls } from "../../../support/intercept-calls.ts";
import { type ShadowRepo, type World, world } from "../../../support/world.ts";

interface Made {
  readonly w: World;
  readonly store: HermesStore;
  readonly repo: ShadowRepo;
  readonly options: ScanOptions;
  readonly one: string;
}

function made(): Made {
  const w = world();
  const store = hermesStore(w.base);
  const one = join(w.work, "one");
  store.snapshot(one, { "a.txt": "one\n" });
  const repo = w.repo("alive");
  const settings = { stores: ["hermes-debris" as const] };
  return { w, store, repo, one, options: { home: w.home, env: { HOME: w.root }, settings } };
}

/** A file that was last written so many hours ago. */
function put(path: string, hours: number, content: string | Buffer = "x".repeat(5000)): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  const at = Date.now() / 1000 - hours * 3600;
  utimesSync(path, at, at);
  return path;
}

function debris(plan: Plan): readonly (readonly [string, string, string, number])[] {
  return (plan.bases[0]?.entries ?? [])
    .filter(({ judged }) => judged.entry.store === "hermes-debris")
    .map(({ judged, ruling }) => [judged.entry.id, judged.reason, ruling.action, judged.entry.members.length] as const);
}

function outcomes(result: RunResult): readonly (readonly [string, string])[] {
  return (result.bases[0]?.entries ?? []).map(({ planned, outcome }) => [planned.judged.entry.id, outcome] as const);
}

describe("temporary files of git", () => {
  const NAMES = [
    "pack/tmp_pack_Ab12cd",
    "pack/tmp_idx_Ab12cd",
    "pack/tmp_rev_Ab12cd",
    "pack/.tmp-123-pack-ff.pack",
    "ab/tmp_obj_x1y2z3",
  ];

  it("are removed from the store when they are a day old, and not an hour before", async () => {
    const { store, options, one } = made();
    const old = NAMES.map((name) => put(join(store.path, "objects", name), 25));
    const fresh = NAMES.map((name) => put(join(store.path, "objects", `${name}fresh`), 23));
    const plan = await scan(options);
    expect(debris(plan)).toEqual([["temporary-store", "temporary-files", "remove", 5]]);
    expect(plan.bases[0]?.entries.find(({ judged }) => judged.verdict === "debris")?.judged.bytes).toBe(5 * 8192);
    expect(outcomes(await prune(plan, options))).toEqual([["temporary-store", "removed"]]);
    expect([...old, ...fresh].map((path) => existsSync(path))).toEqual([
      ...old.map(() => false),
      ...fresh.map(() => true),
    ]);
    expect(debris(await scan(options))).toEqual([]);
    rmSync(join(store.path, "objects", "ab", "tmp_obj_x1y2z3fresh"));
    assertSound(store.path);
    expect(store.list(one)).toHaveLength(1);
  });

  it("are moved from a shadow repo to the trash and back", async () => {
    const { repo, options } = made();
    const path = put(join(repo.path, "objects", "pack", "tmp_pack_Ab12cd"), 25);
    expect(outcomes(await autoPrune({ ...options, optIn: true, force: true }))).toEqual([
      [`temporary-${repo.id}`, "trashed"],
    ]);
    expect(existsSync(path)).toBe(false);
    expect((await restore({ ...options, ids: [`temporary-${repo.id}`] })).rows.map(({ outcome }) => outcome)).toEqual([
      "restored",
    ]);
    expect(existsSync(path)).toBe(true);
  });

  it.each([
    { name: "a gc is at work", spoil: ({ path }: HermesStore) => put(join(path, "gc.pid"), 1, "1 host") },
    { name: "another process packs refs", spoil: ({ path }: HermesStore) => put(join(path, "packed-refs.lock"), 1) },
    {
      name: "a process has it open",
      spoil: ({ path }: HermesStore) => {
        const fd = openSync(join(path, "objects", "pack", "tmp_pack_Ab12cd"), "r");
        onTestFinished(() => closeSync(fd));
      },
    },
  ])("stay while $name", async ({ spoil }) => {
    const { store, options } = made();
    const path = put(join(store.path, "objects", "pack", "tmp_pack_Ab12cd"), 200);
    spoil(store);
    // What was asked a quarter of a second ago about open files is still believed.
    await sleep(300);
    const plan = await scan(options);
    expect(debris(plan)).toEqual([["temporary-store", "temporary-files", "keep", 1]]);
    expect(plan.bases[0]?.entries.find(({ judged }) => judged.verdict === "debris")?.ruling.holds[0]?.code).toBe(
      "busy",
    );
    await prune(plan, options);
    expect(existsSync(path)).toBe(true);
  });

  it("stay where one was written to in the meantime, packs and everything else with other names always", async () => {
    const { store, options } = made();
    const path = put(join(store.path, "objects", "pack", "tmp_pack_Ab12cd"), 200);
    const others = ["pack/pack-1234.tmp", "pack/tmp_packet", "info/tmp_pack_x"].map((name) =>
      put(join(store.path, "objects", name), 900),
    );
    const plan = await scan(options);
    expect(debris(plan)).toEqual([["temporary-store", "temporary-files", "remove", 1]]);
    put(path, 0);
    expect(outcomes(await prune(plan, options))).toEqual([["temporary-store", "changed"]]);
    expect([path, ...others].every((one) => existsSync(one))).toBe(true);
  });

  it("are removed with their repo, without a row of their own", async () => {
    const { w, options } = made();
    const gone = w.repo("gone", { workdir: "delete", ageDays: 30 });
    put(join(gone.path, "objects", "pack", "tmp_pack_Ab12cd"), 800);
    const settings = { stores: ["hermes-debris" as const, "hermes-shadow" as const] };
    w.age(gone, 30);
    const plan = await scan({ ...options, settings });
    const rows = plan.bases[0]?.entries.map(({ judged, ruling }) => [
      judged.entry.id,
      ruling.action,
      ruling.holds[0]?.code,
    ]);
    expect(rows).toContainEqual([gone.id, "remove", undefined]);
    expect(rows).toContainEqual([`temporary-${gone.id}`, "keep", "within"]);
    expect(outcomes(await prune(plan, { ...options, settings }))).toEqual([[gone.id, "removed"]]);
  });
});

describe("locks of indexes", () => {
  it("are removed after a day, and snapshots can be taken again", async () => {
    const { store, options, one, repo } = made();
    const lock = put(`${store.project(one).index}.lock`, 25, "");
    const other = put(join(store.path, "indexes", `${"0".repeat(16)}.lock`), 23, "");
    put(join(repo.path, "index.lock"), 25, "");
    expect(() => store.snapshot(one, { "a.txt": "blocked\n" })).toThrow(".lock");
    writeFileSync(lock, "");
    put(lock, 25, "");
    const plan = await scan(options);
    expect(debris(plan).map(([id, reason, action]) => [id, reason, action])).toEqual([
      ["locks-store", "stale-lock", "remove"],
      [`locks-${repo.id}`, "stale-lock", "remove"],
    ]);
    expect(outcomes(await prune(plan, options)).map(([, outcome]) => outcome)).toEqual(["removed", "removed"]);
    expect([existsSync(lock), existsSync(other)]).toEqual([false, true]);
    expect(store.snapshot(one, { "a.txt": "free\n" })).not.toBe(null);
  });
});

describe("what belongs to no project", () => {
  const ALONE = "0123456789abcdef";

  it("notes are removed by the retention, those of a project and those of a ref stay", async () => {
    const { store, options, one, w } = made();
    const other = join(w.work, "other");
    store.snapshot(other, { "b.txt": "b\n" });
    rmSync(store.project(other).json);
    for (const { ledger } of [store.project(one), store.project(other)]) put(ledger, 24 * 90, "{}");
    const alone = put(join(store.path, "ledgers", `${ALONE}.json`), 24 * 8, "{}");
    const fresh = put(join(store.path, "ledgers", `${"f".repeat(16)}.json`), 24 * 6, "{}");
    expect(
      debris(await scan({ ...options, settings: { ...options.settings, retention_days: 30 } })).find(
        ([id]) => id === "ledgers-store",
      ),
    ).toEqual(["ledgers-store", "orphaned-ledger", "keep", 1]);
    const plan = await scan(options);
    expect(debris(plan).filter(([, , action]) => action === "remove")).toEqual([
      ["ledgers-store", "orphaned-ledger", "remove", 1],
    ]);
    await prune(plan, options);
    expect(
      [alone, fresh, store.project(one).ledger, store.project(other).ledger].map((path) => existsSync(path)),
    ).toEqual([false, true, true, true]);
  });

  it("a ref is removed by its last commit, with its notes, and is restored", async () => {
    const { store, options, w } = made();
    const [old, young] = [join(w.work, "old"), join(w.work, "young")];
    store.snapshot(old, { "b.txt": "b\n" }, Date.now() - 8 * DAY_MS);
    store.snapshot(young, { "b.txt": "b\n" }, Date.now() - 6 * DAY_MS);
    for (const workdir of [old, young]) rmSync(store.project(workdir).json);
    const history = store.list(old);
    const plan = await scan({ ...options, disposal: "trash" });
    const ids = [old, young].map((workdir) => `ref-${store.project(workdir).id}`);
    expect(debris(plan)).toContainEqual([ids[0], "orphaned-ref", "remove", 2]);
    expect(debris(plan)).toContainEqual([ids[1], "orphaned-ref", "keep", 2]);
    expect(outcomes(await prune(plan, options))).toEqual([[ids[0], "trashed"]]);
    expect([store.tip(old), store.list(young).length]).toEqual([null, 1]);
    git({ repo: store.path }, "gc", "--prune=now", "--quiet");
    await restore({ ...options, ids: [ids[0]!] });
    expect(store.list(old)).toEqual(history);
  });

  it("an index is removed by the retention, those of a project, of a ref and of a first snapshot stay", async () => {
    const { store, options, one, w } = made();
    const other = join(w.work, "other");
    store.snapshot(other, { "b.txt": "b\n" });
    rmSync(store.project(other).json);
    for (const { index } of [store.project(one), store.project(other)]) put(index, 24 * 90, readFileSync(index));
    const alone = put(join(store.path, "indexes", ALONE), 24 * 8, "DIRC");
    const fresh = put(join(store.path, "indexes", "f".repeat(16)), 24 * 6, "DIRC");
    const foreign = put(join(store.path, "indexes", "somebody-elses"), 24 * 90, "DIRC");
    const plan = await scan(options);
    expect(debris(plan).filter(([, , action]) => action === "remove")).toEqual([
      ["indexes-store", "orphaned-index", "remove", 1],
    ]);
    await prune(plan, options);
    expect(
      [alone, fresh, foreign, store.project(one).index, store.project(other).index].map((path) => existsSync(path)),
    ).toEqual([false, true, true, true, true]);
    expect(store.snapshot(one, { "a.txt": "still works\n" })).not.toBe(null);
  });

  it("a partly written JSON still counts as a project", async () => {
    const { store, options, w } = made();
    const old = join(w.work, "old");
    store.snapshot(old, { "b.txt": "b\n" }, Date.now() - 90 * DAY_MS);
    writeFileSync(store.project(old).json, '{"workd');
    put(store.project(old).ledger, 24 * 90, "{}");
    expect(debris(await scan(options))).toEqual([]);
  });

  it("where the projects cannot be listed, nothing is said to be of none", async () => {
    const { store, options, w } = made();
    const old = join(w.work, "old");
    store.snapshot(old, { "b.txt": "b\n" }, Date.now() - 90 * DAY_MS);
    rmSync(store.project(old).json);
    expect(debris(await scan(options))).toHaveLength(1);
    failCalls("EACCES", (operation, path) => operation === "readdir" && path.endsWith("/projects"));
    expect(debris(await scan(options))).toEqual([]);
  });
});

it("no directory of the store is removed, and kinds that are not named are held", async () => {
  const { store, options } = made();
  put(join(store.path, "objects", "pack", "tmp_pack_Ab12cd"), 25);
  const { settings: _, ...unnamed } = options;
  const debris = async (everything: boolean): Promise<unknown> =>
    (await scan({ ...unnamed, everything })).bases[0]?.entries.find(({ judged }) => judged.verdict === "debris")
      ?.ruling;
  expect(await debris(true)).toMatchObject({ action: "keep", holds: [{ code: "not-enabled" }] });
  // A run that may not take any does not look into every repo for them.
  expect(await debris(false)).toBeUndefined();
  const before = readdirSync(store.path);
  await prune(await scan(options), options);
  expect(readdirSync(store.path)).toEqual(before);
  expect(readdirSync(join(store.path, "objects", "pack"))).toEqual([]);
});
