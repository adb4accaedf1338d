// A command that text suggests, typed as it stands, is about the same entries, whatever they are called.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { run } from "../support/run.ts";
import { world, type World } from "../support/world.ts";

/** The arguments of the command after `checkpoints`, as a shell reads them. */
function suggested(text: string, what: string): readonly string[] {
  const line = text.split("\n").find((one) => one.startsWith(`${what}: checkpoints `));
  expect(line, text).toBeDefined();
  const typed = (line ?? "").slice(`${what}: checkpoints `.length);
  const { stdout } = spawnSync("sh", ["-c", `printf '%s\\0' ${typed}`], { encoding: "utf8" });
  return stdout.split("\0").slice(0, -1);
}

const NAMES = ["--yes", "-y", "--trash", "-n", "--include=unreachable", "--", "-x y", "--json", "plain"];

describe("prune of one repo whose directory has an odd name", () => {
  it.each(NAMES)("%s: the suggested commands remove it, and no other", async (name) => {
    const w: World = world();
    const named = w.repo(name, { workdir: "delete" });
    const others = [w.repo("b", { workdir: "delete" }), w.repo("c", { ageDays: 20 })];
    const options = { home: w };
    const preview = await run(["prune", "-n", "--", name], options);
    expect(preview.stdout).toContain("would remove 1");
    const asked = await run(suggested(preview.stdout, "To run it"), options);
    expect([named, ...others].map(({ path }) => existsSync(path))).toEqual([true, true, true]);
    const { code } = await run(suggested(asked.stderr, "To run it without asking"), options);
    expect([code, ...[named, ...others].map(({ path }) => existsSync(path))]).toEqual([0, false, true, true]);
  });

  it("is deleted from the trash by the command that trash empty suggests, and no other", async () => {
    const w = world();
    const [named, other] = ["--all", "other"].map((name) => w.repo(name, { workdir: "delete" }));
    await run(["prune", "--yes", "--trash"], { home: w });
    const asked = await run(["trash", "empty", "--", "--all"], { home: w });
    const typed = suggested(asked.stderr, "To run it without asking");
    expect(typed).toEqual(["trash", "empty", "--yes", "--", "--all"]);
    expect((await run(typed, { home: w })).code).toBe(0);
    const left = (await run(["trash", "list", "--json"], { home: w })).report();
    expect(left.trash.map(({ entryId }) => entryId)).toEqual([other?.id]);
    expect(named?.id).not.toBe(other?.id);
  });
});
