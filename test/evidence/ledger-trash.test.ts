// Runs that look at little, and workdirs that are known from the trash alone: what is seen alive is written down all the
// same, and no other record is lost.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyTrash, scan } from "../../src/index.ts";
import { byHand, common, giveBack, trashNames } from "../reclaim/runs.ts";
import { errno, interceptCalls } from "../support/intercept-calls.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { fileOf, ledgerOf, type Observed, ours, sweepIn, us } from "./ledger-file.ts";

describe("a restore", () => {
  it("records the workdir that it sees alive, and keeps all other records", async () => {
    const { w, old, other, gone, live } = await trashed();
    forget(w, old, other);
    expect(Object.keys(ours(w).seen)).toEqual([live.workdir]);
    const before = ours(w);
    await giveBack(w, { ids: [old.id, gone.id] });
    expect(Object.keys(ours(w).seen).toSorted()).toEqual([live.workdir, old.workdir].toSorted());
    expect(ours(w).seen[live.workdir]?.[0]).toEqual(before.seen[live.workdir]?.[0]);
    expect(ours(w).missing).toEqual(before.missing);
  });

  it("records enough to know that a workdir deleted later with its parent is deleted; without a record it is unknown", async () => {
    const { w, old, other } = await trashed();
    forget(w, old, other);
    await giveBack(w, { ids: [old.id] });
    for (const repo of [old, other]) rmSync(dirname(repo.workdir), { recursive: true });
    const [base] = (await scan(common(w))).bases;
    expect(base?.entries.find(({ judged }) => judged.entry.id === old.id)?.judged.reason).toBe("absent-witnessed");
    expect(base?.trash.find(({ item }) => item.entryId === other.id)?.judged?.reason).toBe("parent-missing");
  });

  it("into another directory does so too", async () => {
    const { w, old } = await trashed();
    forget(w, old);
    await giveBack(w, { ids: [old.id], to: join(w.root, "elsewhere") });
    expect(Object.keys(ours(w).seen)).toContain(old.workdir);
  });

  it("of one whose place is occupied records nothing", async () => {
    const { w, old } = await trashed();
    forget(w, old);
    mkdirSync(old.path);
    expect((await giveBack(w, { ids: [old.id] })).rows[0]?.outcome).toBe("conflict");
    expect(Object.keys(ours(w).seen)).not.toContain(old.workdir);
  });

  it("records since when a workdir is missing that was not recorded as missing", async () => {
    const { w, gone } = await trashed();
    edit(w, (own) => ({ ...own, missing: {} }));
    await giveBack(w, { ids: [gone.id], now: () => 5_000_000_000_000 });
    // A clock that is far ahead is not believed.
    expect(ours(w).missing).toEqual({});
    const back = await trashed();
    edit(back.w, (own) => ({ ...own, missing: {} }));
    await giveBack(back.w, { ids: [back.gone.id] });
    expect(Object.keys(ours(back.w).missing)).toEqual([back.gone.workdir]);
  });

  it("is done and told, although nothing can be looked at or written down after it", async () => {
    const { w, old } = await trashed();
    let isBack = false;
    interceptCalls((operation, path) => {
      if (operation === "point:member-returned") isBack = true;
      else if (isBack && !operation.startsWith("point:") && operation !== "close") throw errno("EIO", operation, path);
    });
    expect((await giveBack(w, { ids: [old.id] })).rows[0]?.outcome).toBe("restored");
    expect(isBack).toBe(true);
  });
});

describe("a workdir known from the trash alone", () => {
  it.each(["sweep", "empty"])("is written down when it is seen alive: %s", async (how) => {
    const { w, old, gone, live } = await trashed();
    forget(w, old);
    edit(w, (own) => ({ ...own, missing: { ...own.missing, [old.workdir]: 1 } }));
    if (how === "sweep") await sweepIn(w, 1);
    else await emptyTrash({ ...common(w), plan: await scan(common(w)) });
    expect(trashNames(w)).toHaveLength(how === "sweep" ? 3 : 0);
    expect(Object.keys(ours(w).seen)).toEqual(expect.arrayContaining([live.workdir, old.workdir]));
    expect(Object.keys(ours(w).seen)).not.toContain(gone.workdir);
    expect(Object.keys(ours(w).missing)).toEqual([gone.workdir]);
  });

  it("is not forgotten because an entry cannot say today what it is about", async () => {
    const w = world();
    const [dumb, live] = [w.repo("dumb"), w.repo("live")];
    await sweepIn(w, 0);
    writeFileSync(join(dumb.path, "HERMES_WORKDIR"), "");
    writeFileSync(join(dumb.path, "config"), "");
    edit(w, (own) => ({ ...own, missing: { [dumb.workdir]: 1 } }));
    await sweepIn(w, 1);
    expect(Object.keys(ours(w).seen).toSorted()).toEqual([dumb.workdir, live.workdir]);
    // Since when it is missing would only shorten its grace, should it be missing once more.
    expect(ours(w).missing).toEqual({});
    // Its twin: an entry that is gone altogether, while all others tell.
    rmSync(dumb.path, { recursive: true });
    await sweepIn(w, 2);
    expect(Object.keys(ours(w).seen)).toEqual([live.workdir]);
  });
});

/** Two old ones with their workdirs and one without in the trash, and a live one in its place. */
async function trashed(): Promise<Readonly<Record<"old" | "other" | "gone" | "live", ShadowRepo>> & { w: World }> {
  const w = world();
  const old = w.repo("clients/old", { ageDays: 60 });
  const other = w.repo("others/other", { ageDays: 60 });
  const gone = w.repo("gone", { workdir: "delete" });
  const live = w.repo("live");
  await byHand(w, { disposal: "trash" });
  expect(trashNames(w)).toHaveLength(3);
  return { w, old, other, gone, live };
}

/** As if no run had ever seen these alive. */
function forget(w: World, ...repos: readonly ShadowRepo[]): void {
  const workdirs = new Set(repos.map(({ workdir }) => workdir));
  edit(w, (own) => ({
    ...own,
    seen: Object.fromEntries(Object.entries(own.seen).filter(([workdir]) => !workdirs.has(workdir))),
  }));
}

function edit(w: World, change: (own: Observed) => Observed): void {
  const { version, observers } = ledgerOf(w);
  writeFileSync(fileOf(w), JSON.stringify({ version, observers: { ...observers, [us()]: change(ours(w)) } }));
}
