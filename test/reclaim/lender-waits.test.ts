// A lender is removed when its borrowers have been destroyed, not when they have only been moved.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { prune } from "../../src/runs/prune.ts";
import { scan } from "../../src/runs/scan.ts";
import { assertSound } from "../support/git.ts";
import { interceptCalls, interceptCallAt, failCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";
import { byHand, resultOf, sweep, trashNames } from "./runs.ts";

function lent(): { w: World; lender: ShadowRepo; borrower: ShadowRepo } {
  const w = world();
  const lender = w.repo("lender", { ageDays: 30 });
  const borrower = w.repo("borrower", { ageDays: 30 });
  mkdirSync(join(borrower.path, "objects", "info"), { recursive: true });
  writeFileSync(join(borrower.path, "objects", "info", "alternates"), `${lender.path}/objects\n`);
  w.age(borrower, 30);
  return { w, lender, borrower };
}

async function outcomes(w: World): Promise<Readonly<Record<string, string>>> {
  const { bases } = await prune(await scan({ home: w.home }), { home: w.home });
  stopIntercepting();
  return Object.fromEntries(
    bases.flatMap(({ entries }) => entries).map(({ planned, outcome }) => [planned.judged.entry.id, outcome]),
  );
}

it("both are removed, the borrower first", async () => {
  const { w, lender, borrower } = lent();
  expect(await outcomes(w)).toEqual({ [lender.id]: "removed", [borrower.id]: "removed" });
});

it("where the borrower cannot be destroyed, its lender stays", async () => {
  const { w, lender, borrower } = lent();
  failCalls("EIO", (operation, path) => operation === "unlink" && path.endsWith("/COMMIT_EDITMSG"));
  expect(await outcomes(w)).toEqual({ [lender.id]: "changed", [borrower.id]: "failed" });
});

describe("another repo begins to borrow after the plan was made", () => {
  const borrow = (from: ShadowRepo, by: ShadowRepo): void => {
    mkdirSync(join(by.path, "objects", "info"), { recursive: true });
    writeFileSync(join(by.path, "objects", "info", "alternates"), `${from.path}/objects\n`);
  };

  function scene(): { w: World; live: ShadowRepo; repo: ShadowRepo; twin: ShadowRepo } {
    const w = world();
    w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
    const [repo, twin] = [w.repo("repo", { ageDays: 60 }), w.repo("twin", { ageDays: 60 })];
    return { w, live: w.repo("live"), repo, twin };
  }

  it("right before it is moved: it is put back, and its twin is removed", async () => {
    const { w, live, repo, twin } = scene();
    interceptCallAt("point:verified", () => borrow(repo, live), { path: repo.id });
    const run = await byHand(w);
    expect(resultOf(run, repo)).toMatchObject({ outcome: "changed", trashId: null, error: { code: "ECHANGED" } });
    expect(resultOf(run, repo).error?.message).toContain(`${live.path} borrows objects from it now`);
    expect(resultOf(run, twin).outcome).toBe("removed");
    expect(trashNames(w)).toEqual([]);
    for (const one of [repo, live]) assertSound(one.path);
  });

  it("through a symlink: the same", async () => {
    const { w, live, repo, twin } = scene();
    symlinkSync(repo.path, join(w.root, "elsewhere"));
    const through = { ...repo, path: join(w.root, "elsewhere") };
    interceptCallAt("point:verified", () => borrow(through, live), { path: repo.id });
    const run = await byHand(w);
    expect([resultOf(run, repo).outcome, resultOf(run, twin).outcome]).toEqual(["changed", "removed"]);
    assertSound(live.path);
  });

  it.each(["manual", "automatic"])("before the first is moved, to the trash, %s: it is put back", async (mode) => {
    const { w, live, repo, twin } = scene();
    let met = false;
    interceptCalls((operation) => {
      // The plan is made, nothing is moved yet.
      if (operation !== "point:verified" || met) return;
      met = true;
      borrow(repo, live);
    });
    const run = mode === "manual" ? await byHand(w, { disposal: "trash" }) : await sweep(w);
    expect([resultOf(run, repo).outcome, resultOf(run, twin).outcome]).toEqual(["changed", "trashed"]);
    assertSound(live.path);
  });

  it("and cannot be read: nothing is removed, since it may borrow from anything", async () => {
    const { w, live, repo, twin } = scene();
    interceptCallAt("point:verified", () =>
      mkdirSync(join(live.path, "objects", "info", "alternates"), { recursive: true }),
    );
    const run = await byHand(w);
    expect([resultOf(run, repo).outcome, resultOf(run, twin).outcome]).toEqual(["changed", "changed"]);
    expect(resultOf(run, repo).error?.message).toContain("may borrow objects from it");
    for (const one of [repo, twin]) assertSound(one.path);
  });
});
