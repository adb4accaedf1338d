// Repos of one base that borrow objects from repos of another (git alternates): a profile's from those of the main base,
// and the other way round. The lender stays; its twin, which has no borrower, is removed.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyTrash, prune, scan, type ScanOptions } from "../../src/index.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { byHand, common, namesIn, sweep } from "./runs.ts";

interface Two {
  readonly w: World;
  readonly profile: World;
  readonly lender: ShadowRepo;
  readonly twin: ShadowRepo;
  readonly borrower: ShadowRepo;
}

describe("a repo that one of a profile borrows from", () => {
  it.each(["manual", "automatic"])("stays while that is there, %s; its twin is removed", async (mode) => {
    const { w, lender } = two();
    if (mode === "manual") await byHand(w);
    else await sweep(w);
    expect(namesIn(w.base).filter((name) => name !== ".last_prune")).toEqual([lender.id]);
  });

  it("stays also where only the main base is selected, and names the borrower", async () => {
    const { w, lender, borrower } = two();
    const plan = await only(w, w.base);
    const row = plan.bases[0]?.entries.find(({ judged }) => judged.entry.id === lender.id);
    expect(plan.bases).toHaveLength(1);
    expect(row?.ruling).toMatchObject({ action: "keep", holds: [{ code: "referenced", by: borrower.path }] });
    await prune(plan, common(w));
    expect(namesIn(w.base)).toEqual([lender.id]);
  });

  it("stays while that is in the trash of the profile, and is removed when that is destroyed", async () => {
    const { w, profile, lender, borrower } = two();
    profile.age(borrower, 60);
    await prune(await only(w, profile.base, { disposal: "trash" }), common(w));
    expect(namesIn(profile.base)).toEqual([]);
    await prune(await only(w, w.base), common(w));
    expect(namesIn(w.base)).toEqual([lender.id]);
    await emptyTrash({ ...common(w), plan: await only(w, profile.base) });
    await prune(await only(w, w.base), common(w));
    expect(namesIn(w.base)).toEqual([]);
  });

  it("is not held by one that no longer borrows", async () => {
    const { w, borrower } = two();
    rmSync(join(borrower.path, "objects", "info", "alternates"));
    await byHand(w);
    expect(namesIn(w.base)).toEqual([]);
  });
});

it("a profile's repo that one of the main base borrows from stays, where the profile alone is asked for", async () => {
  const w = world();
  const profile = w.profile("work");
  const [lender, twin] = [profile.repo("lender", { ageDays: 60 }), profile.repo("twin", { ageDays: 60 })];
  borrow(w.repo("borrower"), lender);
  await prune(await only(w, profile.base), common(w));
  expect(namesIn(profile.base)).toEqual([lender.id]);
  expect(namesIn(profile.base)).not.toContain(twin.id);
});

it("alternates of a profile that cannot be read hold the main base in every run; with them removed it is taken", async () => {
  const { w, borrower } = two();
  const file = join(borrower.path, "objects", "info", "alternates");
  rmSync(file);
  mkdirSync(file);
  const before = namesIn(w.base);
  await sweep(w);
  expect(namesIn(w.base).filter((name) => name !== ".last_prune")).toEqual(before);
  const plan = await scan(common(w));
  expect(plan.bases[0]?.unreadableBorrows).toMatchObject([{ path: file }]);
  await prune(plan, common(w));
  expect(namesIn(w.base).filter((name) => name !== ".last_prune")).toEqual(before);
  rmSync(file, { recursive: true });
  await byHand(w);
  expect(namesIn(w.base).filter((name) => name !== ".last_prune")).toEqual([]);
});

function two(): Two {
  const w = world();
  const profile = w.profile("work");
  const [lender, twin] = [w.repo("lender", { ageDays: 60 }), w.repo("twin", { ageDays: 60 })];
  const borrower = profile.repo("borrower");
  borrow(borrower, lender);
  return { w, profile, lender, twin, borrower };
}

function borrow(borrower: ShadowRepo, lender: ShadowRepo): void {
  mkdirSync(join(borrower.path, "objects", "info"), { recursive: true });
  writeFileSync(join(borrower.path, "objects", "info", "alternates"), `${lender.path}/objects\n`);
}

async function only(w: World, base: string, options: ScanOptions = {}): ReturnType<typeof scan> {
  return scan({ env: common(w).env, base, ...options });
}
