// How many processes the removal of projects of a single store starts: a figure that no busy machine changes.

import { describe, expect, it } from "vitest";
import { countedPrograms } from "../support/counted-programs.ts";
import { hermesStore } from "../support/hermes-store.ts";
import { manyProjects } from "../support/many-projects.ts";
import { run } from "../support/run.ts";
import { world } from "../support/world.ts";

const FEW = 20;
const MANY = 60;

interface Started {
  readonly git: number;
  readonly flock: number;
  readonly updateRef: number;
}

async function startedBy(projects: number, how: readonly string[]): Promise<Started> {
  const w = world();
  w.settings({ stores: ["hermes-store"] }, "checkpoint_gc");
  manyProjects(hermesStore(w.base), w.work, projects);
  const { path, starts } = countedPrograms(w.root, ["git", "flock"]);
  const done = await run(["prune", "--yes", ...how, "--json"], { home: w, env: { PATH: path } });
  expect(done.code, done.stderr).toBe(0);
  expect(done.report().totals).toMatchObject({ removed: how.length === 0 ? projects : 0, failed: 0 });
  const ofGit = starts("git");
  return {
    git: ofGit.length,
    flock: starts("flock").length,
    updateRef: ofGit.filter((line) => line.includes("update-ref")).length,
  };
}

describe("a project that is removed", () => {
  it.each([
    { name: "destroyed at once starts no process of its own", how: [], each: 0 },
    { name: "kept in the trash starts one, which packs it", how: ["--trash"], each: 1 },
  ])("$name", async ({ how, each }) => {
    const few = await startedBy(FEW, how);
    const many = await startedBy(MANY, how);
    // A loaded machine may end a group early: one process of git and one of flock for each.
    const more = 4;
    expect(many.git - few.git).toBeGreaterThanOrEqual(each * (MANY - FEW) - more);
    expect(many.git - few.git).toBeLessThanOrEqual(each * (MANY - FEW) + more);
    expect(many.flock).toBeGreaterThan(0);
    expect(many.flock).toBeLessThanOrEqual(few.flock + more);
    expect(many.updateRef).toBeGreaterThan(0);
    expect(many.updateRef).toBeLessThanOrEqual(few.updateRef + more);
  });
});
