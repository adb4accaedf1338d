// Things in the trash that borrow objects from each other (git alternates) and are to be destroyed in one run: the
// borrower goes first, and its lender stays where the borrower does. Each pair has a twin without a borrower, which is
// removed.

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyTrash, type Plan, prune, type RunResult, scan } from "../../src/index.ts";
import { errno, interceptCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { byHand, common, giveBack, inDays, isMarked, isolatedId, trashNames, trashResults } from "./runs.ts";

const later = inDays(8);

interface Trashed {
  readonly w: World;
  readonly lender: ShadowRepo;
  readonly borrower: ShadowRepo;
  readonly alone: ShadowRepo;
}

describe("a borrower and its lender, both past their date", () => {
  // Whatever their ids: the trash is listed by these, and one of the two orders is the wrong one.
  it.each([
    ["a", "b"],
    ["b", "a"],
  ])("are removed, the borrower first: lender %s, borrower %s", async (lender, borrower) => {
    const t = await trashed({ lender, borrower });
    const events: string[] = [];
    interceptCalls((operation, path) => {
      const id = isolatedId(basename(path));
      if (operation === "point:destroyed" || (operation === "rename" && path.includes("/.checkpoints.gc/checkpoints/")))
        events.push(`${operation} ${id}`);
    });
    const run = await carriedOut(t.w, await planned(t.w));
    stopIntercepting();
    expect(outcomesOf(run, t)).toEqual({ lender: "removed", borrower: "removed", alone: "removed" });
    expect(events.indexOf(`point:destroyed ${t.borrower.id}`)).toBeLessThan(events.indexOf(`rename ${t.lender.id}`));
    expect(trashNames(t.w)).toEqual([]);
  });

  it("stay both where the borrower was put back between plan and run", async () => {
    const t = await trashed();
    const plan = await planned(t.w);
    await giveBack(t.w, { ids: [t.borrower.id] });
    const run = await carriedOut(t.w, plan);
    expect(outcomesOf(run, t)).toEqual({ lender: "changed", borrower: "already-gone", alone: "removed" });
    expect(errorOf(run, t.lender)).toMatch(/borrows from it and stays/);
    expect(trashNames(t.w).map(isolatedId)).toEqual([t.lender.id]);
  });

  it("stay both where the borrower is put back during the run", async () => {
    const t = await trashed();
    const plan = await planned(t.w);
    let isBack = false;
    interceptCalls((operation, path) => {
      if (isBack || operation !== "lstat" || isolatedId(basename(path)) !== t.borrower.id) return;
      isBack = true;
      renameSync(path, t.borrower.path);
    });
    const run = await carriedOut(t.w, plan);
    expect(isBack).toBe(true);
    expect(outcomesOf(run, t)).toEqual({ lender: "changed", borrower: "already-gone", alone: "removed" });
  });

  it.each([
    ["cannot be marked", "rename", "EACCES"],
    ["cannot be looked at", "lstat", "ESTALE"],
    // These calls go through descriptors and name no entry, so all of them fail.
    ["cannot be destroyed", "unlink", "EIO"],
  ])("the lender stays where the borrower %s, and is removed with it later", async (_, operation, code) => {
    const t = await trashed();
    const plan = await planned(t.w);
    interceptCalls((seen, path) => {
      if (seen === operation && (seen === "unlink" || path.includes(t.borrower.id))) throw errno(code, seen, path);
    });
    const run = await carriedOut(t.w, plan);
    stopIntercepting();
    const alone = operation === "unlink" ? "failed" : "removed";
    expect(outcomesOf(run, t)).toEqual({ lender: "changed", borrower: "failed", alone });
    expect(trashNames(t.w).filter((name) => isolatedId(name) === t.lender.id && !isMarked(name))).toHaveLength(1);
    await carriedOut(t.w, await planned(t.w));
    expect(trashNames(t.w)).toEqual([]);
  });
});

describe("two that borrow from each other", () => {
  it("are removed together", async () => {
    const t = await trashed({}, "circle");
    const run = await carriedOut(t.w, await planned(t.w));
    expect(outcomesOf(run, t)).toEqual({ lender: "removed", borrower: "removed", alone: "removed" });
  });

  it("stay together where one was put back", async () => {
    const t = await trashed({}, "circle");
    const plan = await planned(t.w);
    await giveBack(t.w, { ids: [t.borrower.id] });
    const run = await carriedOut(t.w, plan);
    expect(outcomesOf(run, t)).toEqual({ lender: "changed", borrower: "already-gone", alone: "removed" });
    expect(trashNames(t.w).map(isolatedId)).toEqual([t.lender.id]);
  });
});

describe("emptying", () => {
  it("removes them in the same order, whatever their date", async () => {
    const t = await trashed();
    const run = await emptyTrash({ ...common(t.w), plan: await scan(common(t.w)) });
    expect(outcomesOf(run, t)).toEqual({ lender: "removed", borrower: "removed", alone: "removed" });
    const ids = trashResults(run).map(({ planned: { item } }) => item.entryId);
    expect(ids.indexOf(t.borrower.id)).toBeLessThan(ids.indexOf(t.lender.id));
  });

  it("leaves what one in its place borrows from, and says so", async () => {
    const t = await trashed();
    await giveBack(t.w, { ids: [t.borrower.id] });
    const run = await emptyTrash({ ...common(t.w), plan: await scan(common(t.w)) });
    expect(outcomesOf(run, t)).toEqual({ lender: undefined, borrower: undefined, alone: "removed" });
    const kept = run.plan.bases.flatMap(({ trash }) => trash).find(({ item }) => item.entryId === t.lender.id);
    expect(kept).toMatchObject({ action: "keep", reason: "referenced", referencedBy: { path: t.borrower.path } });
    expect(trashNames(t.w).map(isolatedId)).toEqual([t.lender.id]);
  });

  it("leaves what one borrows from that was put back after it was shown, and says so", async () => {
    const t = await trashed();
    const plan = await scan(common(t.w));
    await giveBack(t.w, { ids: [t.borrower.id] });
    const run = await emptyTrash({ ...common(t.w), plan });
    expect(outcomesOf(run, t)).toEqual({ lender: "changed", borrower: "already-gone", alone: "removed" });
    expect(errorOf(run, t.lender)).toMatch(/ borrows from it and stays$/);
    expect(trashNames(t.w).map(isolatedId)).toEqual([t.lender.id]);
  });
});

async function planned(w: World): Promise<Plan> {
  return scan({ ...common(w), now: later });
}

async function carriedOut(w: World, plan: Plan): Promise<RunResult> {
  return prune(plan, { ...common(w), now: later });
}

/** All three in the trash, since a week and more by the clock of `later`. */
async function trashed(names: { lender?: string; borrower?: string } = {}, shape?: "circle"): Promise<Trashed> {
  const w = world();
  const [lender, borrower, alone] = [names.lender ?? "lender", names.borrower ?? "borrower", "alone"].map((name) =>
    w.repo(name, { workdir: "delete" }),
  );
  if (lender === undefined || borrower === undefined || alone === undefined) throw new Error("three were made");
  await byHand(w, { disposal: "trash" });
  expect(trashNames(w)).toHaveLength(3);
  // Who borrows in a circle never comes here in one run: they were made to meanwhile.
  borrows(w, borrower, lender);
  if (shape === "circle") borrows(w, lender, borrower);
  return { w, lender, borrower, alone };
}

function borrows(w: World, borrower: ShadowRepo, lender: ShadowRepo): void {
  const name = trashNames(w).find((each) => isolatedId(each) === borrower.id) ?? "";
  const info = join(w.home, ".checkpoints.gc", "trash", name, "objects", "info");
  mkdirSync(info, { recursive: true });
  writeFileSync(join(info, "alternates"), `${lender.path}/objects\n`);
}

function outcomesOf(run: RunResult, t: Trashed): Readonly<Record<string, string | undefined>> {
  const of = (repo: ShadowRepo): string | undefined =>
    trashResults(run).find(({ planned: { item } }) => item.entryId === repo.id)?.outcome;
  return { lender: of(t.lender), borrower: of(t.borrower), alone: of(t.alone) };
}

function errorOf(run: RunResult, repo: ShadowRepo): string | undefined {
  return trashResults(run).find(({ planned: { item } }) => item.entryId === repo.id)?.error?.message;
}
