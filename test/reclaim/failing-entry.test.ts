// One entry that cannot be destroyed costs itself and nothing else.

import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { noImmutable, setAttribute, skipped, tryShell } from "../support/mounts.ts";
import { run } from "../support/run.ts";
import { failCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { world } from "../support/world.ts";
import { byHand, isMarked, namesIn, outcomes, resultOf, trashNames } from "./runs.ts";

describe("one entry that cannot be removed", () => {
  it("in a lower layer of an overlay mount: stays in its place, the rest done, and the message names the layer", async () => {
    const w = world();
    const repo = w.repo("repo", { workdir: "delete" });
    w.repo("one", { workdir: "delete" });
    failCalls("EXDEV", (operation, path) => operation === "rename" && path === repo.path);
    const done = await byHand(w);
    stopIntercepting();
    expect(resultOf(done, repo)).toMatchObject({ outcome: "failed", error: { code: "EXDEV" } });
    expect(resultOf(done, repo).error?.message).toContain("a lower layer of an overlay mount");
    expect(outcomes(done)).toEqual({ failed: 1, removed: 1 });
    expect(namesIn(w.base)).toEqual([repo.id]);
  });

  it.skipIf(skipped(noImmutable())).each(["library", "command"])(
    "an immutable file: failed, left in the trash, the rest done, finished later (%s)",
    async (how) => {
      const w = world();
      const [repo, ...rest] = [
        w.repo("repo", { workdir: "delete" }),
        w.repo("one", { workdir: "delete" }),
        w.repo("two", { workdir: "delete" }),
      ];
      const undo = setAttribute("i", join(repo.path, "description"));
      onTestFinished(() => void tryShell('chattr -R -i "$1"', w.root));
      if (how === "command") {
        const result = await run(["prune", "--yes", "--json"], { home: w });
        expect(result.code).toBe(1);
        expect(result.report().totals).toMatchObject({ removed: rest.length, failed: 1 });
        expect(result.report().entries.find(({ id }) => id === repo.id)).toMatchObject({
          outcome: "failed",
          error: { code: "EPERM" },
        });
      } else {
        const done = await byHand(w);
        expect(resultOf(done, repo)).toMatchObject({ outcome: "failed", error: { code: "EPERM" } });
        expect(outcomes(done)).toEqual({ failed: 1, removed: 2 });
      }
      expect(namesIn(w.base)).toEqual([]);
      const [name = ""] = trashNames(w);
      expect(isMarked(name)).toBe(true);
      expect(outcomes(await byHand(w))).toEqual({ failed: 1 });
      tryShell('chattr -R -i "$1"', join(w.home, ".checkpoints.gc"));
      undo();
      expect(outcomes(await byHand(w))).toEqual({ removed: 1 });
      expect(trashNames(w)).toEqual([]);
    },
  );

  it("an injected EPERM: the same, where nothing can be made immutable", async () => {
    const w = world();
    for (const name of ["one", "two"]) w.repo(name, { workdir: "delete" });
    // Paths go through descriptors, so it is the first of the two that meets it.
    let met = 0;
    failCalls("EPERM", (operation, path) => operation === "unlink" && path.endsWith("/description") && ++met === 1);
    const done = await byHand(w);
    stopIntercepting();
    expect(outcomes(done)).toEqual({ failed: 1, removed: 1 });
    expect(outcomes(await byHand(w))).toEqual({ removed: 1 });
  });
});
