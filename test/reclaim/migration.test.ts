// Hermes' migration moves every child of the base into an archive. What was isolated is found there and comes back.

import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { interceptCallAt, stopIntercepting } from "../support/intercept-calls.ts";
import { diff, fingerprint } from "../support/tree.ts";
import { type World, world } from "../support/world.ts";
import { byHand, giveBack, inDays, namesIn, outcomes, trashOf } from "./runs.ts";

const ARCHIVE = "legacy-20260601-101500";

describe("Hermes' migration between two runs", () => {
  it("leaves the trash listed, restorable and expiring, also where the state is inside the base", async () => {
    const w = world();
    mkdirSync(join(w.base, ".checkpoint-gc"), { mode: 0o700 });
    const [repo, twin] = [w.repo("one", { workdir: "delete" }), w.repo("two", { workdir: "delete" })];
    const before = fingerprint(repo.path);
    expect(outcomes(await byHand(w, { disposal: "trash" }))).toEqual({ trashed: 2 });
    migrate(w);
    expect((await trashOf(w)).map(({ item }) => item.entryId).toSorted()).toEqual([repo.id, twin.id].toSorted());
    expect((await giveBack(w, { ids: [repo.id] })).rows).toMatchObject([{ outcome: "restored", path: repo.path }]);
    expect(diff(before, fingerprint(repo.path))).toEqual([]);
    expect(outcomes(await byHand(w, { now: inDays(7.1), what: [twin.id] }))).toEqual({ removed: 1 });
    expect(await trashOf(w)).toEqual([]);
  });
});

describe("Hermes' migration", () => {
  it("in the middle of a run loses nothing that was isolated inside the base", async () => {
    const w = world();
    const inside = join(w.base, ".checkpoint-gc");
    mkdirSync(inside, { mode: 0o700 });
    const repos = [w.repo("one", { workdir: "delete" }), w.repo("two", { workdir: "delete" })];
    const prints = new Map(repos.map((repo) => [repo.id, fingerprint(repo.path)]));
    const archive = join(w.base, ARCHIVE);
    interceptCallAt("point:isolated", () => migrate(w));
    const run = await byHand(w, { disposal: "trash" });
    stopIntercepting();
    expect(outcomes(run)["removed"]).toBeUndefined();
    const items = await trashOf(w);
    const carried = namesIn(archive).filter((name) => prints.has(name));
    expect(items.length + carried.length).toBe(2);
    const { rows } = await giveBack(w, { ids: items.map(({ item }) => item.id) });
    expect(rows.map(({ outcome }) => outcome)).toEqual(items.map(() => "restored"));
    for (const { item } of items)
      expect(diff(prints.get(item.entryId)!, fingerprint(join(w.base, item.entryId)))).toEqual([]);
  });
});

function migrate(w: World): void {
  const archive = join(w.base, ARCHIVE);
  mkdirSync(archive);
  for (const name of namesIn(w.base)) {
    if (!name.startsWith("legacy-")) renameSync(join(w.base, name), join(archive, name));
  }
}
