// Undo of what is no directory of its own: session files, and a project of the single store, whose ref comes back.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { DocumentOf } from "../src/report/schema.ts";
import { miniclawBase, writeSession } from "./support/miniclaw.ts";
import { removeTree } from "./support/paths.ts";
import { run } from "./support/run.ts";
import { world } from "./support/world.ts";

describe("undo", () => {
  it("puts back session files, and history calls the run by its command", async () => {
    const w = world();
    const base = miniclawBase(w.root);
    writeSession(base, "web_old", 90, Date.now());
    writeSession(base, "web_new", 0, Date.now());
    expect((await run(["sessions", "prune", "--yes", "--trash"], { home: w })).code).toBe(0);
    expect(readdirSync(base)).not.toContain("web_old.json");
    const { runs } = JSON.parse((await run(["history", "--json"], { home: w })).stdout) as DocumentOf<"history">;
    expect(runs).toMatchObject([{ command: "sessions prune", kind: "manual", trashed: 1 }]);
    const { code, stdout } = await run(["undo"], { home: w });
    expect(code).toBe(0);
    expect(stdout).toContain("Restored: web_old.json.");
    expect(readdirSync(base)).toEqual(expect.arrayContaining(["web_new.json", "web_old.json"]));
  });

  it("puts back a project of the single store once, and does not offer its copy again", async () => {
    const w = world();
    w.store(["in-store", "twin"]);
    removeTree(join(w.work, "in-store"));
    const all = ["--agent", "hermes", "--set", "collect=hermes-store"];
    const listed = async (): Promise<readonly string[]> => {
      const { stdout } = await run(["status", "--json", "--all", ...all], { home: w });
      return (JSON.parse(stdout) as DocumentOf<"status">).entries.flatMap(({ kind, id }) =>
        kind === "hermes-store" ? [id] : [],
      );
    };
    const before = await listed();
    expect(before).toHaveLength(2);
    const pruned = await run(["prune", "--yes", "--trash", ...all], { home: w });
    expect([pruned.code, (await listed()).length], pruned.stdout + pruned.stderr).toEqual([0, 1]);
    expect((await run(["undo"], { home: w })).code).toBe(0);
    expect((await listed()).toSorted()).toEqual(before.toSorted());
    const again = await run(["undo"], { home: w });
    expect([again.code, again.stderr.includes("already undone: 1 put back")]).toEqual([2, true]);
  });
});
