// A lender goes when those that borrow from it are really gone, and not when they have merely been moved.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { prune } from "../../src/runs/prune.ts";
import { scan } from "../../src/runs/scan.ts";
import { tapFailing, untap } from "../support/tap.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";

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
  untap();
  return Object.fromEntries(
    bases.flatMap(({ entries }) => entries).map(({ planned, outcome }) => [planned.judged.entry.id, outcome]),
  );
}

it("both go, the borrower first", async () => {
  const { w, lender, borrower } = lent();
  expect(await outcomes(w)).toEqual({ [lender.id]: "removed", [borrower.id]: "removed" });
});

it("where the borrower cannot be destroyed, its lender stays", async () => {
  const { w, lender, borrower } = lent();
  tapFailing("EIO", (operation, path) => operation === "unlink" && path.endsWith("/COMMIT_EDITMSG"));
  expect(await outcomes(w)).toEqual({ [lender.id]: "changed", [borrower.id]: "failed" });
});
