// What `explain` says of one entry is what `prune` does with it in a run on everything.
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../support/run.ts";
import { type ShadowRepo, type World, world } from "../support/world.ts";

interface Pair {
  readonly w: World;
  readonly lender: ShadowRepo;
  readonly borrower: ShadowRepo;
}

/** An orphan, and a repo that borrows its objects. */
function pair(borrowersWorkdir: "delete" | "keep"): Pair {
  const w = world();
  const lender = w.repo("lender", { workdir: "delete" });
  const borrower = w.repo("borrower", borrowersWorkdir === "delete" ? { workdir: "delete" } : {});
  mkdirSync(join(borrower.path, "objects/info"), { recursive: true });
  appendFileSync(join(borrower.path, "objects/info/alternates"), `${join(lender.path, "objects")}\n`);
  return { w, lender, borrower };
}

async function explained(w: World, { id }: ShadowRepo): Promise<string> {
  const { code, stdout, stderr } = await run(["explain", id], { home: w });
  expect([code, stderr]).toEqual([0, ""]);
  return stdout.replaceAll(/\s+/g, " ");
}

describe("explain of a repo that another borrows from", () => {
  it("says that it goes where the borrower goes in the same run, as prune does", async () => {
    const { w, lender } = pair("delete");
    const planned = (await run(["prune", "--dry-run", "--json"], { home: w })).report();
    expect(planned.entries.map(({ action }) => action)).toEqual(["remove", "remove"]);
    const text = await explained(w, lender);
    expect(text).toMatch(/prune would (?:remove|delete)/);
    expect(text).not.toContain("borrows");
  });

  it("says that it stays where the borrower stays: the near twin", async () => {
    const { w, lender, borrower } = pair("keep");
    const text = await explained(w, lender);
    expect(text).toContain("prune would keep it: another repo borrows objects from it");
    expect(text).toContain(borrower.id);
  });
});
