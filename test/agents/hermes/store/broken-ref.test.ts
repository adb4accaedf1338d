// A project of the store with a broken ref is kept and named, and no other is affected. What is broken: a missing
// object at the tip or anywhere below it, one that is damaged, text that is not a ref, and a symref to nothing.

import { chmodSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoPrune, prune, restore, scan, type Plan, type ScanOptions } from "../../../../src/index.ts";
import { git } from "../../../support/git.ts";
import { type HermesStore, hermesStore } from "../../../support/hermes-store.ts";
import { DAY_MS } from "../../../support/paths.ts";
import { interceptCalls, stopIntercepting } from "../../../support/intercept-calls.ts";
import { world } from "../../../support/world.ts";

interface Made {
  readonly store: HermesStore;
  readonly options: ScanOptions;
  readonly bad: string;
  readonly old: string;
  readonly fresh: string;
}

function made(): Made {
  const w = world();
  const store = hermesStore(w.base);
  const [bad, old, fresh] = [join(w.work, "bad"), join(w.work, "old"), join(w.work, "fresh")];
  store.snapshot(bad, { "a.txt": "bad\n", "sub/b.txt": "deeper\n" }, Date.now() - 60 * DAY_MS);
  store.snapshot(bad, { "a.txt": "worse\n" }, Date.now() - 60 * DAY_MS + 1000);
  store.snapshot(old, { "a.txt": "old\n" }, Date.now() - 60 * DAY_MS);
  store.snapshot(fresh, { "a.txt": "fresh\n" });
  const settings = { stores: ["hermes-store" as const] };
  return { store, bad, old, fresh, options: { home: w.home, env: { HOME: w.root }, settings } };
}

function looseFile({ path }: HermesStore, what: string): string {
  const name = git({ repo: path }, "rev-parse", what);
  return join(path, "objects", name.slice(0, 2), name.slice(2));
}

const missing =
  (what: string) =>
  ({ store, bad }: Made): void =>
    rmSync(looseFile(store, store.project(bad).ref + what));

const damaged =
  (what: string) =>
  ({ store, bad }: Made): void => {
    const file = looseFile(store, store.project(bad).ref + what);
    chmodSync(file, 0o644);
    truncateSync(file, 15);
  };

const says =
  (text: string) =>
  ({ store, bad }: Made): void =>
    writeFileSync(join(store.path, store.project(bad).ref), text);

function rowOf(plan: Plan, id: string) {
  const row = plan.bases[0]?.entries.find(({ judged }) => judged.entry.id === id);
  if (row === undefined) throw new Error(`no row ${id}`);
  return row;
}

describe("a ref with", () => {
  it.each([
    { name: "a commit that is missing", spoil: says(`${"1".repeat(40)}\n`) },
    { name: "a tip that was lost", spoil: missing("") },
    { name: "a tip that is damaged", spoil: damaged("") },
    { name: "an older commit that was lost", spoil: missing("~1") },
    { name: "a tree that was lost", spoil: missing("^{tree}") },
    { name: "a directory that was lost", spoil: missing(":sub") },
    { name: "a file that was lost", spoil: missing("~1:a.txt") },
    { name: "a commit that is damaged", spoil: damaged("~1") },
    { name: "a tree that is damaged", spoil: damaged(":sub") },
    { name: "text that is not a ref", spoil: says("garbage\n") },
    { name: "nothing in it, as after a power cut", spoil: says("") },
    { name: "a symref to nothing", spoil: says("ref: refs/heads/nothing\n") },
  ])("$name stops its own project and no other", async ({ spoil }) => {
    const all = made();
    const { store, bad, old, fresh, options } = all;
    spoil(all);
    const ref = join(store.path, store.project(bad).ref);
    const shown = await scan({ ...options, everything: true, snapshots: "all" });
    const broken = rowOf(shown, store.project(bad).id);
    expect([broken.ruling.action, broken.snapshots]).toEqual(["keep", null]);
    expect(broken.judged.troubles.map(({ path }) => path)).toEqual([ref]);
    expect(rowOf(shown, store.project(old).id).snapshots?.count).toBe(1);
    expect(rowOf(shown, store.project(fresh).id).judged.bytes).toBeGreaterThan(0);

    const history = store.list(old);
    const swept = await autoPrune({ ...options, optIn: true, force: true });
    const outcomes = swept.bases[0]?.entries.map(({ outcome, planned }) => [planned.judged.entry.id, outcome]);
    expect(outcomes).toEqual([[store.project(old).id, "trashed"]]);
    expect(readdirSync(join(store.path, "projects"))).toContain(`${store.project(bad).id}.json`);
    // It comes back, also while another is broken.
    await restore({ ...options, ids: [store.project(old).id] });
    expect(store.list(old)).toEqual(history);
    expect(store.list(fresh)).toHaveLength(1);
  });

  it("all it needs is removed", async () => {
    const { store, bad, old, options } = made();
    const result = await prune(await scan(options), options);
    const gone = result.bases[0]?.entries.filter(({ outcome }) => outcome === "removed");
    expect(new Set(gone?.map(({ planned }) => planned.judged.entry.id))).toEqual(
      new Set([store.project(bad).id, store.project(old).id]),
    );
  });
});

const objectsIn = ({ path }: HermesStore): readonly string[] =>
  readdirSync(join(path, "objects"), { recursive: true, encoding: "utf8" }).toSorted((a, b) => a.localeCompare(b));

describe("a bundle in the trash", () => {
  it.each<[string, boolean, (bundle: string) => void]>([
    ["whose end is cut", true, (bundle) => truncateSync(bundle, statSync(bundle).size - 30)],
    [
      "of another commit",
      false,
      (bundle) => {
        const text = readFileSync(bundle, "latin1");
        writeFileSync(bundle, text.replace(/[0-9a-f]{40} refs/, `${"1".repeat(40)} refs`), "latin1");
      },
    ],
    [
      "with a byte that changed",
      true,
      (bundle) => {
        const bytes = readFileSync(bundle);
        bytes.writeUInt8(bytes.readUInt8(bytes.length - 25) ^ 1, bytes.length - 25);
        writeFileSync(bundle, bytes);
      },
    ],
  ])("%s is not put back, and stays; whole again it is", async (_, isDamaged, spoil) => {
    const { store, old, options } = made();
    const history = store.list(old);
    await autoPrune({ ...options, optIn: true, force: true });
    const trash = join(options.home as string, ".checkpoints.gc", "trash");
    const { id } = store.project(old);
    const name = readdirSync(trash).find((one) => one.startsWith(id) && one.includes("+ref")) ?? "";
    const whole = readFileSync(join(trash, name));
    spoil(join(trash, name));
    const objects = objectsIn(store);
    const { rows } = await restore({ ...options, ids: [id] });
    expect(rows).toMatchObject([{ outcome: "failed" }]);
    expect(store.list(old)).toEqual([]);
    expect(readdirSync(trash)).toContain(name);
    // Objects of a commit that is not there are garbage, which the next collection removes; of what is damaged none are
    // read.
    if (isDamaged) expect(objectsIn(store)).toEqual(objects);
    writeFileSync(join(trash, name), whole);
    expect((await restore({ ...options, ids: [id] })).rows).toMatchObject([{ outcome: "restored" }]);
    expect(store.list(old)).toEqual(history);
  });
});

it("a store is measured by a number of git processes that its projects do not change", async () => {
  const counts: number[] = [];
  for (const projects of [3, 30]) {
    const w = world();
    const store = hermesStore(w.base);
    for (let at = 0; at < projects; at++) store.snapshot(join(w.work, `p${at}`), { "a.txt": `${at}\n` });
    let started = 0;
    interceptCalls((operation) => {
      if (operation === "git") started += 1;
    });
    const plan = await scan({ home: w.home, env: { HOME: w.root }, everything: true, snapshots: "all" });
    stopIntercepting();
    expect(plan.bases[0]?.entries.map(({ snapshots }) => snapshots?.count)).toEqual(
      Array.from({ length: projects }, () => 1),
    );
    counts.push(started);
  }
  expect(counts[0]).toBeGreaterThan(0);
  expect(counts[1]).toBe(counts[0]);
});
