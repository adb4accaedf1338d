// A place that cannot be read is neither free nor taken: what would go back there waits, keeps its date, and goes back when
// the place can be read.

import { existsSync, mkdirSync } from "node:fs";
import { expect, it } from "vitest";
import { failCalls, stopIntercepting } from "../support/intercept-calls.ts";
import { run } from "../support/run.ts";
import { world } from "../support/world.ts";
import { outcomes, sweep, trashNames, trashOf } from "./runs.ts";

it.each(["EIO", "EACCES", "ESTALE"] as const)(
  "%s: is said, with the way out; no run changes anything",
  async (code) => {
    const w = world();
    w.settings({ orphan_grace_hours: 0 }, "checkpoint_gc");
    const gone = w.repo("gone", { workdir: "delete" });
    expect((await run(["prune", "--yes", "--trash"], { home: w })).code).toBe(0);
    mkdirSync(gone.workdir, { recursive: true });
    const before = trashNames(w);
    failCalls(code, (operation, path) => operation === "lstat" && path === gone.path);
    const [row] = await trashOf(w);
    expect(row).toMatchObject({ action: "keep", reason: "place-unreadable", trouble: { code, path: gone.path } });
    expect(outcomes(await sweep(w))).toEqual({});
    stopIntercepting();
    expect(trashNames(w)).toEqual(before);
    expect(outcomes(await sweep(w))).toEqual({ returned: 1 });
    expect([existsSync(gone.path), trashNames(w)]).toEqual([true, []]);
  },
);

it("a place that has a new repo is said to be taken, and no more: the near twin", async () => {
  const w = world();
  const gone = w.repo("gone", { workdir: "delete" });
  expect((await run(["prune", "--yes", "--trash"], { home: w })).code).toBe(0);
  mkdirSync(gone.workdir, { recursive: true });
  mkdirSync(gone.path);
  const [row] = await trashOf(w);
  expect(row).toMatchObject({ action: "keep", reason: "place-taken" });
  expect(row?.trouble).toBeUndefined();
});
