// `trash restore --to`: not where what is restored would be collected again, or lost among what is in the trash.
import { existsSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stateOf, trashNames } from "./reclaim/runs.ts";
import { run } from "./support/run.ts";
import { type ShadowRepo, type World, world } from "./support/world.ts";

describe("trash restore --to", () => {
  async function trashed(): Promise<{ w: World; id: string; alive: ShadowRepo }> {
    const w = world();
    const alive = w.repo("alive");
    w.repo("gone", { workdir: "delete" });
    expect((await run(["prune", "--yes", "--trash"], { home: w })).code).toBe(0);
    const [id = ""] = trashNames(w)[0]?.split(".") ?? [];
    return { w, id, alive };
  }

  it.each<[string, (here: { w: World; alive: ShadowRepo }) => string, RegExp]>([
    ["the base", ({ w }) => w.base, /checkpoints that runs remove/],
    ["a directory in it", ({ w }) => join(w.base, "out"), /checkpoints that runs remove/],
    ["the inside of a live repo", ({ alive }) => alive.path, /checkpoints that runs remove/],
    ["the trash", ({ w }) => join(stateOf(w), "checkpoints"), /the trash that runs remove/],
    ["a directory in the state", ({ w }) => join(stateOf(w), "new/deep"), /the trash that runs remove/],
    [
      "a symlink to the base",
      ({ w }) => {
        symlinkSync(w.base, join(w.root, "link"));
        return join(w.root, "link/out");
      },
      /checkpoints that runs remove/,
    ],
  ])("refuses %s: there it would be collected, or lost", async (_, placeOf, why) => {
    const here = await trashed();
    const { w, id } = here;
    const to = placeOf(here);
    for (const also of [["--dry-run"], []]) {
      const { code, stderr } = await run(["trash", "restore", id, "--to", to, ...also], { home: w });
      expect([code, stderr.replaceAll(/\s+/g, " ")]).toEqual([2, expect.stringContaining(`--to is ${to}: it is in `)]);
      expect(stderr.replaceAll(/\s+/g, " ")).toMatch(why);
    }
    expect(trashNames(w)).toHaveLength(1);
    expect(existsSync(join(to, "gone"))).toBe(false);
  });

  it.each<[string, (w: World) => string]>([
    ["beside the base", (w) => join(w.home, "out")],
    ["whose name begins like that of the base", (w) => `${w.base}-out`],
    ["that is not there yet, with what is above it", (w) => join(w.root, "new/deep/out")],
  ])("takes a directory %s", async (_, placeOf) => {
    const { w, id } = await trashed();
    const { code, stderr } = await run(["trash", "restore", id, "--to", placeOf(w)], { home: w });
    expect([code, trashNames(w)], stderr).toEqual([0, []]);
    expect(readdirSync(placeOf(w))).toHaveLength(1);
  });
});
